/* tally: keeps a number for each name, in a state region, so that they outlive the server (docs/state-regions.md). */
#include <string.h>
#include <sys/ipc.h>
#include <courier/protocol/tally.h>
#include "servers/lib/region.h"
#include "servers/lib/service.h"

#define NAMES 100

struct row {
    char name[TALLY_NAME]; /* "": the row is free */
    int64_t number;
};

static struct state {
    uint32_t rows; /* in use */
    struct row row[NAMES];
} * state;

/* NULL: there is none. */
static struct row *find(const char *name)
{
    for (unsigned i = 0; i < state->rows; i++)
        if (strncmp(state->row[i].name, name, TALLY_NAME) == 0)
            return &state->row[i];
    return NULL;
}

static struct row *make(const char *name)
{
    if (state->rows == NAMES)
        return NULL;
    struct row *r = &state->row[state->rows];
    region_touch(r, sizeof *r);
    strncpy(r->name, name, TALLY_NAME);
    r->number = 0;
    CHANGE(state->rows) = state->rows + 1;
    return r;
}

static int64_t do_add(struct message *m)
{
    const struct tally_add *request = payload(m);
    struct row *r = find(request->name);
    if (!r && !(r = make(request->name)))
        return -ENOSPC;
    CHANGE(r->number) = r->number + (int64_t)request->amount;
    return r->number;
}

static int64_t do_get(struct message *m)
{
    const struct tally_get *request = payload(m);
    const struct row *r = find(request->name);
    return r ? r->number : -ENOENT;
}

static int64_t do_bug(struct message *m)
{
    volatile char *volatile nowhere = NULL;
    do_add(m);
    *nowhere = 0;
    return 0;
}

/* What this server knows of its state: the rows in use have names that end. */
static bool looks_sound(void)
{
    if (state->rows > NAMES)
        return false;
    for (unsigned i = 0; i < state->rows; i++)
        if (!state->row[i].name[0] || state->row[i].name[TALLY_NAME - 1])
            return false;
    return true;
}

static handler *const requests[] = {[TALLY_ADD - TALLY_ADD] = do_add,
                                    [TALLY_GET - TALLY_ADD] = do_get,
                                    [TALLY_BUG - TALLY_ADD] = do_bug};

const struct service service = {.base = TALLY_ADD,
                                .count = sizeof requests / sizeof *requests,
                                .table = requests,
                                .clients = NSLOTS};

int main(void)
{
    bool fresh;
    state = region_open(sizeof *state, 4096, &fresh);
    if (!fresh && !looks_sound())
        region_damaged(REGION_STATE);
    serve();
}
