/* Counts verdicts. */
#include <stdlib.h>
#include <string.h>
#include "emu/sweep/tally.h"

/* Without memory for it a time is left out: the median is then that of the others. */
static void note(struct times *t, const uint64_t *value, size_t count)
{
    if (t->count + count > t->room) {
        size_t room = 2 * (t->count + count);
        uint64_t *more = realloc(t->value, room * sizeof *more);
        if (!more)
            return;
        t->value = more;
        t->room = room;
    }
    if (count)
        memcpy(t->value + t->count, value, count * sizeof *value);
    t->count += count;
}

static int by_size(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

uint64_t times_median(struct times *t)
{
    if (!t->count)
        return 0;
    qsort(t->value, t->count, sizeof *t->value, by_size);
    return t->value[t->count / 2];
}

void tally_case(struct tally *t, const struct sweep *s, const struct sweep_case *c)
{
    const struct verdict *v = &c->verdict;
    /* Each bit flip is another one; it stands for itself. */
    uint32_t weight = s->kind == SWEEP_BITFLIP ? 1 : s->place[c->place].weight;
    t->distinct++;
    t->runs += weight;
    t->outcome[v->outcome] += weight;
    if (!v->replied || !v->asked)
        return;
    note(&t->detect, &(uint64_t){v->detected - v->fault}, 1);
    note(&t->restart, &(uint64_t){v->restarted - v->fault}, 1);
    note(&t->reply, &(uint64_t){v->replied - v->fault}, 1);
}

void tally_idle(struct tally *t, const struct sweep *s, endpoint_t service)
{
    if (s->kind == SWEEP_BITFLIP || s->case_count < s->places)
        return;
    t->runs += s->idle[service];
    t->idle += s->idle[service];
    t->outcome[TRANSPARENT] += s->idle[service];
}

void tally_add(struct tally *t, const struct tally *more, bool times)
{
    t->runs += more->runs;
    t->distinct += more->distinct;
    t->idle += more->idle;
    for (int o = 0; o < OUTCOMES; o++)
        t->outcome[o] += more->outcome[o];
    if (!times)
        return;
    note(&t->detect, more->detect.value, more->detect.count);
    note(&t->restart, more->restart.value, more->restart.count);
    note(&t->reply, more->reply.value, more->reply.count);
}

void tally_free(struct tally *t)
{
    free(t->detect.value);
    free(t->restart.value);
    free(t->reply.value);
    *t = (struct tally){0};
}
