/* On the way: messages by type, processes by name, deadlocks, the slowest trees. */
#include <string.h>
#include "emu/export/summary.h"
#include "emu/export/text.h"
#include "emu/trace/names.h"

/* ---- types and notes ---------------------------------------------------------------------------- */

static struct summary_type *type_row(struct summary *s, uint32_t type)
{
    size_t i = 0;
    type &= ~MSG_REPLY;
    while (i < s->types && s->type[i].type != type)
        i++;
    if (i == SUMMARY_TYPES)
        return &s->type[SUMMARY_TYPES - 1];
    s->types += i == s->types;
    s->type[i].type = type;
    return &s->type[i];
}

static void on_sent(struct walker *self, const struct model *m, const struct entry *e)
{
    struct summary *s = (struct summary *)self;
    (void)m;
    if (e->kind == ENTRY_NOTE) {
        bool wait =
            strncmp(e->note.text, "deadlock", 8) == 0 || strncmp(e->note.text, "refused", 7) == 0;
        if (wait)
            s->note[s->notes++ % SUMMARY_NOTES] = e->note;
        return;
    }
    struct summary_type *row = type_row(s, e->message.type);
    row->sent += e->kind == ENTRY_REQUEST || e->kind == ENTRY_MESSAGE || e->kind == ENTRY_NOTICE;
    row->replies += e->kind == ENTRY_REPLY;
    row->errors += (e->kind == ENTRY_REPLY || e->kind == ENTRY_FAILED) && e->status < 0;
}

/* ---- processes -------------------------------------------------------------------------------- */

static struct summary_process *process_row(struct summary *s, const char *name)
{
    size_t i = 0;
    while (i < s->processes && strcmp(s->process[i].name, name) != 0)
        i++;
    if (i == SUMMARY_PROCESSES)
        return &s->process[SUMMARY_PROCESSES - 1];
    if (i == s->processes) {
        s->processes++;
        snprintf(s->process[i].name, sizeof s->process[i].name, "%s",
                 s->processes == SUMMARY_PROCESSES ? "(others)" : name);
    }
    return &s->process[i];
}

/* What the process did since it was counted last is added to the name that it had. */
static void count(struct summary *s, const struct world_process *p)
{
    struct summary_slot *slot = &s->slot[EP_SLOT(p->endpoint) % NSLOTS];
    if (slot->endpoint != p->endpoint || p->self < slot->self || p->in < slot->in) {
        *slot = (struct summary_slot){.endpoint = p->endpoint};
        names_endpoint(slot->name, sizeof slot->name, p->endpoint, NULL, NULL);
        if (p->name[0])
            memcpy(slot->name, p->name, sizeof slot->name);
    }
    struct summary_process *row = process_row(s, slot->name);
    row->self += p->self - slot->self;
    row->imposed += p->imposed - slot->imposed;
    row->in += p->in - slot->in;
    row->out += p->out - slot->out;
    slot->self = p->self;
    slot->imposed = p->imposed;
    slot->in = p->in;
    slot->out = p->out;
    if (p->name[0])
        memcpy(slot->name, p->name, sizeof slot->name);
}

void summary_count_all(struct summary *s, const struct model *m)
{
    for (unsigned i = 1; i < NSLOTS; i++)
        if (m->world.process[i].used)
            count(s, &m->world.process[i]);
}

/* After the event a process that is gone still stands in its slot, and one with another program has its new name. */
static void on_event(struct walker *self, const struct model *m, const struct event *e)
{
    struct summary *s = (struct summary *)self;
    const struct world_process *p = &m->world.process[EP_SLOT(e->who) % NSLOTS];
    bool turn = e->kind == EVENT_SPAWN || e->kind == EVENT_EXEC || e->kind == EVENT_EXIT;
    s->events++;
    s->kinds[e->kind]++;
    if (turn && p->endpoint == e->who)
        count(s, p);
}

/* ---- trees ------------------------------------------------------------------------------------ */

static uint64_t duration(const struct tree *t)
{
    const struct transaction *root = &t->row[0].transaction;
    return t->rows ? root->ended - root->called : 0;
}

/* Of transactions that nobody had a reason to put off, the slowest are kept in order. */
static void on_ended(struct walker *self, const struct model *m, const struct transaction *t)
{
    struct summary *s = (struct summary *)self;
    size_t at = s->trees;
    if (t->root != t->id || t->fate != FATE_ANSWERED || t->deferred)
        return;
    while (at > 0 && duration(&s->tree[at - 1]) < t->ended - t->called)
        at--;
    if (at == SUMMARY_TREES)
        return;
    s->trees += s->trees < SUMMARY_TREES;
    memmove(&s->tree[at + 1], &s->tree[at], (s->trees - 1 - at) * sizeof s->tree[0]);
    tree_take(&s->tree[at], m, self->then.names, t->id);
}

void summary_gather(struct summary *s)
{
    s->walker.sent = on_sent;
    s->walker.event = on_event;
    s->walker.ended = on_ended;
}
