/*
 * Deeds: what an operator does to a guest that is not asked. Each begins as a question, which names the target, which of its lives
 * it is, and who is blocked on it; only `y` does it, and only if it is still that life. Each is an event of the trace.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "emu/dash/dash.h"
#include "emu/dash/pending.h"
#include "emu/trace/names.h"

#define BLANKS           " \t"
#define DELAY_DEFAULT_MS 10
#define CLOCK_PER_MS     100000u

/* What a deed is called, and what it does, to be read behind "operator:" and in the question. */
static const struct {
    const char *verb, *explained;
    enum fault_deed rule; /* of a deed on a message */
} deeds[] = {
    [DEED_KILL] = {"kill", "It crashes when it next runs; RS starts it anew.", FAULT_KILL},
    [DEED_HANG] = {"hang", "It gets nothing done any more, until RS misses its heartbeat.",
                   FAULT_HANG},
    [DEED_RESTART] = {"restart", "It is killed, if it lives, and RS starts it anew.",
                      FAULT_RESTART},
    [DEED_DROP] = {"drop", "Its sender believes that it was sent.", FAULT_DROP},
    [DEED_DELAY] = {"delay", "Its sender waits meanwhile.", FAULT_DELAY},
    [DEED_DUPLICATE] = {"duplicate", "It is sent a second time.", FAULT_DUPLICATE},
    [DEED_CORRUPT] = {"corrupt", "A bit of its payload is flipped.", FAULT_CORRUPT},
    [DEED_FLIP_REGISTER] = {"flip", "When it next runs, its register has another value.",
                            FAULT_FLIP},
    [DEED_FLIP_MEMORY] = {"flip", "At once, in its memory, also for those who share the page.",
                          FAULT_FLIP},
};

bool deeds_allowed(struct dash *d)
{
    if (!control_live(d))
        return false;
    if (d->view.readonly)
        dash_say(d, "Read only: this dashboard changes nothing (--readonly).");
    return !d->view.readonly;
}

/* ---- the question ------------------------------------------------------------------------------ */

__attribute__((format(printf, 2, 3))) static void add_row(struct view_dialog *q, const char *format,
                                                          ...)
{
    va_list args;
    if (q->rows == VIEW_DIALOG_ROWS)
        return;
    va_start(args, format);
    vsnprintf(q->row[q->rows++], sizeof q->row[0], format, args);
    va_end(args);
}

/* "fs, endpoint 3, incarnation 2", or "ls, endpoint 17.4". */
static void add_target(struct view_dialog *q, const struct world_process *p)
{
    char endpoint[32];
    names_endpoint(endpoint, sizeof endpoint, p->endpoint, NULL, NULL);
    if (p->incarnation)
        add_row(q, "%s, endpoint %s, incarnation %u", p->name, endpoint, (unsigned)p->incarnation);
    else
        add_row(q, "%s, endpoint %s", p->name, endpoint);
}

/* "sh and 2 more wait for it", with what they asked as far as there is room. */
static void add_blocked(struct view_dialog *q, const struct world *w, endpoint_t ep)
{
    struct wait_edge edge[WAITS_MAX];
    size_t edges = waits_edges(w, edge), used = 0;
    char names[64] = "";
    unsigned count = 0;
    for (size_t i = 0; i < edges; i++) {
        if (edge[i].to != ep || edge[i].kind == WAIT_OWES)
            continue;
        const char *name = world_name(w, edge[i].from);
        if (used < sizeof names - 20)
            used += (size_t)snprintf(names + used, sizeof names - used, "%s%s", count ? ", " : "",
                                     name ? name : "?");
        count++;
    }
    if (count > 1)
        add_row(q, "%u are blocked on it: %s", count, names);
    else if (count)
        add_row(q, "Blocked on it: %s", names);
    else
        add_row(q, "Nobody is blocked on it.");
}

static void ask(struct dash *d, enum deed deed, const struct world_process *p)
{
    struct view_dialog *q = &d->view.dialog;
    *q = (struct view_dialog){.open = true, .confirm = 'y'};
    d->control.listing = false;
    d->deed.deed = deed;
    d->view.target = p ? p->endpoint : EP_NONE;
    d->view.incarnation = p ? p->incarnation : 0;
    if (p)
        add_target(q, p);
}

/* ---- deeds on a process -------------------------------------------------------------------------- */

static const struct world_process *process_called(const struct world *w, const char *name)
{
    for (unsigned i = 0; i < NSLOTS; i++)
        if (w->process[i].used && strcmp(w->process[i].name, name) == 0)
            return &w->process[i];
    return NULL;
}

static bool ask_process(struct dash *d, enum deed deed, const char *name, int column)
{
    const struct world *w = &d->model->world;
    const struct world_process *p =
        name[0] ? process_called(w, name) : world_find(w, d->view.chosen);
    if (!p && name[0])
        return command_mistake(d, column, "there is no such process");
    if (!p) {
        dash_say(d, "Choose a process first.");
        return true;
    }
    if (EP_SLOT(p->endpoint) >= NSERVICES) {
        dash_say(d, "%s is no server. The shell's kill ends programs.", p->name);
        return true;
    }
    ask(d, deed, p);
    add_blocked(&d->view.dialog, w, p->endpoint);
    add_row(&d->view.dialog, "%s", deeds[deed].explained);
    snprintf(d->view.dialog.title, sizeof d->view.dialog.title, "%s server %s?",
             deed == DEED_KILL   ? "Kill"
             : deed == DEED_HANG ? "Hang"
                                 : "Restart",
             p->name);
    return true;
}

static const char *const register_names[] = {"pc", "ra", "sp",  "gp",  "tp", "t0", "t1", "t2",
                                             "s0", "s1", "a0",  "a1",  "a2", "a3", "a4", "a5",
                                             "a6", "a7", "s2",  "s3",  "s4", "s5", "s6", "s7",
                                             "s8", "s9", "s10", "s11", "t3", "t4", "t5", "t6"};

/* The number of a register, 0 is the pc; negative: there is none of that name. */
static int register_number(const char *name)
{
    for (int i = 0; i < 32; i++)
        if (strcmp(name, register_names[i]) == 0)
            return i;
    return -1;
}

/* "a0 5": a register and a bit, or "0x12f80 3": an address and a bit. */
static bool ask_flip(struct dash *d, enum deed deed, const char *text, int column)
{
    const struct world_process *p = world_find(&d->model->world, d->view.chosen);
    struct view_dialog *q = &d->view.dialog;
    char what[32];
    unsigned bit, limit = deed == DEED_FLIP_MEMORY ? 7 : 63;
    if (sscanf(text, "%31s %u", what, &bit) != 2 || bit > limit)
        return command_mistake(d, column, "flip REGISTER 0..63, or flip 0xADDRESS 0..7");
    if (deed == DEED_FLIP_REGISTER && register_number(what) < 0)
        return command_mistake(d, column, "a register: pc, ra, sp, a0 to a7, s0 to s11, ...");
    if (!p)
        return command_mistake(d, column, "choose a process first");
    ask(d, deed, p);
    add_blocked(q, &d->model->world, p->endpoint);
    add_row(q, "%s", deeds[deed].explained);
    snprintf(q->title, sizeof q->title, "Flip bit %u of %.16s in %s?", bit, what, p->name);
    d->deed.address =
        deed == DEED_FLIP_MEMORY ? strtoull(what, NULL, 16) : (uint64_t)register_number(what);
    d->deed.amount = bit;
    snprintf(d->deed.text, sizeof d->deed.text, "%s bit %u", what, bit);
    return true;
}

/* ---- deeds on the next message that matches --------------------------------------------------------- */

/* A number that may stand before the filter: of ms for a delay, of a bit for a corruption. */
static const char *take_amount(struct dash *d, enum deed deed, const char *text)
{
    char *end;
    d->deed.amount = deed == DEED_DELAY ? DELAY_DEFAULT_MS * CLOCK_PER_MS : 0;
    if ((deed != DEED_DELAY && deed != DEED_CORRUPT) || *text < '0' || *text > '9')
        return text;
    uint64_t amount = strtoull(text, &end, 10);
    if (deed == DEED_DELAY && strncmp(end, "ms", 2) == 0) {
        amount *= CLOCK_PER_MS;
        end += 2;
    }
    d->deed.amount = amount;
    return end + strspn(end, BLANKS);
}

static struct rule *unused_rule(struct dash *d)
{
    for (unsigned i = 0; i < FAULT_RULES; i++)
        if (!d->deed.rule[i].waits)
            return &d->deed.rule[i];
    return NULL;
}

/* Of the selected message, if it is one of these: whom it is about. */
static void add_example(struct dash *d, const struct filter *f)
{
    const struct entry *e = moment_entry(d);
    const struct world_process *to = e ? world_find(&d->model->world, e->dest) : NULL;
    if (!to || !filter_match(f, e))
        return;
    add_row(&d->view.dialog, "As #%llu, from %s to:", (unsigned long long)e->event, e->source_name);
    add_target(&d->view.dialog, to);
    add_blocked(&d->view.dialog, &d->model->world, to->endpoint);
}

static bool ask_message(struct dash *d, enum deed deed, const char *text, int column)
{
    struct filter_error error;
    struct rule *r = unused_rule(d);
    struct view_dialog *q = &d->view.dialog;
    const char *expression = take_amount(d, deed, text);
    column += (int)(expression - text);
    if (!expression[0])
        return command_mistake(d, column, "which message? src==sh && type==FS_READ");
    if (!r)
        return command_mistake(d, column, "%d deeds wait for their message already", FAULT_RULES);
    struct filter *f = filter_compile(expression, &error);
    if (!f)
        return command_mistake(d, column - 1 + error.column, "%s", error.text);
    filter_resolver(f, world_name, &d->model->world);
    filter_free(r->filter);
    *r = (struct rule){.filter = f, .world = &d->model->world};
    ask(d, deed, NULL);
    d->deed.asked = r;
    snprintf(d->deed.text, sizeof d->deed.text, "next %s", expression);
    snprintf(q->title, sizeof q->title, "%c%s a message?", deeds[deed].verb[0] - 'a' + 'A',
             deeds[deed].verb + 1);
    add_row(q, "The next one with %.60s", expression);
    add_row(q, "%s", deeds[deed].explained);
    const char *stranger = roster_stranger(&d->model->roster, f);
    if (stranger)
        add_row(q, "No process was called '%s' so far.", stranger);
    add_example(d, f);
    return true;
}

bool deeds_ask(struct dash *d, enum deed deed, const char *text, int column)
{
    if (!deeds_allowed(d))
        return true;
    if (deed == DEED_KILL || deed == DEED_HANG || deed == DEED_RESTART)
        return ask_process(d, deed, text, column);
    if (deed == DEED_FLIP_REGISTER || deed == DEED_FLIP_MEMORY)
        return ask_flip(d, deed, text, column);
    return ask_message(d, deed, text, column);
}

/* ---- the deed itself -------------------------------------------------------------------------------- */

static bool matches(void *arg, const struct event *call)
{
    struct rule *r = arg;
    struct entry n;
    pending_entry(&n, r->world, call);
    if (!r->waits || !filter_match(r->filter, &n))
        return false;
    r->waits = false; /* it is done to this one, and no other */
    return true;
}

/* A deed on a message is done, now that the message has come. */
static void on_acted(void *arg, enum fault_deed deed, endpoint_t who, const struct event *call)
{
    struct dash *d = arg;
    struct entry n;
    const char *verb = "";
    if (!call)
        return;
    for (enum deed i = DEED_DROP; i <= DEED_CORRUPT; i++)
        if (deeds[i].rule == deed)
            verb = deeds[i].verb;
    pending_entry(&n, &d->model->world, call);
    const char *type = names_type(n.message.type);
    trace_operator(d->guest.trace, who, "%s %s > %s %s", verb, n.source_name, n.dest_name,
                   type ? type : "");
}

static bool do_to_process(struct dash *d, const struct world_process *p)
{
    struct fault *f = &d->guest.fault;
    switch (d->deed.deed) {
    case DEED_KILL:
        return fault_kill(f, p->endpoint);
    case DEED_RESTART:
        return fault_restart(f, p->endpoint);
    case DEED_HANG:
        return fault_hang(f, p->endpoint);
    case DEED_FLIP_REGISTER:
        return fault_flip_register(f, p->endpoint, (unsigned)d->deed.address,
                                   (unsigned)d->deed.amount);
    default:
        return fault_flip_memory(f, p->endpoint, d->deed.address, (unsigned)d->deed.amount);
    }
}

static void confirm_process(struct dash *d)
{
    const struct world_process *p = world_find(&d->model->world, d->view.target);
    bool flip = d->deed.deed == DEED_FLIP_REGISTER || d->deed.deed == DEED_FLIP_MEMORY;
    const char *verb = deeds[d->deed.deed].verb;
    bool dead = p && world_is_dead(p);
    if (!p || p->incarnation != d->view.incarnation || (dead && d->deed.deed != DEED_RESTART)) {
        dash_say(d, "%s died meanwhile; nothing was done.", p ? p->name : "It");
        return;
    }
    if (!do_to_process(d, p)) {
        dash_say(d, "That cannot be done to %s: it has not run yet, or nothing is there.", p->name);
        return;
    }
    if (flip)
        trace_operator(d->guest.trace, p->endpoint, "%s %s %s", verb, p->name, d->deed.text);
    else
        trace_operator(d->guest.trace, p->endpoint, "%s %s", verb, p->name);
    if (d->view.paused)
        dash_say(d, "The guest is stopped; it happens to %s after it goes on.", p->name);
    else if (dead)
        dash_say(d, "%s: RS is asked to start it, within a second.", p->name);
    else if (flip)
        dash_say(d, "Done: %s has another bit in %s.", p->name, d->deed.text);
    else
        dash_say(d, "%s: when %s next runs, at the next heartbeat, within 0.5 s.", verb, p->name);
}

static void confirm_message(struct dash *d)
{
    struct rule *r = d->deed.asked;
    enum deed deed = d->deed.deed;
    d->guest.fault.acted = on_acted;
    d->guest.fault.acted_arg = d;
    r->waits = true;
    if (!fault_next(&d->guest.fault, deeds[deed].rule, d->deed.amount, matches, r)) {
        r->waits = false;
        dash_say(d, "That cannot be done: the number before the filter is too large.");
        return;
    }
    trace_operator(d->guest.trace, EP_NONE, "%s %s", deeds[deed].verb, d->deed.text);
    dash_say(d, "%s: it waits for the next such message.", deeds[deed].verb);
}

void deeds_confirm(struct dash *d)
{
    enum deed deed = d->deed.deed;
    d->view.dialog.open = false;
    if (deed == DEED_NONE || !deeds_allowed(d))
        return;
    if (deed >= DEED_DROP && deed <= DEED_CORRUPT)
        confirm_message(d);
    else
        confirm_process(d);
    d->deed.deed = DEED_NONE;
}

void deeds_close(struct dash *d)
{
    for (unsigned i = 0; i < FAULT_RULES; i++)
        filter_free(d->deed.rule[i].filter);
}
