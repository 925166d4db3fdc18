/*
 * Every crossing of the boundary between user mode and the kernel comes through here, as the hart makes it.
 *
 * Whose it is, nothing in the kernel's own data says: an actor is known by the physical page of its text, under the address
 * space of the crossing, and that page must hold what it held at first. What an actor does is decided at its trap; what
 * came of it is seen at its return.
 */
#include <stdlib.h>
#include <string.h>
#include "gen/actor.inc"
#include "grader/engine/play.h"

_Static_assert(ACTOR_BUFFER_AT == ACTOR_BUFFER, "actor.h says where actor.S has its buffer");
_Static_assert(BUFFER_PAGES == ACTOR_PAGES, "script.h and actor.h mean the same buffer");

#define INTERRUPT (1ull << 63)
/* Causes (privileged architecture, table of scause). */
enum { CAUSE_ILLEGAL = 2, CAUSE_ECALL = 8, CAUSE_LOAD_PAGE = 13, CAUSE_STORE_PAGE = 15 };
#define SPIN_TURNS  300 /* of an actor without an operation, until it is asked again */
#define ECALL_BYTES 4
#define PATIENCE    50000 /* instructions; the longest way through IPC is some thousand */
#define TICK        10    /* instructions */

/* Registers by number. */
enum { T0 = 5, T1 = 6, T2 = 7, A0 = 10, A7 = 17, T3 = 28, T4 = 29, T5 = 30, T6 = 31 };

/* What a call preserves: ra, sp, gp, tp, s0 to s11 (courier/syscall.h). */
#define PRESERVED 0x0ffc031eu

/* ---- identity ------------------------------------------------------------------------------------------- */

struct actor *actor_of_endpoint(struct play *p, endpoint_t ep)
{
    for (unsigned i = 0; i < p->actors; i++)
        if (p->actor[i].endpoint == ep && p->actor[i].standing != ABSENT)
            return &p->actor[i];
    return NULL;
}

static bool is_trusted(const struct play *p, uint64_t text)
{
    static const uint32_t words[] = {ACTOR_WORDS};
    uint32_t found[sizeof words / sizeof *words];
    return board_read(p->board, text, found, sizeof found) && !memcmp(found, words, sizeof words);
}

/* NULL: nobody's. The first return of a process that is being started says what its address space is. */
static struct actor *whose(struct play *p, const struct board_crossing *c)
{
    uint64_t text = 0;
    bool mapped = board_translate(p->board, c->satp, ACTOR_TEXT, &text);
    struct actor *starting = NULL;
    for (struct actor *a = p->actor; a < p->actor + p->actors; a++) {
        if (a->known && mapped && a->text == text)
            return is_trusted(p, text) ? a : NULL;
        if (!a->known && a->standing == STARTING && a->satp == 0)
            starting = a;
    }
    for (struct actor *a = p->actor; a < p->actor + p->actors; a++)
        if (!a->known && a->standing != ABSENT && a->satp == c->satp)
            return a;
    if (starting && !c->entering)
        starting->satp = c->satp;
    return c->entering ? NULL : starting;
}

/* An actor's first ecall: now its text and its buffer are there. */
static bool introduce(struct play *p, struct actor *a, const struct board_crossing *c)
{
    uint64_t text;
    if (!board_translate(p->board, c->satp, ACTOR_TEXT, &text) || !is_trusted(p, text))
        return breaks(p, p->crossings, "a program is in memory as it was loaded");
    a->text = text;
    a->known = true;
    p->progress++;
    return memory_known(p, a);
}

/* ---- what an actor does next ---------------------------------------------------------------------------- */

static void finish_repetition(struct play *p, struct actor *a)
{
    struct op *op = a->op;
    p->progress++;
    p->pending--;
    if (++op->done == op->repeat)
        a->op = op->next;
}

static void do_instead(struct board_crossing *c, uint64_t what, uint64_t turns, uint64_t at,
                       uint64_t value)
{
    c->x[T3] = what;
    c->x[T4] = turns;
    c->x[T5] = at;
    c->x[T6] = value;
    c->skip = true;
}

static void start_other(struct play *p, struct actor *a, struct board_crossing *c)
{
    static const uint8_t command[] = {
        [OP_SPIN] = DO_SPIN,     [OP_LOAD8] = DO_LOAD8,     [OP_STORE8] = DO_STORE8,
        [OP_LOAD64] = DO_LOAD64, [OP_STORE64] = DO_STORE64, [OP_CRASH] = DO_CRASH};
    const struct op *op = a->op;
    do_instead(c, command[op->kind], op->number, op->peer, op->number);
    a->op->made++;
    a->busy = true;
    p->progress++;
}

/* Any type that is not the kernel's, short or long, a reply's or not. To a module: none of its requests, nor a reply to its own. */
static uint32_t type_of(struct play *p, const struct op *op)
{
    uint64_t random = random_word(&p->nonces);
    uint32_t type = (uint32_t)(random >> 32) >> (random & 0xff) % 24;
    if (p->module && op->peer == p->module->endpoint)
        return type % 0x7fff0000u + 0x10000u;
    type |= random & 0x100 ? MSG_REPLY : 0;
    return type < 0x100 ? type + 0x100 : type;
}

static struct message message_of(struct play *p, struct op *op)
{
    struct message m;
    uint64_t words[MSG_WORDS];
    for (unsigned i = 0; i < MSG_WORDS; i++)
        words[i] = random_word(&p->nonces);
    memcpy(&m, words, sizeof m);
    m.type = type_of(p, op);
    if (op->given)
        m = op->message;
    else if (op->typed)
        m.type = op->message.type;
    if (op->prepare)
        op->prepare(op, op->made, &m);
    return m;
}

static void fill_registers(struct play *p, struct actor *a, struct board_crossing *c)
{
    struct op *op = a->op;
    for (unsigned i = 1; i < 32; i++)
        c->x[i] = random_word(&p->nonces);
    c->x[T0] = op->number;
    if ((op->number & IPC_CALL_MASK) < K_TIME || op->peer)
        c->x[T1] = op->to_last ? a->heard : op->peer;
    if (op->number & IPC_DEADLINE)
        c->x[T2] = op->relative ? (c->time + op->deadline) / TICK + 1 : op->deadline;
    struct message m = message_of(p, op);
    memcpy(&c->x[A0], &m, sizeof m);
    c->changed = true;
}

/* ---- calls ------------------------------------------------------------------------------------------------ */

/* Makes room for one more pointer in an array that doubles at powers of two. */
static bool grow(struct play *p, struct record ***array, size_t count)
{
    if (count & (count - 1))
        return true;
    struct record **more = realloc(*array, (count ? 2 * count : 1) * sizeof **array);
    if (!more)
        play_fails(p, "out of memory");
    else
        *array = more;
    return more != NULL;
}

struct record *record_new(struct play *p, struct actor *a, const struct board_crossing *c)
{
    if (!grow(p, &p->records, p->nrecords) || !grow(p, &a->records, a->nrecords))
        return NULL;
    struct record *r = play_alloc(p, sizeof *r);
    if (!r)
        return NULL;
    r->caller = a;
    r->call = (struct call){.caller = a,
                            .entered = p->crossings,
                            .enter_time = c->time,
                            .number = c->x[T0],
                            .peer = c->x[T1],
                            .deadline = c->x[T2]};
    memcpy(&r->call.sent, &c->x[A0], sizeof r->call.sent);
    p->records[p->nrecords++] = r;
    a->records[a->nrecords++] = r;
    return r;
}

static void enter_call(struct play *p, struct actor *a, const struct board_crossing *c)
{
    struct record *r = record_new(p, a, c);
    if (!r)
        return;
    struct op *op = a->is_module ? NULL : a->op;
    if (op && !op->calls)
        op->calls = play_alloc(p, op->repeat * sizeof *op->calls);
    if (op && op->calls)
        op->calls[op->made++] = &r->call;
    r->op = op;
    a->open = r;
    a->standing = CALLING;
    p->progress++;
    law_entered(p, r);
    p->in_kernel = r->ipc ? board_instructions(p->board) : 0;
}

static void return_call(struct play *p, struct actor *a, struct board_crossing *c)
{
    struct record *r = a->open;
    for (unsigned i = 1; i < 32; i++)
        if (PRESERVED >> i & 1 && c->x[i] != a->x[i])
            breaks(p, p->crossings, "a call preserves ra, sp, gp, tp and s0 to s11 of its caller");
    if (c->pc != a->pc + ECALL_BYTES)
        breaks(p, p->crossings,
               "who waits in a call executes nothing: it returns behind its ecall, once, when it "
               "is over");
    r->call.returned = p->crossings;
    r->call.return_time = c->time;
    r->call.status = (int64_t)c->x[T0];
    r->call.check = c->x[T1];
    memcpy(&r->call.got, &c->x[A0], sizeof r->call.got);
    p->progress++;
    law_returned(p, r);
    a->open = NULL;
    if (r->op)
        finish_repetition(p, a);
    if (a->is_module)
        return;
    c->x[T3] = DO_CALL;
    c->changed = true;
}

/* ---- traps ------------------------------------------------------------------------------------------------ */

static void ecall_of_actor(struct play *p, struct actor *a, struct board_crossing *c)
{
    if (c->pc != ACTOR_CALL || (!a->known && !introduce(p, a, c))) {
        breaks(p, p->crossings, "a program is in memory as it was loaded");
        return;
    }
    if (a->busy) {
        a->op->value = c->x[T6];
        memory_stored(a, a->op);
        a->busy = false;
        finish_repetition(p, a);
    }
    if (!a->op) {
        do_instead(c, DO_SPIN, SPIN_TURNS, 0, 0);
    } else if (a->op->kind != OP_CALL) {
        start_other(p, a, c);
    } else {
        fill_registers(p, a, c);
        enter_call(p, a, c);
    }
}

/* The case wanted it to touch what may not be there, or to do what it may not. */
static bool may_fault(const struct actor *a, const struct board_crossing *c)
{
    static const uint8_t cause[] = {[OP_LOAD8] = CAUSE_LOAD_PAGE,
                                    [OP_LOAD64] = CAUSE_LOAD_PAGE,
                                    [OP_STORE8] = CAUSE_STORE_PAGE,
                                    [OP_STORE64] = CAUSE_STORE_PAGE,
                                    [OP_CRASH] = CAUSE_ILLEGAL};
    return a->busy && c->cause == cause[a->op->kind] &&
           (a->op->kind == OP_CRASH || c->value == a->op->peer);
}

/* Only the student's module may be at fault itself. An actor gets the pages of its buffer by faults, before its first call. */
static void fault(struct play *p, struct actor *a, const struct board_crossing *c)
{
    a->fault = true;
    if (a->is_module || !a->known)
        return;
    if (!may_fault(a, c)) {
        breaks(p, p->crossings, "a program that does what it may is not stopped (%s is)", a->name);
        return;
    }
    if (a->op->kind == OP_CRASH) {
        pages_are_own(p, a, NULL);
        a->has_crashed = true;
        a->busy = false;
        finish_repetition(p, a);
    }
}

static void trap(struct play *p, struct actor *a, struct board_crossing *c)
{
    a->fault = a->passed = false;
    if (c->cause == CAUSE_ECALL && a->is_module) {
        death_before_call(p, c);
        enter_call(p, a, c);
    } else if (c->cause == CAUSE_ECALL) {
        ecall_of_actor(p, a, c);
    } else {
        a->standing = PREEMPTED;
        a->fault_at = c->value;
        if (!(c->cause & INTERRUPT))
            fault(p, a, c);
        p->progress += a->fault || a->is_module;
    }
    if (c->skip)
        return;
    memcpy(a->x, c->x, sizeof a->x);
    a->pc = c->pc;
}

/* ---- returns ---------------------------------------------------------------------------------------------- */

static void resume(struct play *p, struct actor *a, const struct board_crossing *c)
{
    if (c->pc != a->pc || memcmp(&c->x[1], &a->x[1], 31 * sizeof *c->x) != 0)
        breaks(p, p->crossings, "an interrupt leaves the registers of who runs as they were");
    a->fault = false;
    if (a->seen != p->progress)
        a->turns = 0;
    a->seen = p->progress;
    a->turns++;
}

static void others_wait(struct play *p, const struct actor *running)
{
    for (struct actor *a = p->actor; a < p->actor + p->actors; a++) {
        if (a == running)
            continue;
        if (a->open)
            a->open->call.waited = true;
        a->passed = a->fault;
    }
}

/* Whoever waits inside the kernel, looking again and again, keeps the processor from the others. */
static void check_patience(struct play *p)
{
    if (p->in_kernel && !p->idle && board_instructions(p->board) - p->in_kernel > PATIENCE)
        breaks(p, p->crossings, "a call of IPC is over soon, or gives the processor away");
    p->in_kernel = 0;
    p->idle = false;
}

static void returns(struct play *p, struct actor *a, struct board_crossing *c)
{
    check_patience(p);
    struct record *r = a->open;
    bool faulted = a->fault;
    switch (a->standing) {
    case STARTING:
        break;
    case CALLING:
        return_call(p, a, c);
        if (a->is_module)
            death_after_call(p, r, c);
        break;
    case PREEMPTED:
        resume(p, a, c);
        if (a->is_module && !faulted)
            death_at_interrupt(p, c);
        break;
    default:
        breaks(p, p->crossings, "who has left user mode once comes back once");
    }
    a->standing = RUNNING;
    others_wait(p, a);
    p->running = a;
}

void observe(void *arg, struct board_crossing *c)
{
    struct play *p = arg;
    p->crossings++;
    struct actor *a = whose(p, c);
    if (!a || (c->entering && a != p->running))
        breaks(p, p->crossings,
               "only the programs of the stage run in user mode, each in its own memory");
    else if (c->entering)
        trap(p, a, c);
    else
        returns(p, a, c);
    if (p->watcher)
        p->watcher(p->watcher_arg, p->crossings);
    if (p->broken || p->failed || goal_reached(p))
        board_request_stop(p->board);
}
