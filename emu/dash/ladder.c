/*
 * What each process did between its messages, out of the messages themselves.
 *
 * An entry says since when its receiver listened, since when its sender waited for it to be taken, and how long the
 * client waited for the reply. Between these stretches a process works. After its last message its
 * state in the world tells the rest.
 */
#include <stdlib.h>
#include <string.h>
#include "emu/dash/ladder.h"

#define LOOK_AHEAD 512 /* entries behind the last row, for what ends there */

/* ---- lives ----------------------------------------------------------------------------------------- */

static struct life *find(struct ladder *l, endpoint_t process, uint32_t incarnation)
{
    for (int i = 0; i < l->lives; i++)
        if (l->life[i].process == process && l->life[i].incarnation == incarnation)
            return &l->life[i];
    return NULL;
}

static struct life *take_part(struct ladder *l, endpoint_t process, uint32_t incarnation,
                              const char *name, int near)
{
    struct life *f = find(l, process, incarnation);
    if (!f) {
        if (l->lives == LADDER_LIVES)
            return NULL;
        f = &l->life[l->lives++];
        *f = (struct life){
            .process = process, .incarnation = incarnation, .near = near, .column = -1};
    }
    memcpy(f->name, name,
           sizeof f->name); /* as it is called in the end: an exec gives another name */
    f->near = near < f->near ? near : f->near;
    return f;
}

struct life *ladder_life(struct ladder *l, const struct entry *e, bool dest)
{
    if (e->kind == ENTRY_NOTE)
        return NULL;
    return find(l, dest ? e->dest : e->source, dest ? e->dest_incarnation : e->source_incarnation);
}

static void find_lives(struct ladder *l, int selected)
{
    for (int i = 0; i < l->rows; i++) {
        const struct entry *e = l->row[i];
        if (e->kind == ENTRY_NOTE)
            continue;
        take_part(l, e->source, e->source_incarnation, e->source_name, abs(i - selected));
        take_part(l, e->dest, e->dest_incarnation, e->dest_name, abs(i - selected));
    }
}

/* How many rows lie between the selected one and this time. */
static int rows_to(const struct ladder *l, uint64_t time, int selected)
{
    int row = 0;
    while (row < l->rows - 1 && l->row[row]->time < time)
        row++;
    return abs(row - selected);
}

/* The episodes know when a service's lives began and ended. Who dies or begins in these rows takes part by that. */
static void find_deaths(struct ladder *l, const struct scene *s, int selected)
{
    const struct episodes *all = &s->model->episodes;
    const struct episode *e;
    if (!l->rows)
        return;
    uint64_t from = l->row[0]->time, to = l->row[l->rows - 1]->time;
    for (uint64_t n = all->count; n && (e = episode_find(all, n)) != NULL; n--) {
        if (e->detected >= from && e->detected <= to)
            take_part(l, e->service, e->incarnation, e->name, rows_to(l, e->detected, selected));
        if (e->restarted >= from && e->restarted <= to)
            take_part(l, e->service, e->incarnation + 1, e->name,
                      rows_to(l, e->restarted, selected));
        struct life *before = find(l, e->service, e->incarnation);
        struct life *after = find(l, e->service, e->incarnation + 1);
        if (before) {
            before->died = e->detected;
            before->rested = e->in_hand == 0;
        }
        if (after)
            after->began = e->restarted;
    }
}

/* An ordinary process that is no more ended some time after its last message. */
static void find_ends(struct ladder *l, const struct scene *s)
{
    for (int i = 0; i < l->lives; i++) {
        struct life *f = &l->life[i];
        bool user = EP_SLOT(f->process) >= NSERVICES;
        if (user && f->last && !world_find(&s->model->world, f->process))
            f->died = f->last + 1;
    }
}

/* ---- lines ------------------------------------------------------------------------------------------ */

/* From time `from` up to `to` this life's line is of this kind. */
static void draw_line(struct ladder *l, struct life *f, uint64_t from, uint64_t to,
                      enum line_kind kind)
{
    for (int i = 0; f && i < l->rows; i++)
        if (l->row[i]->time >= from && l->row[i]->time < to)
            f->line[i] = (uint8_t)kind;
}

/* What one message tells of its two parties. */
static void learn(struct ladder *l, const struct entry *e)
{
    struct life *from = ladder_life(l, e, false), *to = ladder_life(l, e, true);
    if (from)
        from->last = e->time;
    if (to && e->kind != ENTRY_FAILED)
        to->last = e->time;
    if (e->listens && e->kind != ENTRY_FAILED)
        draw_line(l, to, e->listens, e->time, LINE_IDLE);
    if (e->kind == ENTRY_NOTICE || e->kind == ENTRY_FAILED)
        return;
    if (e->kind == ENTRY_REPLY) {
        draw_line(l, to, e->time - e->latency, e->time, LINE_WAITS);
        return;
    }
    uint64_t until = e->kind == ENTRY_MESSAGE                       ? e->time
                     : e->partner || e->fate == FATE_ANSWERED       ? e->asked + e->latency
                     : e->fate == FATE_OPEN || e->fate == FATE_GONE ? UINT64_MAX
                                                                    : e->time;
    draw_line(l, from, e->asked, until, LINE_WAITS);
}

/* What it does since its last message, if that is the same life still. */
static void learn_end(struct ladder *l, const struct scene *s, struct life *f)
{
    const struct world_process *p = world_find(&s->model->world, f->process);
    if (f->rested)
        draw_line(l, f, f->last + 1, UINT64_MAX, LINE_IDLE);
    if (!p || p->incarnation != f->incarnation)
        return;
    enum line_kind kind = p->state == PROC_RECEIVING                           ? LINE_IDLE
                          : p->state == PROC_SENDING || p->state == PROC_REPLY ? LINE_WAITS
                                                                               : LINE_WORKS;
    draw_line(l, f, p->since, UINT64_MAX, kind);
}

/* Before its birth and after its death there is no line. */
static void cut_off(struct ladder *l, struct life *f)
{
    uint64_t before = 0;
    for (int i = 0; i < l->rows; before = l->row[i++]->time) {
        uint64_t now = l->row[i]->time;
        if (f->began && now < f->began)
            f->line[i] = LINE_NONE;
        else if (f->began && before < f->began && i > 0)
            f->line[i] = LINE_BEGINS;
        if (f->died && now >= f->died)
            f->line[i] = before < f->died ? LINE_DIES : LINE_NONE;
    }
}

void ladder_find(struct ladder *l, const struct scene *s, const uint64_t *number, int rows,
                 const struct entry *pending, int selected)
{
    const struct stream *stream = &s->history->stream;
    memset(l, 0, sizeof *l);
    for (int i = 0; i < rows && i < LADDER_ROWS; i++)
        l->row[l->rows++] = stream_entry(stream, number[i]);
    uint64_t at = rows ? number[0] - 1 : 0, last = rows ? number[rows - 1] : 0;
    if (pending && l->rows < LADDER_ROWS)
        l->row[l->rows++] = pending;
    find_lives(l, selected);
    find_deaths(l, s, selected);
    for (int i = 0; i < l->lives; i++)
        memset(l->life[i].line, LINE_WORKS, sizeof l->life[i].line);
    for (int ahead = 0; (at = stream_next(stream, at, 1, true)) != 0 && ahead < LOOK_AHEAD;) {
        learn(l, stream_entry(stream, at));
        ahead += at > last;
    }
    find_ends(l, s);
    for (int i = 0; i < l->lives; i++) {
        learn_end(l, s, &l->life[i]);
        cut_off(l, &l->life[i]);
    }
}
