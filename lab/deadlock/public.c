/* The public cases of lab deadlock: calls that give up at once, that give up later, and that must not begin to wait. */
#include "lab/deadlock/cases.h"

#define SOON 40000 /* instructions */
#define LATE 8000  /* so much later than its deadline a call may return: some clock ticks */

/* It returned ETIMEDOUT when it was time, and not before. */
static bool on_time(const struct op *op, uint64_t timeout)
{
    return cost(last_call(op)) >= timeout && cost(last_call(op)) < timeout + LATE;
}

/* Who would wait is told at once; who need not wait does not notice the flag. */
static void nonblock(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    expect(with_flags(sends(a, b), IPC_NONBLOCK), -EAGAIN);
    expect(with_flags(asks(a, b), IPC_NONBLOCK), -EAGAIN);
    expect(with_flags(receives(a, b), IPC_NONBLOCK), -EAGAIN);
    expect(with_flags(receives_any(a), IPC_NONBLOCK), -EAGAIN);
    expect(with_flags(awaits_requests(a), IPC_NONBLOCK), -EAGAIN);
    until_done(p);
    struct op *receive = receives_any(b);
    until_blocked(p, receive);
    struct op *send = with_flags(sends(a, b), IPC_NONBLOCK);
    until_done(p);
    rule(p, received(receive, send), receive, "B, who waits already, receives A's message");
    send = sends(a, b);
    until_blocked(p, send);
    receive = with_flags(receives(b, a), IPC_NONBLOCK);
    until_done(p);
    rule(p, received(receive, send), receive, "B receives the message of A, who waits already");
    until_blocked(p, receives_any(b));
    struct op *ask = with_flags(asks(a, b), IPC_NONBLOCK);
    until_blocked(p, ask);
    struct op *reply = replies(b);
    until_done(p);
    rule(p, received(ask, reply), ask,
         "a sendrec that does not wait to be heard does wait for its reply");
    expect(with_flags(with_deadline(sends(a, b), ticks_now(p) - 1), IPC_NONBLOCK), -EAGAIN);
    expect(with_flags(with_timeout(receives_any(a), SOON), IPC_NONBLOCK), -EAGAIN);
    until_done(p);
    until_blocked(p, receives_any(b));
    ask = expect(with_flags(with_timeout(asks(a, b), SOON), IPC_NONBLOCK), -ETIMEDOUT);
    until_done(p);
    rule(p, on_time(ask, SOON), ask, "with both flags the reply has a deadline all the same");
}

const struct grade_case deadlock_nonblock = {
    .name = "nonblock",
    .title = "Who must not wait fails with EAGAIN, and only if it would wait",
    .hint = "At which one place does every call that has to wait come by? And what has a sendrec "
            "to wait for twice?",
    .points = 12,
    .play = nonblock};

/* Each way to wait, and each ends when it is due. */
static void deadline(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    uint64_t timeout = SOON + chance(p, SOON);
    for (unsigned way = 0; way < 5 && all_well(p); way++) {
        struct op *late = way == 0   ? sends(a, b)
                          : way == 1 ? asks(a, b)
                          : way == 2 ? receives(a, b)
                          : way == 3 ? receives_any(a)
                                     : awaits_requests(a);
        expect(with_timeout(late, timeout), -ETIMEDOUT);
        until_blocked(p, late);
        for_a_while(p, SOON / 2);
        rule(p, !returned(late), late, "who has a deadline waits until then");
        until_done(p);
        rule(p, on_time(late, timeout), late,
             "a call with a deadline ends when it is due, not before and not much later");
    }
    struct op *send = sends(a, b);
    until_blocked(p, send);
    struct op *receive = with_timeout(receives(b, a), timeout);
    until_done(p);
    rule(p, received(receive, send), receive, "who need not wait does not notice the deadline");
}

const struct grade_case deadlock_deadline = {
    .name = "deadline",
    .title = "A call with a deadline ends with ETIMEDOUT when it is due",
    .hint = "timer_set() wants absolute ticks: what is in t2? Who calls ipc_cancel(), and what "
            "should it do?",
    .points = 10,
    .variants = 2,
    .play = deadline};

/* Now, a moment ago, or at the beginning of time. */
static void past(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    const uint64_t when[] = {ticks_now(p), ticks_now(p) - 1 - chance(p, 100), 1, 0};
    for (unsigned i = 0; i < sizeof when / sizeof *when && all_well(p); i++) {
        struct op *send = expect(with_deadline(sends(a, b), when[i]), -ETIMEDOUT);
        struct op *receive = expect(with_deadline(receives_any(a), when[i]), -ETIMEDOUT);
        until_done(p);
        rule(p, cost(last_call(send)) < LATE && cost(last_call(receive)) < LATE, receive,
             "a deadline that is over when the call would wait ends it at once");
    }
    struct op *receive = receives(b, a);
    until_blocked(p, receive);
    struct op *send = with_deadline(sends(a, b), when[1]);
    until_done(p);
    rule(p, received(receive, send), send,
         "a deadline that is over does not matter to a call that need not wait");
    receive = receives(b, a);
    until_blocked(p, receive);
    struct op *ask = expect(with_deadline(asks(a, b), when[1]), -ETIMEDOUT);
    until_done(p);
    rule(p, received(receive, ask), ask, "a sendrec that need not wait is heard");
    rule(p, cost(last_call(ask)) < LATE, ask, "but does not wait for its reply");
}

const struct grade_case deadlock_past = {
    .name = "past",
    .title = "A deadline that is over ends a call that would wait, and no other",
    .hint = "Do you compare with the time before you look whether the peer is there, or after?",
    .points = 8,
    .play = past};

/* The reply comes in time, from a server that has nothing else to do: the shortest way. */
static void in_time_by_replyrec(struct play *p, struct actor *client, struct actor *server)
{
    struct actor *c = actor(p, "C");
    until_blocked(p, awaits_requests(server));
    struct op *ask = with_timeout(asks(client, server), SOON);
    until_blocked(p, ask);
    struct op *reply = replies_and_receives(server);
    until_returned(p, ask);
    struct op *then = receives(client, c);
    until_blocked(p, then);
    for_a_while(p, 2 * SOON);
    rule(p, !returned(then) && !returned(reply), then,
         "the deadline of a call that is over ends no other call");
    sends(c, client);
    sends(c, server);
    until_done(p);
}

/* The message comes first. The deadline that was must not end what its caller does next. */
static void in_time(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    for (unsigned way = 0; way < 3 && all_well(p); way++) {
        struct op *early = way == 0 ? sends(a, b) : way == 1 ? receives(a, b) : asks(a, b);
        with_timeout(early, SOON);
        until_blocked(p, early);
        for_a_while(p, SOON / 4);
        if (way != 1)
            receives_any(b);
        if (way != 0)
            sends(b, a);
        until_done(p);
        struct op *then = receives(a, b);
        until_blocked(p, then);
        for_a_while(p, 2 * SOON);
        rule(p, !returned(then), then, "the deadline of a call that is over ends no other call");
        struct op *send = sends(b, a);
        until_done(p);
        rule(p, received(then, send), then, "A's receive returns with B's message");
    }
    in_time_by_replyrec(p, a, b);
    struct op *last = expect(with_timeout(sends(a, b), SOON), -ETIMEDOUT);
    until_done(p);
    rule(p, on_time(last, SOON), last, "the next deadline counts again");
    const uint64_t far[] = {(1ull << 32) + chance(p, 1000), 1ull << 63 | word(p), ~0ull};
    for (unsigned i = 0; i < sizeof far / sizeof *far && all_well(p); i++) {
        struct op *send = with_deadline(sends(a, b), far[i]);
        until_blocked(p, send);
        for_a_while(p, SOON);
        rule(p, !returned(send), send, "a deadline is 64 bits of ticks, and may be far away");
        struct op *receive = with_deadline(receives_any(b), far[i]);
        until_done(p);
        rule(p, received(receive, send), receive, "B's receive returns with A's message");
    }
}

const struct grade_case deadlock_in_time = {
    .name = "in-time",
    .title = "A deadline is off when the call is over",
    .hint = "A process has one timer for its deadlines. Who cancels it when the message comes in "
            "time?",
    .points = 10,
    .play = in_time};

/* A is made to give up, whatever it waits for: by a signal in the whole system, here by the director. */
static void interrupted(struct play *p, struct actor *a, struct actor *c, struct actor *d)
{
    struct op *wait = expect(variant(p) & 1 ? sends(a, c) : receives(a, c), -EINTR);
    until_blocked(p, wait);
    until_returned(p, calls(director(p), K_INTERRUPT, endpoint(a)));
    until_returned(p, wait);
    struct op *send = sends(d, c), *receive = receives_any(c);
    until_done(p);
    rule(p, received(receive, send), receive, "who was interrupted is in no queue any more");
}

/* C gives up in the midst of B's queue, and A in its receive: nobody hears of either any more. */
static void left_queue(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B"), *c = actor(p, "C"), *d = actor(p, "D");
    struct op *first = sends(a, b);
    until_blocked(p, first);
    struct op *late = variant(p) & 1 ? asks(c, b) : sends(c, b);
    until_blocked(p, expect(with_timeout(late, SOON), -ETIMEDOUT));
    struct op *last = sends(d, b);
    until_blocked(p, last);
    until_returned(p, late);
    struct op *one = receives_any(b), *other = receives_any(b), *more = receives_any(b);
    until_returned(p, other);
    rule(p, received(one, first) && received(other, last), other,
         "who has given up is in the queue no more, and all others are");
    until_blocked(p, more);
    struct op *again = sends(c, b);
    until_done(p);
    rule(p, received(more, again), more, "who has given up may come again");
    late = expect(with_timeout(receives(a, b), SOON), -ETIMEDOUT);
    until_done(p);
    struct op *send = sends(b, a);
    until_blocked(p, send);
    struct op *receive = receives(a, b);
    until_done(p);
    rule(p, received(receive, send), receive, "who has given up receiving does not receive");
    until_done(p);
    expect(with_timeout(receives(c, b), SOON), -ETIMEDOUT);
    until_done(p);
    until_returned(p, calls(director(p), K_KILL, endpoint(b)));
    send = sends(c, d);
    until_blocked(p, send);
    receive = receives(d, c);
    until_done(p);
    rule(p, received(receive, send), receive, "who has given up waiting for B outlives it");
    interrupted(p, a, c, d);
}

const struct grade_case deadlock_left_queue = {
    .name = "left-queue",
    .title = "Who has timed out has left the queue",
    .hint = "In which list is a process that sends, and one that listens to one other? Which "
            "function takes it out again? What does its call return?",
    .points = 12,
    .variants = 2,
    .play = left_queue};

/* One of the ways in which one process waits for another. */
static struct op *waits_for(struct play *p, struct actor *a, struct actor *b)
{
    switch (chance(p, 3)) {
    case 0:
        return sends(a, b);
    case 1:
        return asks(a, b);
    default:
        return receives(a, b);
    }
}

/* Two who wait for each other, and one for itself. A may not be told what B was. */
static void two(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    struct op *alone = expect(sends(a, a), -ELOCKED);
    until_done(p);
    rule(p, cycle_of(alone)->length == 1, alone, "who waits for itself is a cycle of one");
    until_blocked(p, variant(p) & 1 ? asks(a, b) : sends(a, b));
    struct op *locked = expect(variant(p) & 2 ? asks(b, a) : sends(b, a), -ELOCKED);
    expect(with_flags(sends(b, a), IPC_NONBLOCK), -EAGAIN);
    expect(with_flags(asks(b, a), IPC_NONBLOCK), -EAGAIN);
    until_returned(p, locked);
    rule(p, cycle_of(locked)->length == 2, locked, "two who wait for each other are a cycle");
    struct actor *c = actor(p, "C"), *d = actor(p, "D");
    until_blocked(p, receives(c, d));
    until_returned(p, expect(with_flags(receives(d, c), IPC_NONBLOCK), -EAGAIN));
    locked = expect(receives(d, c), -ELOCKED);
    until_returned(p, locked);
    rule(p, cycle_of(locked)->length == 2, locked,
         "two who listen to nobody but each other are a cycle");
}

const struct grade_case deadlock_two = {
    .name = "two",
    .title = "Who would wait for one that waits for it fails with ELOCKED",
    .hint = "B is about to wait for A. For whom does A wait? And what if they are the same?",
    .points = 10,
    .variants = 4,
    .play = two};

#define RING 8

/* Each waits for the next in one of three ways; the last would close the ring. Then it does something else. */
static void cycle(struct play *p)
{
    static const char *const names[RING] = {"A", "B", "C", "D", "E", "F", "G", "H"};
    struct actor *ring[RING] = {0};
    unsigned n = 3 + (unsigned)chance(p, RING - 2);
    for (unsigned i = 0; i < n; i++)
        ring[i] = actor(p, names[i]);
    struct op *request = NULL;
    if (variant(p) & 1) { /* the first has been heard, and waits for its reply */
        request = receives_any(ring[1]);
        until_blocked(p, request);
        until_blocked(p, asks(ring[0], ring[1]));
    }
    for (unsigned i = request ? 1 : 0; i + 1 < n && all_well(p); i++)
        until_blocked(p, waits_for(p, ring[i], ring[i + 1]));
    struct op *locked = expect(with_timeout(waits_for(p, ring[n - 1], ring[0]), SOON), -ELOCKED);
    until_returned(p, locked);
    const struct ipc_cycle *found = cycle_of(locked);
    rule(p, found->length == n, locked, "as many are in the cycle as wait");
    for (unsigned i = 0; i < n; i++)
        rule(p, found->member[i] == endpoint(ring[(n - 1 + i) % n]), locked,
             "the caller is named first, then for whom it would wait, and so on");
    struct actor *stranger = actor(p, "stranger");
    struct op *hears = receives(ring[n - 1], stranger);
    until_blocked(p, hears);
    for_a_while(p, 2 * SOON);
    rule(p, !returned(hears), hears, "the deadline of a call that was refused ends no other call");
    struct op *send = sends(stranger, ring[n - 1]);
    until_returned(p, hears);
    rule(p, received(hears, send), hears, "who was told of the cycle is free to do something else");
}

const struct grade_case deadlock_cycle = {
    .name = "cycle",
    .title = "With ELOCKED comes the cycle, the caller first",
    .hint = "Follow the waits from the peer on. Which three states wait for somebody in "
            "particular, and where does the caller come in?",
    .points = 10,
    .variants = 6,
    .play = cycle};

/* Waits that lead nowhere back: a chain, several for one, one that has ended, one for anyone. */
static void no_alarm(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B"), *c = actor(p, "C"), *d = actor(p, "D");
    struct op *hears = receives_any(a);
    until_blocked(p, hears);
    struct op *given_up = expect(with_timeout(sends(b, c), SOON), -ETIMEDOUT);
    until_returned(p, given_up);
    struct op *second = sends(c, b);
    until_blocked(p, second);
    struct op *third = asks(d, b);
    until_blocked(p, third);
    struct op *first = sends(b, a);
    until_returned(p, hears);
    rule(p, received(hears, first), hears, "who listens to anyone waits for nobody in particular");
    struct op *chain = sends(a, d);
    until_blocked(p, chain);
    until_returned(p, repeat(receives_any(b), 2));
    struct op *reply = sends(b, d);
    until_returned(p, third);
    rule(p, received(third, reply), third, "who owes a reply may give it");
    receives(d, a);
    until_done(p);
}

const struct grade_case deadlock_no_alarm = {
    .name = "no-alarm",
    .title = "Waits that make no cycle are nobody's concern",
    .hint = "Does a wait that is over still count? Does one who listens to anyone wait for "
            "somebody?",
    .points = 8,
    .play = no_alarm};
