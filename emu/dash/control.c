/*
 * Control of a running guest: pause and go on, steps, breakpoints.
 *
 * However it stops, it stops before something: the sender has made its call, nothing is delivered. The process that is
 * about to act becomes the chosen one, and the status line says why.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "emu/dash/dash.h"
#include "emu/dash/pending.h"
#include "emu/trace/names.h"
#include "emu/trace/probes.h"

bool control_live(struct dash *d)
{
    if (!d->view.live)
        dash_say(d, "A recorded trace: there is no guest to control. :goto goes to any moment.");
    return d->view.live;
}

/* ---- running and standing still -------------------------------------------------------------- */

static void go_on(struct dash *d)
{
    d->view.paused = false;
    d->view.stopped[0] = '\0';
    d->view.pending = NULL;
    d->control.stopped_before = (struct event){0};
    d->second =
        guest_host_ns(); /* a whole second from here, so that shares are not those of a few steps */
    guest_resync(&d->guest);
}

void control_go_on(struct dash *d)
{
    if (!control_live(d))
        return;
    if (!d->view.paused)
        dash_say(d, "The guest runs already.");
    step_cancel(&d->guest.step);
    go_on(d);
}

void control_pause(struct dash *d)
{
    if (!control_live(d))
        return;
    step_cancel(&d->guest.step);
    if (d->view.paused)
        go_on(d);
    else
        d->view.paused = true;
}

/* ---- steps ----------------------------------------------------------------------------------- */

/* What the guest stands before: the transaction that is just being asked; of a reply, the one around it. `answered`: the
 * one whose reply is on its way, or 0. */
static const struct transaction *transaction_here(const struct dash *d, uint64_t *answered)
{
    const struct world *w = &d->model->world;
    const struct event *e = &d->control.stopped_before;
    struct entry n;
    *answered = 0;
    if (!e->number || e->kind != EVENT_CALL)
        return NULL;
    pending_entry(&n, w, e);
    if (n.kind != ENTRY_REPLY)
        return world_transaction(w, e->transaction);
    *answered = n.transaction;
    return world_transaction(w, n.parent);
}

/* The transaction whose reply is waited for: that one, the selected one, or what the chosen process waits for or works on.
 * NULL: none. */
static const struct transaction *transaction_at_hand(const struct dash *d)
{
    const struct world *w = &d->model->world;
    const struct entry *selected = d->view.selected ? moment_entry(d) : NULL;
    const struct world_process *p = world_find(w, d->view.chosen);
    uint64_t answered;
    const struct transaction *t = transaction_here(d, &answered);
    if (!t && selected)
        t = world_transaction(w, selected->transaction);
    if (!t && p && p->asks.id)
        t = &p->asks;
    if (!t && p)
        t = world_transaction(w, p->in_hand);
    return t && t->id != answered ? t : NULL;
}

static bool step_over(struct dash *d)
{
    const struct transaction *t = transaction_at_hand(d);
    if (!t) {
        dash_say(d, "Over what? Neither the message nor %s is in a transaction.",
                 world_name(&d->model->world, d->view.chosen));
        return false;
    }
    dash_say(d, "Runs to the reply of transaction %llu; p stops it before.",
             (unsigned long long)t->id);
    step_reply(&d->guest.step, t->id, t->client);
    return true;
}

static bool step_finish(struct dash *d)
{
    if (!world_find(&d->model->world, d->view.chosen)) {
        dash_say(d, "Choose a process first.");
        return false;
    }
    dash_say(d, "Runs to the next message for %s; p stops it before.",
             world_name(&d->model->world, d->view.chosen));
    step_receive(&d->guest.step, d->view.chosen);
    return true;
}

void control_step(struct dash *d, enum control_step how)
{
    if (!control_live(d))
        return;
    if (how == CONTROL_OVER && !step_over(d))
        return;
    if (how == CONTROL_FINISH && !step_finish(d))
        return;
    if (how == CONTROL_STEP)
        step_message(&d->guest.step);
    moment_freeze(d, false);
    moment_follow(d);
    go_on(d);
}

/* ---- where it stopped -------------------------------------------------------------------------- */

/* "sh > fs FS_READ fd=3", or what else is about to happen. */
static void describe(char *out, size_t size, const struct world *w, const struct event *e)
{
    struct entry n;
    char text[NAMES_MESSAGE_BYTES];
    pending_entry(&n, w, e);
    if (e->kind == EVENT_CRASH)
        snprintf(out, size, "%s crashes: %s", world_name(w, e->who), model_cause(e->cause));
    else if (e->kind == EVENT_EXIT || e->kind == EVENT_EXEC || e->kind == EVENT_FAIL ||
             e->kind == EVENT_WAKE)
        snprintf(out, size, "%s: %s", n.source_name, probes_kind_name(e->kind));
    else if (e->kind == EVENT_DELIVER)
        snprintf(out, size, "%s has %s", n.source_name,
                 names_message(text, sizeof text, &e->message, world_name, w));
    else
        snprintf(out, size, "%s > %s %s", n.source_name, n.dest_name,
                 names_message(text, sizeof text, &n.message, world_name, w));
}

static const char *step_name(const struct step_end *end)
{
    if (end->goal == STEP_REPLY)
        return end->reached ? "reply" : "no reply will come";
    if (end->goal == STEP_RECEIVE)
        return end->reached ? "receive" : "it ended";
    return "step";
}

/* A step goes to the next message that the stream will show: heartbeats are not what one steps through. */
static bool is_passed_over(const struct dash *d, const struct step_end *end)
{
    struct entry n;
    if (end->goal != STEP_MESSAGE)
        return false;
    pending_entry(&n, &d->model->world, &end->event);
    return !view_shows(&d->view, &n);
}

void control_stopped(struct dash *d)
{
    struct breakpoint_hit hit;
    struct step_end end;
    char what[VIEW_FLASH], why[32];
    const struct event *e;
    d->guest.stopped = false;
    bool stepped = step_take(&d->guest.step, &end);
    bool broke = breakpoints_take(&d->guest.breakpoints, &hit);
    if (stepped && !broke && is_passed_over(d, &end)) {
        step_message(&d->guest.step);
        return;
    }
    if (!stepped && !broke)
        return;
    e = broke ? &hit.event : &end.event;
    if (broke)
        snprintf(why, sizeof why, "break %d", hit.number);
    else
        snprintf(why, sizeof why, "%s", step_name(&end));
    describe(what, sizeof what, &d->model->world, e);
    step_cancel(&d->guest.step);
    d->view.paused = true;
    d->view.focus = FOCUS_TABLES; /* the keys that go on are there */
    d->view.chosen = e->who;
    snprintf(d->view.stopped, sizeof d->view.stopped, "%s: %.120s", why, what);
    d->control.stopped_before = *e;
    pending_entry(&d->control.pending, &d->model->world, e);
    d->view.pending = breakpoint_is_message(e) ? &d->control.pending : NULL;
    d->view.flash[0] = '\0';
    moment_freeze(d, false);
    moment_follow(d);
    d->changed = true;
}

/* ---- breakpoints ------------------------------------------------------------------------------- */

static bool matches(void *arg, const struct event *e)
{
    const struct watch *w = arg;
    struct entry n;
    pending_entry(&n, w->world, e);
    return filter_match(w->filter, &n);
}

static struct watch *find(struct dash *d, unsigned number)
{
    for (unsigned i = 0; number && i < BREAKPOINTS_MAX; i++)
        if (d->control.watch[i].number == number)
            return &d->control.watch[i];
    return NULL;
}

static struct watch *unused(struct dash *d)
{
    for (unsigned i = 0; i < BREAKPOINTS_MAX; i++)
        if (!d->control.watch[i].number)
            return &d->control.watch[i];
    return NULL;
}

bool control_break(struct dash *d, const char *text, int column)
{
    struct filter_error error;
    struct watch *w = unused(d);
    bool crash = strcmp(text, "crash") == 0;
    if (!w)
        return command_mistake(d, column, "there are %d breakpoints already", BREAKPOINTS_MAX);
    struct filter *f = crash ? NULL : filter_compile(text, &error);
    if (!f && !crash)
        return command_mistake(d, column - 1 + error.column, "%s", error.text);
    if (f)
        filter_resolver(f, world_name, &d->model->world);
    *w = (struct watch){.filter = f, .world = &d->model->world};
    snprintf(w->text, sizeof w->text, "%s", text);
    w->number = (unsigned)breakpoint_add(&d->guest.breakpoints, crash ? BREAK_CRASH : BREAK_MESSAGE,
                                         crash ? NULL : matches, w);
    const char *stranger = f ? roster_stranger(&d->model->roster, f) : NULL;
    if (stranger)
        dash_say(d, "Breakpoint %u; no process was called '%s' so far.", w->number, stranger);
    else
        dash_say(d, "Breakpoint %u. B lists them all.", w->number);
    return true;
}

void control_example(struct dash *d, char *text, size_t size)
{
    const struct entry *e = moment_entry(d);
    const char *type = e && e->kind != ENTRY_NOTE ? names_type(e->message.type) : NULL;
    *text = '\0';
    if (type)
        snprintf(text, size, "src==%s && dst==%s && type==%s", e->source_name, e->dest_name, type);
}

void control_ask_break(struct dash *d)
{
    char text[VIEW_TEXT];
    if (!control_live(d))
        return;
    control_example(d, text, sizeof text);
    typing_open(d, PROMPT_BREAK, text);
}

bool control_delete(struct dash *d, unsigned number)
{
    struct watch *w = find(d, number);
    if (!w)
        return false;
    breakpoint_remove(&d->guest.breakpoints, (int)number);
    filter_free(w->filter);
    *w = (struct watch){0};
    return true;
}

bool control_enable(struct dash *d, unsigned number, bool enabled)
{
    struct breakpoint *b = number ? breakpoint_get(&d->guest.breakpoints, (int)number) : NULL;
    if (b)
        b->enabled = enabled;
    return b;
}

bool control_ignore(struct dash *d, unsigned number, uint64_t count)
{
    struct breakpoint *b = number ? breakpoint_get(&d->guest.breakpoints, (int)number) : NULL;
    if (b)
        b->ignore = count < UINT32_MAX ? (unsigned)count : UINT32_MAX;
    return b;
}

/* What the views show of them. */
void control_show(struct dash *d)
{
    unsigned count = 0;
    for (unsigned i = 0; i < BREAKPOINTS_MAX; i++) {
        const struct watch *w = &d->control.watch[i];
        const struct breakpoint *b =
            w->number ? breakpoint_get(&d->guest.breakpoints, (int)w->number) : NULL;
        if (!b)
            continue;
        struct view_break *v = &d->control.shown[count++];
        *v = (struct view_break){b->enabled, w->number, {0}, b->hits, b->ignore};
        memcpy(v->text, w->text, sizeof v->text);
    }
    d->view.breaks = d->control.shown;
    d->view.break_count = count;
}

static void add_break(struct view_dialog *q, const struct view_break *b)
{
    char number[16] = "", ignores[40] = "";
    if (b->number >= 10) /* no digit for it: only the commands reach it */
        snprintf(number, sizeof number, "%u: ", b->number);
    if (b->ignore)
        snprintf(ignores, sizeof ignores, ", ignores %u more", (unsigned)b->ignore);
    q->key[q->rows] = b->number < 10 ? (char)('0' + b->number) : '\0';
    snprintf(q->row[q->rows++], sizeof q->row[0], "%s%s %.40s  %u hit%s%s", number,
             b->enabled ? "on " : "off", b->text, (unsigned)b->hits, b->hits == 1 ? "" : "s",
             ignores);
}

static void list_breaks(struct dash *d, bool deleting)
{
    struct view_dialog *q = &d->view.dialog;
    *q = (struct view_dialog){.open = true, .menu = true, .digits = true, .list = !deleting};
    snprintf(q->title, sizeof q->title, "Breakpoints: a digit %s",
             deleting ? "deletes one" : "switches one on or off");
    for (unsigned i = 0; i < d->view.break_count && q->rows < VIEW_DIALOG_ROWS - 1; i++)
        add_break(q, &d->control.shown[i]);
    if (!deleting)
        q->key[q->rows] = 'd';
    snprintf(q->row[q->rows++], sizeof q->row[0], "%s:delete N, :ignore N COUNT, :enable N",
             deleting ? "" : "and a digit deletes one; ");
    d->control.listing = true;
    d->control.deleting = deleting;
}

void control_breaks(struct dash *d)
{
    if (!control_live(d))
        return;
    control_show(d);
    if (d->view.break_count)
        list_breaks(d, false);
    else
        dash_say(d, "There is no breakpoint; b makes one.");
}

void control_pick(struct dash *d, char key)
{
    unsigned number = (unsigned)(key - '0');
    if (key == 'd') {
        list_breaks(d, true);
        return;
    }
    struct breakpoint *b = breakpoint_get(&d->guest.breakpoints, (int)number);
    if (d->control.deleting)
        control_delete(d, number);
    else if (b)
        b->enabled = !b->enabled;
    control_breaks(d);
}

/* ---- opening and closing ------------------------------------------------------------------------ */

bool control_open(struct dash *d, const struct run_options *options)
{
    bool good = true;
    for (unsigned i = 0; good && i < options->break_count; i++)
        good = control_break(d, options->breaks[i], 1);
    if (!good)
        fprintf(stderr, "courier: --break: %s\n", d->view.flash);
    d->view.flash[0] = '\0';
    d->view.mistake = 0;
    return good;
}

void control_close(struct dash *d)
{
    for (unsigned i = 0; i < BREAKPOINTS_MAX; i++)
        filter_free(d->control.watch[i].filter);
}
