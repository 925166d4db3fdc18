/*
 * An update looks at the processes first, then at the messages since the last one. A process that was born and died in between
 * shows up in its messages alone, and gets a place from them.
 */
#include <string.h>
#include <courier/errno.h>
#include "emu/display/flow.h"
#include "emu/display/shape.h"

#define SECOND (1000 * FLOW_MS)
#define ROOMY  (2 * SECOND) /* places become larger when that would have done for so long */

/* ---- nodes ----------------------------------------------------------------------------------- */

unsigned flow_node(const struct flow *f, endpoint_t ep)
{
    if (ep < NSERVICES)
        return f->node[ep].used ? ep : LAYOUT_NODES;
    for (unsigned i = NSERVICES; i < LAYOUT_NODES; i++)
        if (f->node[i].used && f->node[i].endpoint == ep)
            return i;
    return LAYOUT_NODES;
}

unsigned flow_waits_for(const struct flow *f, unsigned node)
{
    const struct flow_node *n = &f->node[node];
    bool waits = n->state == PROC_SENDING || n->state == PROC_REPLY || n->state == PROC_RECEIVING;
    if (!n->used || n->gone || n->died || !waits || n->peer == EP_KERNEL || n->peer == EP_ANY)
        return LAYOUT_NODES;
    return flow_node(f, n->peer);
}

static void forget_lanes(struct flow *f, unsigned node)
{
    for (unsigned i = 0; i < LAYOUT_NODES; i++)
        f->lane[node][i] = f->lane[i][node] = (struct flow_lane){0};
    for (unsigned i = 0; i < FLOW_DOTS; i++)
        if (f->dot[i].from == node || f->dot[i].to == node)
            f->dot[i].start = 0;
}

/* A place for a program: the first free one, else that of the one that is gone for longest. */
static unsigned find_place(const struct flow *f)
{
    unsigned best = LAYOUT_NODES;
    for (unsigned i = NSERVICES; i < LAYOUT_NODES; i++) {
        const struct flow_node *n = &f->node[i];
        if (!n->used)
            return i;
        if (n->gone && (best == LAYOUT_NODES || n->left < f->node[best].left))
            best = i;
    }
    return best;
}

static unsigned appear(struct flow *f, endpoint_t ep, const char *name)
{
    struct place unused;
    unsigned node = ep < NSERVICES ? ep : find_place(f);
    if (node == LAYOUT_NODES || !layout_place(node, LAYOUT_STEPS - 1, &unused))
        return LAYOUT_NODES;
    forget_lanes(f, node);
    f->node[node] =
        (struct flow_node){.used = true, .endpoint = ep, .state = PROC_EMBRYO, .peer = EP_NONE};
    memcpy(f->node[node].name, name, NAME_BYTES);
    f->node[node].name[NAME_BYTES - 1] = '\0';
    return node;
}

static void leave(struct flow *f, struct flow_node *n, bool crashed)
{
    if (n->gone)
        return;
    n->gone = true;
    n->left = f->present;
    n->runs = false;
    n->peer = EP_NONE;
    if (crashed && !n->died)
        n->died = f->present;
}

/* A death is seen by the state, or, when it was over too soon, by the next incarnation; which takes over when
 * the X has been seen. */
static void follow_service(struct flow *f, struct flow_node *n, const struct world_process *p)
{
    bool dead = p->state == PROC_CRASHED || p->state == PROC_DOWN;
    if (n->incarnation == 0 && dead)
        return; /* it has not been started yet */
    if (n->incarnation == 0)
        n->incarnation = p->incarnation;
    bool again = p->incarnation != (n->next ? n->next : n->incarnation);
    if ((dead || again) && (!n->died || (n->replaced && !n->next))) {
        n->died = f->present;
        n->replaced = 0;
    }
    if (again) {
        uint64_t seen = n->died + FLOW_CROSS;
        n->next = p->incarnation;
        n->replaced = seen > f->present ? seen : f->present;
    }
    if (n->next && f->present >= n->replaced) {
        n->incarnation = n->next;
        n->next = 0;
    }
    if (!dead && n->replaced && !n->next && f->present >= n->replaced + FLOW_TAKEOVER)
        n->died = 0;
}

static void follow(struct flow *f, struct flow_node *n, const struct world_process *p)
{
    memcpy(n->name, p->name, NAME_BYTES);
    n->state = p->state;
    n->peer = p->peer;
    n->runs = world_runs(&f->model->world, p);
    if (EP_SLOT(p->endpoint) < NSERVICES)
        follow_service(f, n, p);
    else if (p->state == PROC_CRASHED && !n->died)
        n->died = f->present;
}

static void follow_processes(struct flow *f)
{
    const struct world *w = &f->model->world;
    f->without = 0;
    for (unsigned i = 1; i < LAYOUT_NODES; i++) {
        struct flow_node *n = &f->node[i];
        const struct world_process *p = n->used ? world_find(w, n->endpoint) : NULL;
        if (n->used && !p) {
            const struct world_process *slot = &w->process[EP_SLOT(n->endpoint)];
            leave(f, n, slot->endpoint == n->endpoint && slot->state == PROC_CRASHED);
        }
        if (n->used && n->gone && f->present >= n->left + FLOW_CROSS) {
            forget_lanes(f, i);
            *n = (struct flow_node){0};
        }
    }
    for (unsigned i = 1; i < NSLOTS; i++) {
        const struct world_process *p = &w->process[i];
        unsigned node = p->used ? flow_node(f, p->endpoint) : LAYOUT_NODES;
        if (p->used && i >= NSERVICES && p->state == PROC_EMBRYO)
            continue; /* it may be no more than what exec builds a program in */
        if (p->used && node == LAYOUT_NODES)
            node = appear(f, p->endpoint, p->name);
        if (node != LAYOUT_NODES)
            follow(f, &f->node[node], p);
        else if (p->used)
            f->without++;
    }
}

/* Smaller at once when places are needed, larger only after a while. */
static void choose_step(struct flow *f)
{
    unsigned places = 0;
    for (unsigned i = NSERVICES; i < LAYOUT_NODES; i++)
        if (f->node[i].used)
            places = i - NSERVICES + 1;
    unsigned step = layout_step(places);
    if (step >= f->step) {
        f->step = step;
        f->roomy = 0;
    } else if (!f->roomy) {
        f->roomy = f->present;
    } else if (f->present - f->roomy >= ROOMY) {
        f->step = step;
        f->roomy = 0;
    }
}

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
        (node = appear(f, ep, name)) != LAYOUT_NODES && ep >= NSERVICES) {
        f->node[node].state = PROC_READY;
        leave(f, &f->node[node], false);
    }
    return node;
}

static void take_message(struct flow *f, const struct entry *e, uint32_t weight, uint64_t start)
{
    unsigned from = place_of(f, e->source, e->source_name);
    unsigned to = place_of(f, e->dest, e->dest_name);
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

/* The kernel refused a call that would have closed a cycle of waits. */
static void take_refusal(struct flow *f, const struct entry *e)
{
    endpoint_t member[NSLOTS];
    size_t count = waits_cycle(&f->model->world, e->source, e->dest, member);
    struct flow_cycle *c = &f->refused;
    if (count == 0) { /* it is not so any more: at least those two */
        member[0] = e->source;
        member[1] = e->dest;
        count = 2;
    }
    *c = (struct flow_cycle){.until = f->present + FLOW_REFUSED};
    for (size_t i = 0; i < count && c->count < FLOW_CYCLE; i++) {
        unsigned node = flow_node(f, member[i]);
        if (node != LAYOUT_NODES)
            c->node[c->count++] = (uint8_t)node;
    }
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
        } else if (e && e->kind == ENTRY_FAILED && e->status == -ELOCKED) {
            take_refusal(f, e);
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

/* ---- the whole ------------------------------------------------------------------------------- */

static void follow_stall(struct flow *f)
{
    endpoint_t member[NSLOTS];
    size_t count = waits_stall(&f->model->world, member);
    f->stall = (struct flow_cycle){0};
    for (size_t i = 0; i < count && f->stall.count < FLOW_CYCLE; i++) {
        unsigned node = flow_node(f, member[i]);
        if (node != LAYOUT_NODES)
            f->stall.node[f->stall.count++] = (uint8_t)node;
    }
}

void flow_begin(struct flow *f, const struct model *m, uint64_t now, uint64_t present)
{
    memset(f, 0, sizeof *f);
    f->node[EP_KERNEL] =
        (struct flow_node){.used = true, .name = "kernel", .state = PROC_READY, .peer = EP_NONE};
    f->taken = m->history->stream.entries;
    f->notes = m->notes;
    f->now = now;
    f->present = present;
    flow_update(f, m, now, present);
}

void flow_update(struct flow *f, const struct model *m, uint64_t now, uint64_t present)
{
    uint64_t before = f->now, shown = f->present;
    f->model = m;
    f->now = now > before ? now : before;
    f->present = present > shown ? present : shown;
    follow_processes(f);
    take_entries(f, before, shown);
    send_held(f);
    choose_step(f);
    age(f, f->present - shown);
    follow_stall(f);
    if (m->notes != f->notes) {
        f->notes = m->notes;
        f->noted = f->present;
    }
}

bool flow_moves(const struct flow *f)
{
    if (f->stall.count || f->refused.until > f->present || f->roomy ||
        (f->noted && f->present < f->noted + FLOW_NOTE))
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
