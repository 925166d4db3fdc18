/* The public cases of lab notify: one bit, many bits, the kernel's bits, and an interrupt on its way to a driver. */
#include <string.h>
#include "lab/notify/cases.h"

/* When it was delivered, in ticks of ten instructions: not before both had come, not after the return. */
static bool is_timed(const struct op *notify, const struct op *receive)
{
    const struct call *n = last_call(notify), *r = last_call(receive);
    uint64_t both = n->enter_time > r->enter_time ? n->enter_time : r->enter_time;
    uint64_t time = notification_of(receive)->time;
    return time >= both / 10 && time <= r->return_time / 10 + 1;
}

static void is_whole(struct play *p, const struct actor *source, const struct op *notify,
                     const struct op *receive)
{
    bool zeros = true;
    for (unsigned i = 2; i < MSG_PAYLOAD_WORDS; i++)
        zeros = zeros && last_call(receive)->got.w[i] == 0;
    rule(p, is_from(receive, endpoint(source)), receive,
         "a notification names its source, and is of type MSG_NOTIFY");
    rule(p, zeros, receive, "behind events and time a notification holds zeros");
    rule(p, is_timed(notify, receive), receive, "a notification says when it was delivered");
}

/* It waits for nobody; who comes later hears of it, and so does who waits already. */
static void bit(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    struct op *early = notifies(a, b);
    until_done(p);
    rule(p, !waited(early) || cost(last_call(early)) < 20000, early, "who notifies does not wait");
    for_a_while(p, 20000);
    struct op *receive = variant(p) & 1 ? receives(b, a) : receives_any(b);
    until_done(p);
    is_whole(p, a, early, receive);
    struct actor *c = actor(p, "C");
    receive = with_timeout(variant(p) & 2 ? receives(b, a) : receives_any(b), 40000);
    until_blocked(p, receive);
    struct op *late = notifies(a, b);
    until_done(p);
    is_whole(p, a, late, receive);
    struct op *then = receives(b, c);
    until_blocked(p, then);
    for_a_while(p, 50000);
    rule(p, !returned(then), then, "the deadline of a receive is over when a notification came");
    until_returned(p, calls(director(p), K_KILL, endpoint(a)));
    expect(notifies(c, a), -EDEADSRCDST);
    until_quiet(p);
    rule(p, !returned(then), then, "B, whom A has notified, does not wait for A any more");
    notifies(c, b);
    until_done(p);
}

const struct grade_case notify_bit = {
    .name = "bit",
    .title = "A notification waits for nobody and reaches whoever comes",
    .hint = "One bit of the receiver's says that you have called. Who turns it into a message, and "
            "when: at the notify, or at the receive?",
    .points = 8,
    .variants = 4,
    .play = bit};

/* However often one has called, it has called; and everyone who has is heard. */
static void coalesce(struct play *p)
{
    static const char *const names[] = {"A", "C", "D"};
    struct actor *b = actor(p, "B"), *from[3];
    unsigned heard[3] = {0};
    for (unsigned i = 0; i < 3; i++) {
        from[i] = actor(p, names[i]);
        repeat(notifies(from[i], b), 1 + (uint32_t)chance(p, 4));
    }
    until_done(p);
    struct op *receive = repeat(receives_any(b), 3);
    expect(with_flags(receives_any(b), IPC_NONBLOCK), -EAGAIN);
    until_done(p);
    for (unsigned i = 0; i < 3; i++)
        for (unsigned j = 0; j < 3; j++)
            heard[j] += call_of(receive, i)->got.source == endpoint(from[j]);
    rule(p, heard[0] == 1 && heard[1] == 1 && heard[2] == 1, receive,
         "each source is heard once, however often it has notified");
    notifies(from[1], b);
    until_done(p);
    receive = receives_any(b);
    until_done(p);
    rule(p, is_from(receive, endpoint(from[1])), receive, "after that it may notify again");
}

const struct grade_case notify_coalesce = {
    .name = "coalesce",
    .title = "Notifications of one source are one, those of several are several",
    .hint = "A bit that is set can be set again. When is it cleared, and which others with it?",
    .points = 8,
    .variants = 4,
    .play = coalesce};

/* B listens to A, to the kernel, to C's reply: other bits stay until B asks for them. */
static void selective(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B"), *c = actor(p, "C");
    notifies(c, b);
    until_done(p);
    expect(with_flags(receives_kernel(b), IPC_NONBLOCK), -EAGAIN);
    expect(with_flags(receives(b, a), IPC_NONBLOCK), -EAGAIN);
    struct op *there = with_flags(receives_any(b), IPC_NONBLOCK);
    until_done(p);
    rule(p, is_from(there, endpoint(c)), there, "a receive in vain leaves the others' bits alone");
    notifies(c, b);
    until_done(p);
    struct op *wanted = receives(b, a);
    until_blocked(p, wanted);
    notifies(a, b);
    until_returned(p, wanted);
    rule(p, is_from(wanted, endpoint(a)), wanted, "B's receive from A returns with A's call");
    struct op *kept = variant(p) & 1 ? receives(b, c) : receives_any(b);
    until_done(p);
    rule(p, is_from(kept, endpoint(c)), kept, "C's bit is still there when B listens to C");
    struct op *ask = asks(b, c);
    until_blocked(p, ask);
    notifies(a, b);
    struct op *request = receives(c, b);
    until_returned(p, request);
    notifies(c, b);
    until_quiet(p);
    rule(p, !returned(ask), ask, "no notification ends a sendrec");
    struct op *reply = replies(c);
    until_returned(p, ask);
    rule(p, received(ask, reply), ask, "B's sendrec returns with C's reply");
    struct op *then = receives(b, c);
    until_done(p);
    rule(p, is_from(then, endpoint(c)), then, "what came meanwhile is there afterwards");
    then = receives_any(b);
    until_done(p);
    rule(p, is_from(then, endpoint(a)), then, "what came meanwhile is there afterwards");
}

const struct grade_case notify_selective = {
    .name = "selective",
    .title = "Who listens to one source leaves the others' bits alone",
    .hint = "p->notified says that there may be a bit. When may you say that there is none?",
    .points = 8,
    .variants = 2,
    .play = selective};

/* Something of everything waits for B: the kernel's events, a bit, a message. */
static void order(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B"), *c = actor(p, "C");
    struct op *send = sends(c, b);
    until_blocked(p, send);
    until_returned(p, notifies(a, b));
    until_returned(p, calls(b, K_ALARM, ticks_now(p) + 1));
    for_a_while(p, 20000);
    struct op *first = receives_any(b), *second = receives_any(b), *third = receives_any(b);
    until_done(p);
    rule(p, is_from(first, EP_KERNEL), first, "the kernel's events come first");
    rule(p, is_from(second, endpoint(a)), second, "then notifications, before any message");
    rule(p, received(third, send), third, "then who waits with a message");
}

const struct grade_case notify_order = {
    .name = "order",
    .title = "The kernel's events come first, then bits, then messages",
    .hint = "What does a receive look for, and in which order?",
    .points = 8,
    .play = order};

/* The alarm goes off while B waits for A alone: it comes when B listens to the kernel again. */
static void meanwhile(struct play *p, struct actor *a, struct actor *b, unsigned way)
{
    until_returned(p, calls(b, K_ALARM, ticks_now(p) + 2000));
    struct op *wait = way == 0 ? receives(b, a) : way == 1 ? sends(b, a) : asks(b, a);
    until_blocked(p, wait);
    if (way == 2)
        until_returned(p, receives_any(a));
    for_a_while(p, 50000);
    rule(p, !returned(wait), wait, "who waits for A alone does not hear the alarm");
    struct op *end = way == 0 ? sends(a, b) : way == 1 ? receives_any(a) : replies(a);
    until_done(p);
    rule(p, way == 1 ? received(end, wait) : received(wait, end), wait,
         "B and A meet, alarm or not");
    struct op *then = receives_any(b);
    expect(with_flags(receives_any(b), IPC_NONBLOCK), -EAGAIN);
    until_done(p);
    rule(p, is_from(then, EP_KERNEL), then, "the alarm is there, once, when B listens to anyone");
}

static void alarm_clock(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    for (unsigned i = 0; i < 3 && all_well(p); i++) {
        calls(b, K_ALARM, ticks_now(p) + 2000 + chance(p, 2000));
        struct op *wait = with_timeout(i ? receives_any(b) : receives_kernel(b), 60000);
        until_blocked(p, wait);
        until_done(p);
        rule(p, is_from(wait, EP_KERNEL) && notification_of(wait)->events == NOTIFY_TIMER, wait,
             "an alarm is an event of the kernel's");
        rule(p, notification_of(wait)->time >= last_call(wait)->enter_time / 10, wait,
             "a notification says when it was delivered, an event, too");
    }
    for (unsigned way = 0; way < 3 && all_well(p); way++)
        meanwhile(p, a, b, way);
}

const struct grade_case notify_alarm = {
    .name = "alarm",
    .title = "The kernel's events are bits, too",
    .hint = "ipc_event() may find its process in any state. In which of them does it wake it?",
    .points = 6,
    .play = alarm_clock};

/* A byte, an interrupt, a message; and again after the acknowledgement. */
static void driver(struct play *p)
{
    struct actor *d = actor(p, "driver");
    uint64_t uart = drives(p, d);
    for (unsigned i = 0; i < 10 && all_well(p); i++) {
        uint8_t byte = (uint8_t)word(p);
        struct op *wait = chance(p, 2) ? receives_kernel(d) : receives_any(d);
        until_blocked(p, wait);
        type_byte(p, byte);
        until_returned(p, wait);
        rule(p, notification_of(wait)->events == NOTIFY_IRQ(UART_IRQ), wait,
             "an interrupt is the event with its number");
        struct op *load = loads8(d, uart);
        calls(d, K_IRQ, UART_IRQ, IRQ_ACK);
        expect(with_flags(receives_kernel(d), IPC_NONBLOCK), -EAGAIN);
        until_done(p);
        rule(p, load->value == byte, load, "the byte that was typed is in the UART");
    }
    type_byte(p, 'x');
    for_a_while(p, 20000);
    calls(d, K_ALARM, ticks_now(p));
    until_done(p);
    for_a_while(p, 20000);
    struct op *both = receives_any(d);
    until_done(p);
    rule(p, notification_of(both)->events == (NOTIFY_IRQ(UART_IRQ) | NOTIFY_TIMER), both,
         "events that have come together are one message");
}

const struct grade_case notify_driver = {
    .name = "driver",
    .title = "An interrupt becomes a message to its driver",
    .hint = "Who owns the interrupt, and what is its bit? The PLIC gives one claim for each: what "
            "if you never complete it?",
    .points = 12,
    .play = driver};

/* The driver takes its time: the line is up all the while, and nothing comes until it acknowledges. */
static void masked(struct play *p)
{
    struct actor *d = actor(p, "driver");
    uint64_t uart = drives(p, d);
    for (unsigned i = 0; i < 5 && all_well(p); i++) {
        uint8_t bytes[2] = {(uint8_t)word(p), (uint8_t)word(p)};
        struct op *wait = receives_kernel(d);
        until_blocked(p, wait);
        type_byte(p, bytes[0]);
        until_returned(p, wait);
        expect(with_flags(receives_kernel(d), IPC_NONBLOCK), -EAGAIN);
        type_byte(p, bytes[1]);
        for_a_while(p, 10000 + chance(p, 50000));
        expect(with_flags(receives_kernel(d), IPC_NONBLOCK), -EAGAIN);
        until_done(p);
        struct op *one = loads8(d, uart);
        calls(d, K_IRQ, UART_IRQ, IRQ_ACK);
        wait = receives_kernel(d);
        struct op *other = loads8(d, uart);
        calls(d, K_IRQ, UART_IRQ, IRQ_ACK);
        until_done(p);
        rule(p, one->value == bytes[0] && other->value == bytes[1], other,
             "no byte is lost between the interrupt and its acknowledgement");
        expect(with_flags(receives_kernel(d), IPC_NONBLOCK), -EAGAIN);
        until_done(p);
    }
}

const struct grade_case notify_masked = {
    .name = "masked",
    .title = "An interrupt is masked until its driver acknowledges it, and comes again if need be",
    .hint = "A claim masks its source until it is completed. Who completes it, the kernel at the "
            "interrupt or the driver's IRQ_ACK?",
    .points = 12,
    .play = masked};

/* Only the owner acknowledges; who attaches next, or comes after a death, begins with a clean slate. */
static void owner(struct play *p)
{
    struct actor *d = actor(p, "driver"), *other = actor(p, "other");
    uint64_t uart = drives(p, d);
    struct op *wait = receives_kernel(d);
    until_blocked(p, wait);
    type_byte(p, 'a');
    until_returned(p, wait);
    expect(calls(other, K_IRQ, UART_IRQ, IRQ_ACK), -EINVAL);
    until_done(p);
    for_a_while(p, 20000);
    expect(with_flags(receives_kernel(d), IPC_NONBLOCK), -EAGAIN);
    expect(with_flags(receives_kernel(other), IPC_NONBLOCK), -EAGAIN);
    until_done(p);
    if (variant(p) & 1) {
        loads8(d, uart);
        until_done(p);
    }
    until_returned(p, calls(director(p), K_KILL, endpoint(d)));
    calls(other, K_IRQ, UART_IRQ, IRQ_ATTACH);
    wait = receives_kernel(other);
    if (variant(p) & 1) {
        until_blocked(p, wait);
        type_byte(p, 'b');
    }
    until_done(p);
    rule(p, notification_of(wait)->events == NOTIFY_IRQ(UART_IRQ), wait,
         "the next driver gets the interrupts, whatever the last one left undone");
    calls(other, K_IRQ, UART_IRQ, IRQ_ACK);
    struct op *again = receives_kernel(other); /* nobody has read the byte */
    until_done(p);
    rule(p, returned(again), again, "as long as the line is up the interrupt comes again");
}

const struct grade_case notify_owner = {
    .name = "owner",
    .title = "An interrupt has one owner, and outlives it",
    .hint = "Who may acknowledge? And what of a claim whose driver died before it did?",
    .points = 6,
    .variants = 2,
    .play = owner};

#define LINE 12

/* Someone types lines, not fast; FS is told of each and gets it. */
static void tty_line(struct play *p)
{
    struct actor *fs = service_actor(p, EP_FS, "FS");
    struct op *grant =
        calls(fs, K_GRANT, endpoint(module(p)), address(fs, 0), 4096, GRANT_WRITE, EP_SELF);
    until_done(p);
    uint32_t position = 0;
    for (unsigned line = 0; line < 4 && all_well(p); line++) {
        struct op *early = reads(p, fs, result(grant, 0), position);
        until_done(p);
        rule(p, (int64_t)result(early, 1) == -EAGAIN, early, "there is no line yet");
        struct op *wait = receives(fs, module(p));
        until_blocked(p, wait);
        uint8_t text[LINE], found[LINE];
        for (unsigned i = 0; i < LINE; i++) {
            text[i] = i + 1 < LINE ? letter(p) : '\n';
            type_byte(p, text[i]);
            for_a_while(p, MILLISECOND / 2);
        }
        until_done(p);
        struct op *read = reads(p, fs, result(grant, 0), position);
        until_done(p);
        peek(fs, 0, found, LINE);
        rule(p, (int64_t)result(read, 1) == LINE && !memcmp(text, found, LINE), read,
             "the line that was typed arrives, each byte once");
        position = (uint32_t)result(read, 2);
    }
}

const struct grade_case notify_tty_line = {
    .name = "tty-line",
    .title = "A line that is typed arrives",
    .hint = "The UART has a byte when LSR says so. Until when do you ask it, which interrupts are "
            "on, and when do you acknowledge?",
    .points = 10,
    .budget = 20000000,
    .play = tty_line};
