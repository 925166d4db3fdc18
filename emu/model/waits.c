/*
 * Edges as they are, and stalls as a closure: a process is stalled if all who could end its waiting are. The sets are bits by slot.
 */
#include <stdio.h>
#include <string.h>
#include "emu/model/waits.h"
#include "emu/trace/names.h"

struct set {
    uint64_t word[WORLD_PARTNERS];
};

static void put(struct set *s, unsigned slot)
{
    s->word[slot / 64] |= 1ull << slot % 64;
}

static bool has(const struct set *s, unsigned slot)
{
    return s->word[slot / 64] >> slot % 64 & 1;
}

/* The first slot >= `slot` in the set, or NSLOTS. */
static unsigned next_in(const struct set *s, unsigned slot)
{
    for (unsigned i = slot / 64; i < WORLD_PARTNERS; i++) {
        uint64_t word = i == slot / 64 ? s->word[i] >> slot % 64 << slot % 64 : s->word[i];
        if (word)
            return i * 64 + (unsigned)__builtin_ctzll(word);
    }
    return NSLOTS;
}

/* ---- edges ----------------------------------------------------------------------------------- */

static bool is_blocked(const struct world_process *p)
{
    return p->used &&
           (p->state == PROC_SENDING || p->state == PROC_RECEIVING || p->state == PROC_REPLY);
}

static bool listens_to_anyone(const struct world_process *p)
{
    return p->state == PROC_RECEIVING && p->peer == EP_ANY;
}

static bool names_peer(const struct world_process *p)
{
    return is_blocked(p) && !listens_to_anyone(p);
}

static struct wait_edge own_edge(const struct world_process *p)
{
    struct wait_edge e = {.from = p->endpoint, .to = p->peer, .since = p->since};
    e.kind = p->state == PROC_SENDING ? WAIT_SENDING : WAIT_RECEIVING;
    if (p->state == PROC_REPLY)
        e.kind = WAIT_REPLY;
    e.transaction = p->state == PROC_RECEIVING ? 0 : p->asks.id;
    return e;
}

/* What p owes, listening to anyone. */
static size_t debts(const struct world *w, const struct world_process *p, struct wait_edge *edge)
{
    size_t count = 0;
    for (unsigned i = 1; i < NSLOTS && p->open; i++) {
        const struct world_process *client = &w->process[i];
        if (client->used && client->state == PROC_REPLY && client->peer == p->endpoint)
            edge[count++] = (struct wait_edge){.kind = WAIT_OWES,
                                               .from = p->endpoint,
                                               .to = client->endpoint,
                                               .since = p->since,
                                               .transaction = client->asks.id};
    }
    return count;
}

static struct set stalled_set(const struct world *w);

size_t waits_edges(const struct world *w, struct wait_edge edge[WAITS_MAX])
{
    struct set stalled = stalled_set(w);
    size_t count = 0;
    for (unsigned i = 1; i < NSLOTS; i++) {
        const struct world_process *p = &w->process[i];
        if (names_peer(p))
            edge[count++] = own_edge(p);
        else if (is_blocked(p))
            count += debts(w, p, &edge[count]);
    }
    for (size_t i = 0; i < count; i++)
        edge[i].stalled = has(&stalled, EP_SLOT(edge[i].from));
    return count;
}

/* ---- stalls ---------------------------------------------------------------------------------- */

/* The slots of ordinary processes in word i of a set: who may call any service. */
static uint64_t programs(unsigned i)
{
    return i == 0 ? ~0ull << NSERVICES : ~0ull;
}

/*
 * Who could end p's waiting. False: p does not wait, or the kernel can end it, or somebody unknown. A program hears from
 * those it has heard from, a service from any program.
 */
static bool enders(const struct world *w, const struct world_process *p, struct set *out)
{
    memset(out, 0, sizeof *out);
    if (!is_blocked(p) || p->call & IPC_DEADLINE)
        return false;
    if (names_peer(p)) {
        if (!world_find(w, p->peer))
            return false;
        put(out, EP_SLOT(p->peer));
        return true;
    }
    bool any = false;
    if (w->start)
        return false; /* the trace begins in the middle: nobody knows from whom it has heard */
    for (unsigned i = 0; i < WORLD_PARTNERS; i++) {
        uint64_t callers = EP_SLOT(p->endpoint) < NSERVICES ? programs(i) : 0;
        out->word[i] = (p->partners[i] | callers) & w->used[i];
        any |= out->word[i] != 0;
    }
    return any && !(p->partners[0] & 1);
}

bool waits_is_stalled(const struct world *w, endpoint_t ep)
{
    const struct world_process *p = world_find(w, ep);
    struct set reached = {{0}}, done = {{0}}, more;
    bool somebody_waits = false;
    if (!p)
        return false;
    for (unsigned slot = EP_SLOT(ep); slot < NSLOTS;) {
        p = &w->process[slot];
        if (!enders(w, p, &more))
            return false;
        somebody_waits |= names_peer(p);
        put(&reached, slot);
        put(&done, slot);
        struct set left;
        for (unsigned i = 0; i < WORLD_PARTNERS; i++) {
            if (more.word[i] & w->ready[i])
                return false;
            reached.word[i] |= more.word[i];
            left.word[i] = reached.word[i] & ~done.word[i];
        }
        slot = next_in(&left, 0);
    }
    return somebody_waits;
}

/* All who are stalled, and idle servers that only they could call. */
static struct set stalled_set(const struct world *w)
{
    struct set stalled = {{0}}, by;
    for (unsigned i = 1; i < NSLOTS; i++)
        if (enders(w, &w->process[i], &by))
            put(&stalled, i);
    for (bool changed = true; changed;) {
        changed = false;
        for (unsigned i = next_in(&stalled, 1); i < NSLOTS; i = next_in(&stalled, i + 1)) {
            uint64_t outside = 0;
            enders(w, &w->process[i], &by);
            for (unsigned k = 0; k < WORLD_PARTNERS; k++)
                outside |= by.word[k] & ~stalled.word[k];
            if (outside == 0)
                continue;
            stalled.word[i / 64] &= ~(1ull << i % 64);
            changed = true;
        }
    }
    return stalled;
}

/* Whom the stalled process in this slot waits for, in a word. Of those who could make a server answer, one that waits
 * elsewhere says the most. */
static unsigned waits_for_slot(const struct world *w, const struct set *stalled, unsigned slot)
{
    const struct world_process *p = &w->process[slot];
    unsigned best = NSLOTS, rank = 0;
    struct set by;
    enders(w, p, &by);
    for (unsigned i = next_in(&by, 0); i < NSLOTS; i = next_in(&by, i + 1)) {
        const struct world_process *q = &w->process[i];
        unsigned worth = !names_peer(q) ? 1 : q->peer == p->endpoint ? 2 : 3;
        if (p->partners[i / 64] >> i % 64 & 1)
            worth += 3; /* it has heard from that one before */
        if (has(stalled, i) && worth > rank) {
            best = i;
            rank = worth;
        }
    }
    return best;
}

/* The cycle to which the waits lead from this slot, which is stalled. */
static size_t cycle_from(const struct world *w, const struct set *stalled, unsigned slot,
                         endpoint_t member[NSLOTS])
{
    struct set seen = {{0}};
    size_t count = 0;
    for (; !has(&seen, slot); slot = waits_for_slot(w, stalled, slot))
        put(&seen, slot);
    unsigned first = slot;
    do {
        member[count++] = w->process[slot].endpoint;
        slot = waits_for_slot(w, stalled, slot);
    } while (slot != first && count < NSLOTS);
    return count;
}

size_t waits_stall_of(const struct world *w, endpoint_t ep, endpoint_t member[NSLOTS])
{
    struct set stalled = stalled_set(w);
    bool is_stalled = world_find(w, ep) && has(&stalled, EP_SLOT(ep));
    return is_stalled ? cycle_from(w, &stalled, EP_SLOT(ep), member) : 0;
}

size_t waits_stall(const struct world *w, endpoint_t member[NSLOTS])
{
    struct set stalled = stalled_set(w);
    for (unsigned i = next_in(&stalled, 1); i < NSLOTS; i = next_in(&stalled, i + 1))
        if (names_peer(&w->process[i]))
            return cycle_from(w, &stalled, i, member);
    return 0;
}

/* ---- cycles ---------------------------------------------------------------------------------- */

size_t waits_cycle(const struct world *w, endpoint_t caller, endpoint_t peer,
                   endpoint_t member[NSLOTS])
{
    size_t count = 0;
    member[count++] = caller;
    while (peer != caller) {
        const struct world_process *p = world_find(w, peer);
        if (!p || !names_peer(p) || count == NSLOTS)
            return 0;
        member[count++] = peer;
        peer = p->peer;
    }
    return count;
}

#define MEMBER_TEXT 48

/* What each member is called; if others have the same name, with its endpoint, and then the name stands once in a row. */
static void name_members(char text[][MEMBER_TEXT], const struct world *w, const endpoint_t *member,
                         size_t count)
{
    char name[NSLOTS][NAME_BYTES], endpoint[NAME_BYTES];
    for (size_t i = 0; i < count; i++)
        names_endpoint(name[i], sizeof name[i], member[i], world_name, w);
    for (size_t i = 0; i < count; i++) {
        bool alone = true, again = i > 0 && strcmp(name[i], name[i - 1]) == 0;
        for (size_t k = 0; k < count && alone; k++)
            alone = k == i || strcmp(name[i], name[k]) != 0;
        names_endpoint(endpoint, sizeof endpoint, member[i], NULL, NULL);
        snprintf(text[i], MEMBER_TEXT, "%.15s%s%.15s", again ? "" : name[i],
                 alone || again ? "" : " ", alone ? "" : endpoint);
    }
}

/* The first `shown` members, how many there are besides, and the first again; false: it had to be cut off. */
static bool put_members(char *out, size_t size, char text[][MEMBER_TEXT], size_t count,
                        size_t shown)
{
    size_t length = 0;
    for (size_t i = 0; i < shown && length < size; i++)
        length += (size_t)snprintf(out + length, size - length, "%s > ", text[i]);
    if (shown < count && length < size)
        length += (size_t)snprintf(out + length, size - length, "(%zu more) > ", count - shown);
    if (length < size)
        length += (size_t)snprintf(out + length, size - length, "%s", text[0]);
    return length < size;
}

char *waits_text(char *out, size_t size, const struct world *w, const endpoint_t *member,
                 size_t count)
{
    char text[NSLOTS][MEMBER_TEXT];
    size_t shown = count < NSLOTS ? count : NSLOTS;
    if (size)
        out[0] = '\0';
    name_members(text, w, member, shown);
    for (count = shown; shown && !put_members(out, size, text, count, shown); shown--)
        continue;
    return out;
}
