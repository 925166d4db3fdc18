/*
 * An update looks at the processes first, then at the messages since the last one. A process that was born and died in between
 * shows up in its messages alone, and gets a place from them.
 */
#include <string.h>
#include "emu/display/flow_parts.h"
#include "emu/display/shape.h"

#define SECOND (1000 * FLOW_MS)

/* ---- messages -------------------------------------------------------------------------------- */

/* Whatever this lane holds goes as one dot. */
static void send_dot(struct flow *f, unsigned from, unsigned to, uint64_t start)
{
    struct flow_lane *lane = &f->lane[from][to];
    f->dot[f->next_dot++ % FLOW_DOTS] = (struct flow_dot){.start = start ? start : 1,
                                                          .from = (uint8_t)from,
                                                          .to = (uint8_t)to,
                                                          .kind = lane->kind,
                                                          .type = lane->type,
                                                          .count = lane->held};
    lane->held = 0;
    lane->last = start;
    f->latest = start > f->latest ? start : f->latest;
}

/* May a dot begin now? Dots of one lane do not lie on each other, however short it is. */
static bool has_room(const struct flow *f, unsigned from, unsigned to, uint64_t start)
{
    const struct flow_lane *lane = &f->lane[from][to];
    struct path path;
    if (!lane->last || start >= lane->last + FLOW_TRAVEL)
        return true;
    layout_path(from, to, f->step, &path);
    uint64_t gap = path.length ? FLOW_TRAVEL * FLOW_ROOM * UNIT / (unsigned)path.length : 0;
    return start >= lane->last + (gap > FLOW_GAP ? gap : FLOW_GAP);
}

/* When a message of this virtual time is presented: between the last update and this one. */
static uint64_t presented(const struct flow *f, uint64_t time, uint64_t before, uint64_t shown)
{
    if (time <= before || f->now <= before)
        return shown;
    uint64_t passed = time < f->now ? time - before : f->now - before;
    return shown + (uint64_t)((__uint128_t)(f->present - shown) * passed / (f->now - before));
}

static unsigned place_of(struct flow *f, endpoint_t ep, const char *name)
{
    unsigned node = flow_node(f, ep);
    if (node == LAYOUT_NODES && EP_SLOT(ep) < NSLOTS &&
        (node = flow_appear(f, ep, name)) != LAYOUT_NODES && ep >= NSERVICES) {
        f->node[node].state = PROC_READY;
        flow_leave(f, &f->node[node], false);
    }
    return node;
}

/* Who lived between two updates alone is known by its messages, and called as in the last of them. */
static void name_gone(struct flow *f, unsigned node, const char *name)
{
    if (node >= NSERVICES && node != LAYOUT_NODES && f->node[node].gone)
        flow_call(f, &f->node[node], name);
}

static void take_message(struct flow *f, const struct entry *e, uint32_t weight, uint64_t start)
{
    unsigned from = place_of(f, e->source, e->source_name);
    unsigned to = place_of(f, e->dest, e->dest_name);
    name_gone(f, from, e->source_name);
    name_gone(f, to, e->dest_name);
    if (from == LAYOUT_NODES || to == LAYOUT_NODES || from == to)
        return;
    struct flow_lane *lane = &f->lane[from][to];
    lane->rate += lane->rate < UINT32_MAX / 2 ? 256 * weight : 0;
    lane->held += weight;
    lane->kind = e->kind;
    lane->type = e->message.type;
    if (has_room(f, from, to, start))
        send_dot(f, from, to, start);
}

/* The kernel refused a call that would have closed a cycle of waits. By now its members may be gone. */
static void follow_refusal(struct flow *f)
{
    const struct model *m = f->model;
    struct flow_cycle c = {.until = f->present + FLOW_REFUSED};
    if (m->refused.event == f->refusal)
        return;
    f->refusal = m->refused.event;
    for (size_t i = 0; i < m->refused.count && c.count < LAYOUT_NODES; i++) {
        endpoint_t ep = m->refused.member[i];
        const char *name = world_name(&m->world, ep);
        unsigned node = place_of(f, ep, name ? name : "?");
        if (node != LAYOUT_NODES)
            c.node[c.count++] = (uint8_t)node;
    }
    f->refused = c;
}

static bool is_message(const struct entry *e)
{
    return e->kind != ENTRY_NOTE && e->kind != ENTRY_FAILED;
}

/* What the stream has forgotten before it was seen is counted with what is left. */
static void take_entries(struct flow *f, uint64_t before, uint64_t shown)
{
    const struct stream *s = &f->model->history->stream;
    uint64_t all = s->entries - f->taken, seen = 0;
    for (uint64_t n = stream_next(s, f->taken, 1, true); n; n = stream_next(s, n, 1, true))
        seen++;
    uint32_t weight = seen ? (uint32_t)((all + seen - 1) / seen) : 1;
    for (uint64_t n = stream_next(s, f->taken, 1, true); n; n = stream_next(s, n, 1, true)) {
        const struct entry *e = stream_entry(s, n);
        if (e && is_message(e)) {
            take_message(f, e, weight, presented(f, e->time, before, shown));
            f->last = n;
        }
    }
    f->taken = s->entries;
}

/* Messages that waited for a dot, whose time has come. */
static void send_held(struct flow *f)
{
    for (unsigned from = 0; from < LAYOUT_NODES; from++)
        for (unsigned to = 0; to < LAYOUT_NODES; to++) {
            if (f->lane[from][to].held && has_room(f, from, to, f->present))
                send_dot(f, from, to, f->present);
        }
}

static void age(struct flow *f, uint64_t passed)
{
    if (passed > SECOND)
        passed = SECOND;
    for (unsigned from = 0; from < LAYOUT_NODES; from++)
        for (unsigned to = 0; to < LAYOUT_NODES; to++) {
            uint32_t *rate = &f->lane[from][to].rate;
            *rate -= (uint32_t)((*rate * passed + SECOND - 1) / SECOND);
        }
    f->most = 1;
    for (unsigned i = 0; i < FLOW_DOTS; i++) {
        struct flow_dot *d = &f->dot[i];
        if (d->start && f->present >= d->start + FLOW_TRAVEL)
            d->start = 0;
        if (d->start && d->count > f->most)
            f->most = d->count;
    }
}

/* ---- stalls ---------------------------------------------------------------------------------- */

static void follow_stall(struct flow *f)
{
    endpoint_t member[NSLOTS];
    size_t count = waits_stall(&f->model->world, member);
    f->stall = (struct flow_cycle){0};
    for (size_t i = 0; i < count && f->stall.count < LAYOUT_NODES; i++) {
        unsigned node = flow_node(f, member[i]);
        if (node != LAYOUT_NODES)
            f->stall.node[f->stall.count++] = (uint8_t)node;
    }
}

/* ---- the whole ------------------------------------------------------------------------------- */

void flow_begin(struct flow *f, const struct model *m, uint64_t now, uint64_t present)
{
    memset(f, 0, sizeof *f);
    f->node[EP_KERNEL] =
        (struct flow_node){.used = true, .name = "kernel", .state = PROC_READY, .peer = EP_NONE};
    f->taken = m->history->stream.entries;
    f->note = f->heard = m->notes;
    f->refusal = m->refused.event;
    f->now = now;
    f->present = f->outer = present;
    flow_update(f, m, now, present);
}

/* When presentation time stops, at a standstill. */
static uint64_t rest(const struct flow *f)
{
    return f->latest + FLOW_REST;
}

static void pass(struct flow *f, uint64_t present)
{
    uint64_t passed = present > f->outer ? present - f->outer : 0;
    uint64_t left = rest(f) > f->present && !f->ended ? rest(f) - f->present : 0;
    f->outer += passed;
    f->present += f->still && passed > left ? left : passed;
}

void flow_update(struct flow *f, const struct model *m, uint64_t now, uint64_t present)
{
    uint64_t before = f->now, shown = f->present;
    f->model = m;
    f->now = now > before ? now : before;
    pass(f, present);
    flow_follow_ends(f);
    flow_follow_processes(f);
    take_entries(f, before, shown);
    send_held(f);
    follow_refusal(f);
    if (f->still)
        flow_settle(f);
    flow_choose_step(f);
    age(f, f->present - shown);
    follow_stall(f);
    flow_follow_notes(f);
}

bool flow_moves(const struct flow *f)
{
    if (f->still)
        return !f->ended && f->present < rest(f);
    if (f->stall.count || f->refused.until > f->present || f->roomy ||
        (f->noted && f->present < f->noted + FLOW_NOTE) ||
        (f->newsed && f->present < f->newsed + FLOW_NEWS))
        return true;
    for (unsigned i = 0; i < FLOW_DOTS; i++)
        if (f->dot[i].start)
            return true;
    for (unsigned i = 0; i < LAYOUT_NODES; i++) {
        const struct flow_node *n = &f->node[i];
        if (n->used && (n->gone || n->next || (n->died && f->present < n->died + FLOW_FLASH) ||
                        (n->replaced && f->present < n->replaced + FLOW_RING)))
            return true;
        for (unsigned k = 0; n->used && k < LAYOUT_NODES; k++)
            if (f->lane[i][k].rate > 0)
                return true;
    }
    return false;
}
