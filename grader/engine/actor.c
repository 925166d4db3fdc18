/*
 * Processes for a play. The stage boots with one, the conductor in RS's slot; it starts the director in PM's slot and is ended
 * by it, so that nothing on the stage has an alarm or a heartbeat; the director makes all others. What they call is
 * queued here like any case's operations, and no IPC is needed for any of it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "grader/engine/play.h"

#define BOOT_BUDGET 50000000u
#define BOOTED      2u /* conductor and director */

/* ---- the play's memory ------------------------------------------------------------------------------------ */

void play_fails(struct play *p, const char *why)
{
    if (!p->failed && !p->broken)
        snprintf(p->rule, sizeof p->rule, "%s", why);
    p->failed = true;
}

void *play_alloc(struct play *p, size_t bytes)
{
    void *memory = calloc(1, bytes ? bytes : 1);
    if (!memory)
        play_fails(p, "out of memory");
    return memory;
}

void play_open(struct play *p, struct board *board, const struct lab *lab)
{
    *p = (struct play){.board = board, .lab = lab, .limit = BOOT_BUDGET, .effort = EFFORT};
    random_open(&p->nonces, 0, "boot", 0); /* nothing on the empty stage is to be hidden */
    board_watch_crossings(board, observe, p);
}

void play_close(struct play *p)
{
    for (struct op *op = p->ops, *next; op; op = next) {
        next = op->all;
        free(op->calls);
        free(op);
    }
    for (size_t i = 0; i < p->nrecords; i++)
        free(p->records[i]);
    free(p->records);
    for (unsigned i = 0; i < p->actors; i++) {
        free(p->actor[i].records);
        free(p->actor[i].should);
    }
}

/* ---- actors ------------------------------------------------------------------------------------------------- */

endpoint_t endpoint(const struct actor *a)
{
    return a->endpoint;
}

const char *actor_name(const struct actor *a)
{
    return a->name;
}

struct actor *module(struct play *p)
{
    return p->module;
}

struct actor *director(struct play *p)
{
    return p->director;
}

/* There is always something to return: a case that asks for too much has failed, and its operations do no harm. */
struct actor *actor_new(struct play *p, const char *name, endpoint_t ep)
{
    if (p->actors == MOST_ACTORS) {
        play_fails(p, "too many actors");
        return &p->actor[MOST_ACTORS - 1];
    }
    struct actor *a = &p->actor[p->actors++];
    *a = (struct actor){.play = p, .endpoint = ep, .heard = EP_NONE};
    snprintf(a->name, sizeof a->name, "%s", name);
    return a;
}

/* A name as K_CREATE and K_EXEC take it: two words. */
static void name_words(const char *name, uint64_t words[2])
{
    char bytes[NAME_BYTES] = {0};
    snprintf(bytes, sizeof bytes, "%s", name);
    memcpy(words, bytes, sizeof bytes);
}

/* What the guest learns of an actor's name: a letter, in the order of their creation, so that it cannot know by names which case this
 * is. But who looks at a trace should see who is who. */
static void guest_name(const struct play *p, const char *name, uint64_t words[2])
{
    char letter[] = {(char)('A' + (p->actors - BOOTED) % 26), '\0'};
    name_words(p->watcher ? name : letter, words);
}

static endpoint_t create(struct play *p, const char *name)
{
    uint64_t n[2];
    guest_name(p, name, n);
    struct op *create = calls(p->director, K_CREATE, ~0ull, n[0], n[1]);
    until_returned(p, create);
    endpoint_t ep = (endpoint_t)result(create, 0);
    if (EP_SLOT(ep) < NSERVICES || EP_SLOT(ep) >= NSLOTS || actor_of_endpoint(p, ep))
        breaks(p, p->crossings, "K_CREATE gives a new process an endpoint of its own");
    return ep;
}

/* An actor's text is copied from the director's own. */
static struct actor *furnish(struct play *p, const char *name, endpoint_t ep)
{
    uint64_t n[2];
    guest_name(p, name, n);
    struct actor *d = p->director, *a = actor_new(p, name, ep);
    calls(d, K_MAP, ep, ACTOR_TEXT, PAGE_SIZE, PROT_READ | PROT_EXEC);
    calls(d, K_MEMORY, ep, ACTOR_TEXT, ACTOR_TEXT, PAGE_SIZE, GRANT_WRITE);
    calls(d, K_MAP, ep, ACTOR_BUFFER, BUFFER_BYTES, PROT_READ | PROT_WRITE);
    calls(d, K_EXEC, ep, ep, ACTOR_TEXT, USER_STACK_TOP, n[0], n[1]);
    until_known(p, a);
    return a;
}

struct actor *actor(struct play *p, const char *name)
{
    return furnish(p, name, create(p, name));
}

struct actor *actor_in_slot(struct play *p, unsigned slot, const char *name)
{
    for (unsigned i = 0; i <= NUSERS && all_well(p); i++) {
        endpoint_t ep = create(p, name);
        if (EP_SLOT(ep) == slot)
            return furnish(p, name, ep);
        until_returned(p, calls(p->director, K_KILL, ep));
    }
    breaks(p, p->crossings, "a slot is used again when all others have been");
    return actor_new(p, name, EP_NONE);
}

/* A boot module into a slot: created, if it never was, loaded, started. */
static void load(struct play *p, struct actor *by, struct actor *a, bool create)
{
    uint64_t n[2];
    endpoint_t ep = a->endpoint;
    name_words(p->watcher || a->is_module ? a->name : "service", n);
    if (create)
        calls(by, K_CREATE, ep, n[0], n[1]);
    struct op *loaded = calls(by, K_LOAD, ep, ep);
    until_returned(p, loaded);
    until_returned(p, calls(by, K_EXEC, ep, ep, result(loaded, 0), result(loaded, 1), n[0], n[1]));
}

struct actor *service_actor(struct play *p, endpoint_t slot, const char *name)
{
    struct actor *a = actor_new(p, name, slot);
    load(p, p->director, a, slot != EP_RS);
    until_known(p, a);
    return a;
}

/* ---- boot ------------------------------------------------------------------------------------------------ */

static endpoint_t slot_of_module(const char *name)
{
    static const char *const names[] = {[EP_RS] = "rs",   [EP_PM] = "pm",   [EP_FS] = "fs",
                                        [EP_TTY] = "tty", [EP_BLK] = "blk", [6] = "kv"};
    for (endpoint_t slot = EP_RS; slot < sizeof names / sizeof *names; slot++)
        if (!strcmp(names[slot], name))
            return slot;
    return EP_NONE;
}

bool play_boot(struct play *p)
{
    struct actor *conductor = actor_new(p, "conductor", EP_RS);
    conductor->standing = STARTING;
    until_known(p, conductor);
    p->director = actor_new(p, "director", DIRECTOR);
    load(p, conductor, p->director, true);
    until_known(p, p->director);
    calls(p->director, K_KILL, EP_RS);
    until_done(p);
    if (p->lab->module) {
        p->module = actor_new(p, p->lab->module, slot_of_module(p->lab->module));
        p->module->is_module = true;
        load(p, p->director, p->module, true);
        until_quiet(p);
    }
    return all_well(p);
}

bool restart_module(struct play *p)
{
    until_returned(p, calls(p->director, K_KILL, p->module->endpoint, KILL_HUNG));
    load(p, p->director, p->module, false);
    return all_well(p);
}

bool restart_service(struct play *p, struct actor *a)
{
    until_returned(p, calls(p->director, K_KILL, a->endpoint));
    load(p, p->director, a, false);
    return until_known(p, a);
}

bool module_crashed(struct play *p, uint64_t *address)
{
    *address = p->module->fault_at;
    return p->module->fault;
}
