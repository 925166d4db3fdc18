/* Who is shown, where, and in what state: births, deaths, the next incarnation; and what they are called. */
#include <stdio.h>
#include <string.h>
#include "emu/display/flow_parts.h"

#define ROOMY (2000 * FLOW_MS) /* places become larger when that would have done for so long */

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

static bool is_in(const struct flow_cycle *c, unsigned node)
{
    return c->count && memchr(c->node, (int)node, c->count);
}

/* Its place is somebody else's now. */
static void forget_cycle(struct flow *f, unsigned node)
{
    if (is_in(&f->refused, node))
        f->refused = (struct flow_cycle){0};
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

unsigned flow_appear(struct flow *f, endpoint_t ep, const char *name)
{
    struct place unused;
    unsigned node = ep < NSERVICES ? ep : find_place(f);
    if (node == LAYOUT_NODES || !layout_place(node, LAYOUT_STEPS - 1, &unused))
        return LAYOUT_NODES;
    forget_lanes(f, node);
    forget_cycle(f, node);
    f->node[node] =
        (struct flow_node){.used = true, .endpoint = ep, .state = PROC_EMBRYO, .peer = EP_NONE};
    memcpy(f->node[node].name, name, NAME_BYTES);
    f->node[node].name[NAME_BYTES - 1] = '\0';
    return node;
}

/* Its name, which it may have got from exec between two updates. */
void flow_call(struct flow *f, struct flow_node *n, const char *name)
{
    if (!name || !name[0] || strncmp(n->name, name, NAME_BYTES) == 0)
        return;
    snprintf(n->name, sizeof n->name, "%s", name);
    if (!n->gone)
        flow_tell(f, "%s begins", n->name);
}

void flow_leave(struct flow *f, struct flow_node *n, bool crashed)
{
    if (n->gone)
        return;
    n->gone = true;
    n->left = f->present;
    n->runs = false;
    n->peer = EP_NONE;
    flow_call(f, n, world_name(&f->model->world, n->endpoint));
    if (crashed && !n->died)
        n->died = f->present;
    else if (!crashed)
        flow_tell(f, "%s has ended", n->name);
}

/* A death is seen by the state, or, when it was over too soon, by the next incarnation; which takes over when
 * the X has been seen. */
static void follow_service(struct flow *f, struct flow_node *n, const struct world_process *p)
{
    bool dead = world_is_dead(p);
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
    flow_call(f, n, p->name);
    n->state = p->state;
    n->peer = p->peer;
    n->runs = world_runs(&f->model->world, p);
    if (EP_SLOT(p->endpoint) < NSERVICES)
        follow_service(f, n, p);
    else if (p->state == PROC_CRASHED && !n->died)
        n->died = f->present;
}

/* Is it to be seen no longer that it has ended? */
static bool is_over(const struct flow *f, unsigned node)
{
    const struct flow_node *n = &f->node[node];
    if (!n->gone || (f->refused.until > f->present && is_in(&f->refused, node)))
        return false;
    for (unsigned i = 0; f->ended && i < FLOW_DOTS; i++)
        if (f->dot[i].start && (f->dot[i].from == node || f->dot[i].to == node))
            return false;
    return f->ended || f->present >= n->left + (n->died ? FLOW_CROSS : FLOW_ENDED);
}

/* Those that are gone. */
void flow_follow_ends(struct flow *f)
{
    const struct world *w = &f->model->world;
    for (unsigned i = 1; i < LAYOUT_NODES; i++) {
        struct flow_node *n = &f->node[i];
        if (n->used && !world_find(w, n->endpoint)) {
            const struct world_process *slot = &w->process[EP_SLOT(n->endpoint)];
            flow_leave(f, n, slot->endpoint == n->endpoint && slot->state == PROC_CRASHED);
        }
        if (n->used && is_over(f, i)) {
            forget_lanes(f, i);
            *n = (struct flow_node){0};
        }
    }
}

void flow_follow_processes(struct flow *f)
{
    const struct world *w = &f->model->world;
    f->without = 0;
    for (unsigned i = 1; i < NSLOTS; i++) {
        const struct world_process *p = &w->process[i];
        unsigned node = p->used ? flow_node(f, p->endpoint) : LAYOUT_NODES;
        if (p->used && i >= NSERVICES && p->state == PROC_EMBRYO)
            continue; /* it may be no more than what exec builds a program in */
        if (p->used && node == LAYOUT_NODES)
            node = flow_appear(f, p->endpoint, p->name);
        if (node != LAYOUT_NODES)
            follow(f, &f->node[node], p);
        else if (p->used)
            f->without++;
    }
}

/* A standstill: what is shown for a while only gives way to what is. */
void flow_settle(struct flow *f)
{
    for (unsigned i = 1; i < NSERVICES; i++) {
        struct flow_node *n = &f->node[i];
        if (!n->used || n->gone)
            continue;
        n->incarnation = n->next ? n->next : n->incarnation;
        n->next = 0;
        if (n->state < PROC_CRASHED)
            n->died = n->replaced = 0;
        else
            n->replaced = 0;
    }
}

/* Smaller at once when places are needed, larger only after a while. */
void flow_choose_step(struct flow *f)
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

bool flow_has_namesake(const struct flow *f, unsigned node)
{
    for (unsigned i = NSERVICES; i < LAYOUT_NODES && node >= NSERVICES; i++)
        if (i != node && f->node[i].used && strcmp(f->node[i].name, f->node[node].name) == 0)
            return true;
    return false;
}

char *flow_name(const struct flow *f, unsigned node, char *out, size_t size)
{
    const struct flow_node *n = &f->node[node];
    if (flow_has_namesake(f, node))
        snprintf(out, size, "%s %u.%u", n->name, EP_SLOT(n->endpoint), EP_GENERATION(n->endpoint));
    else
        snprintf(out, size, "%s", n->name[0] ? n->name : "?");
    return out;
}
