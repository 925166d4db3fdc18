// The grader's engine, on the tree's own kernel: cases that look at what a case can do, and cases that must fail.
#include <stdlib.h>
#include <string.h>
#include <courier/errno.h>
#include <courier/protocol/tty.h>
#include "grader/case.h"
#include "grader/engine/runner.h"
#include "tests/host/suite.h"

#define UART_BASE 0x10000000ul
#define UART_IRQ  10

/* ---- cases ------------------------------------------------------------------------------------------------ */

static void deadlines(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    expect(with_flags(sends(a, b), IPC_NONBLOCK), -EAGAIN);
    struct op *late = expect(with_timeout(sends(a, b), 50000), -ETIMEDOUT);
    until_blocked(p, late);
    until_done(p);
    rule(p, cost(last_call(late)) >= 50000 && cost(last_call(late)) < 60000, late, "in time");
    struct op *receive = receives_any(b);
    until_blocked(p, receive);
    until_quiet(p);
    rule(p, !returned(receive), receive, "who timed out has left the queue");
    struct op *send = sends(a, b);
    until_done(p);
    rule(p, received(receive, send), receive, "received");
}

static void cycle(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B"), *c = actor(p, "C");
    until_blocked(p, asks(a, b));
    until_blocked(p, asks(b, c));
    struct op *last = expect(sends(c, a), -ELOCKED);
    until_returned(p, last);
    const struct ipc_cycle *found = (const void *)last_call(last)->got.w;
    rule(p,
         found->length == 3 && found->member[0] == endpoint(c) && found->member[1] == endpoint(a),
         last, "the cycle");
}

static void notifications(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    repeat(notifies(a, b), 3);
    until_done(p);
    receives_any(b);
    expect(with_flags(receives_any(b), IPC_NONBLOCK), -EAGAIN);
    until_done(p);
    struct op *waiting = receives(b, a);
    until_blocked(p, waiting);
    notifies(a, b);
    until_done(p);
    calls(b, K_ALARM, ticks_now(p) + 1000);
    struct op *alarm = receives_kernel(b);
    until_done(p);
    const struct notification *n = (const void *)last_call(alarm)->got.w;
    rule(p, n->events == NOTIFY_TIMER, alarm, "the alarm came");
}

/* An actor drives the UART. */
static void interrupts(struct play *p)
{
    struct actor *d = actor(p, "driver");
    struct op *map = calls(d, K_MAP_DEV, UART_BASE, 4096);
    calls(d, K_IRQ, UART_IRQ, IRQ_ATTACH);
    until_done(p);
    uint64_t uart = result(map, 0);
    stores8(d, uart + 4, 8);
    stores8(d, uart + 1, 1);
    until_done(p);
    for (unsigned i = 0; i < 50 && all_well(p); i++) {
        uint8_t byte = (uint8_t)word(p);
        struct op *wait = receives_kernel(d);
        until_blocked(p, wait);
        rule(p, type(p, &byte, 1) == 1, NULL, "room");
        until_returned(p, wait);
        struct op *load = loads8(d, uart);
        calls(d, K_IRQ, UART_IRQ, IRQ_ACK);
        until_done(p);
        rule(p, load->value == byte, load, "the byte is there");
        for_a_while(p, 100000);
    }
}

static void grants(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    fill(a, 0, BUFFER_BYTES);
    struct op *grant = calls(a, K_GRANT, endpoint(b), address(a, 5000), 9000, GRANT_READ, EP_SELF);
    until_done(p);
    struct op *copy =
        calls(b, K_COPY, endpoint(a), result(grant, 0), 100, address(b, 77), 8000, GRANT_READ);
    until_done(p);
    expect_copy(b, 77, a, 5100, 8000);
    rule_memory(p, copy);
    uint8_t bytes[32];
    peek(a, 6000, bytes, sizeof bytes);
    rule(p, found_in_memory(p, bytes, sizeof bytes) == 2, copy, "one copy and no more");
    rule(p, cost(last_call(copy)) < 50000, copy,
         "at five instructions a byte, the two not being aligned alike");
    stores64(b, address(b, 800), 0x1122334455667788);
    struct op *load = loads64(b, address(b, 800));
    until_done(p);
    rule(p, load->value == 0x1122334455667788, load, "memory is memory");
    rule_memory(p, copy);
    expect(calls(b, K_COPY, endpoint(a), result(grant, 0), 100, address(b, 0), 8901, GRANT_READ),
           -EFAULT);
    until_done(p);
    rule_memory(p, copy);
}

static void crash(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    loads64(b, 0x50000000);
    until_crashed(p, b);
    struct op *send = sends(a, b);
    until_blocked(p, send);
    expect(send, -EDEADSRCDST);
    until_returned(p, calls(director(p), K_KILL, endpoint(b)));
    until_done(p);
    struct actor *fs = service_actor(p, EP_FS, "FS");
    struct op *ask = asks(a, fs);
    serves(fs, 1);
    until_done(p);
    rule(p, returned(ask), ask, "served");
}

/* ---- with a module ---------------------------------------------------------------------------------------- */

static void read_request(struct op *op, uint32_t i, struct message *m)
{
    struct tty_read *r = payload(m);
    (void)i;
    *m = (struct message){.type = TTY_READ};
    r->grant = (uint32_t)op->value;
    r->bytes = 100;
    r->position = (uint32_t)(op->value >> 32);
}

/* A thousand bytes a second are typed, in lines; each arrives. */
static void typing(struct play *p)
{
    struct actor *fs = service_actor(p, EP_FS, "FS");
    struct op *grant =
        calls(fs, K_GRANT, endpoint(module(p)), address(fs, 0), 100, GRANT_WRITE, EP_SELF);
    until_done(p);
    uint64_t position = 0;
    for (unsigned line = 0; line < 5 && all_well(p); line++) {
        struct op *early = with_messages(asks(fs, module(p)), read_request);
        early->value = result(grant, 0) | position << 32;
        until_done(p);
        rule(p, (int64_t)result(early, 1) == -EAGAIN, early, "there is no line yet");
        struct op *wait = receives(fs, module(p));
        until_blocked(p, wait);
        char text[11] = "0123456789", found[11] = "";
        for (unsigned i = 0; i < 10; i++) {
            text[i] = i < 9 ? (char)('a' + chance(p, 26)) : '\n';
            type(p, &text[i], 1);
            for_a_while(p, 100000);
        }
        until_done(p);
        struct op *read = with_messages(asks(fs, module(p)), read_request);
        read->value = result(grant, 0) | position << 32;
        until_done(p);
        peek(fs, 0, found, 10);
        rule(p, (int64_t)result(read, 1) == 10 && !strcmp(text, found), read, "the line arrives");
        expect_bytes(fs, 0, text, 10);
        rule_memory(p, read);
        position = (uint32_t)result(read, 2);
    }
}

static void write_request(struct op *op, uint32_t i, struct message *m)
{
    struct tty_write *w = payload(m);
    (void)i;
    *m = (struct message){.type = TTY_WRITE};
    w->grant = (uint32_t)op->value;
    w->bytes = 20;
}

static struct op *writes(struct play *p, struct actor *fs)
{
    struct op *grant =
        calls(fs, K_GRANT, endpoint(module(p)), address(fs, 0), 20, GRANT_READ, EP_SELF);
    poke(fs, 0, "twenty bytes of text", 20);
    until_done(p);
    struct op *write = with_messages(asks(fs, module(p)), write_request);
    write->value = result(grant, 0);
    return write;
}

static void terminal(struct play *p)
{
    struct actor *fs = service_actor(p, EP_FS, "FS");
    struct op *write = writes(p, fs);
    until_done(p);
    rule(p, (int64_t)result(write, 1) == 20, write, "all is taken");
}

/* The server dies with its first message, or before it answers it; the client does not notice. */
static void killed(struct play *p)
{
    struct actor *fs = service_actor(p, EP_FS, "FS");
    struct op *write = writes(p, fs);
    if (variant(p) == 0)
        dies_at_message(p, 1);
    else
        dies_before_call(p, 1 + variant(p));
    until_crashed(p, module(p));
    rule(p, !returned(write), write, "the client waits");
    restart_module(p);
    until_done(p);
    rule(p, (int64_t)result(write, 1) == 20, write, "all is taken");
}

/* ---- cases that must fail ----------------------------------------------------------------------------------- */

static void never_received(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    sends(a, b);
    until_done(p);
}

static void does_not_wait(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    until_blocked(p, receives_any(b));
    until_blocked(p, sends(a, b));
}

static void wrong_status(struct play *p)
{
    ipc_raw(actor(p, "A"), IPC_SEND, EP_NONE);
    until_done(p);
}

static void wrong_memory(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    fill(a, 0, 100);
    struct op *time = calls(b, K_TIME);
    until_done(p);
    expect_copy(b, 10, a, 10, 50);
    rule_memory(p, time);
}

static void spends(struct play *p)
{
    spins(actor(p, "A"), 100000000);
    until_done(p);
}

static void nothing(struct play *p)
{
    (void)p;
}

/* ---- the suite ------------------------------------------------------------------------------------------------ */

static const struct grade_case cases[] = {
    {.name = "deadlines", .title = "d", .points = 1, .play = deadlines},
    {.name = "cycle", .title = "c", .points = 1, .play = cycle},
    {.name = "notifications", .title = "n", .points = 1, .play = notifications},
    {.name = "interrupts", .title = "i", .points = 1, .play = interrupts, .budget = 40000000},
    {.name = "grants", .title = "g", .points = 1, .play = grants, .variants = 2},
    {.name = "crash", .title = "c", .points = 1, .play = crash},
    {.name = "terminal", .title = "t", .points = 1, .play = terminal},
    {.name = "typing", .title = "t", .points = 1, .play = typing, .budget = 20000000},
    {.name = "killed", .title = "k", .points = 1, .play = killed, .variants = 2},
    {.name = "never-received", .title = "f", .hint = "hint", .points = 1, .play = never_received},
    {.name = "does-not-wait", .title = "f", .points = 1, .play = does_not_wait},
    {.name = "wrong-status", .title = "f", .points = 1, .play = wrong_status},
    {.name = "wrong-memory", .title = "f", .points = 1, .play = wrong_memory},
    {.name = "spends", .title = "f", .points = 1, .play = spends},
    {.name = "nothing", .title = "f", .points = 1, .play = nothing},
};

/* Runs one case; the result is to be freed. */
static struct result run(const char *name, const char *module, uint64_t seed)
{
    const struct grade_case *only[1] = {NULL};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (!strcmp(cases[i].name, name))
            only[0] = &cases[i];
    assert_non_null(only[0]);
    char image[200], why[256];
    const char *build = getenv("BUILD") ? getenv("BUILD") : "build";
    snprintf(image, sizeof image, "%s/stage/%s.elf", build, module ? "tree-tty" : "tree");
    struct lab lab = {
        .name = "trial", .title = "Trial", .module = module, .public_cases = only, .npublic = 1};
    struct runner_options options = {.image = image, .lab = &lab, .seed = seed};
    struct result r;
    if (!runner_run(&options, &r, why, sizeof why))
        fail_msg("%s", why);
    assert_int_equal(r.ncases, 1);
    return r;
}

static void passes(const char *name, const char *module)
{
    for (uint64_t seed = 1; seed <= 3; seed++) {
        struct result r = run(name, module, seed);
        if (r.cases[0].status != CASE_PASSED)
            fail_msg("%s: %s\n%s", name, r.cases[0].rule,
                     r.cases[0].ladder ? r.cases[0].ladder : "");
        assert_int_equal(r.points, 1);
        result_free(&r);
    }
}

static void fails(const char *name, enum case_status status, const char *rule)
{
    struct result r = run(name, NULL, 1);
    assert_int_equal(r.cases[0].status, status);
    assert_string_equal(r.cases[0].rule, rule);
    assert_int_equal(r.points, 0);
    result_free(&r);
}

static void ipc_cases(void **state)
{
    (void)state;
    passes("deadlines", NULL);
    passes("cycle", NULL);
    passes("notifications", NULL);
}

static void device_cases(void **state)
{
    (void)state;
    passes("interrupts", NULL);
}

static void memory_cases(void **state)
{
    (void)state;
    passes("grants", NULL);
    passes("crash", NULL);
}

static void module_cases(void **state)
{
    (void)state;
    passes("terminal", "tty");
    passes("typing", "tty");
    passes("killed", "tty");
}

static void failing_cases(void **state)
{
    (void)state;
    fails("never-received", CASE_FAILED, "A's send to B returns");
    fails("does-not-wait", CASE_FAILED, "A's send to B waits");
    fails("wrong-status", CASE_FAILED,
          "A's send to somebody who is not there returns 0 (it returned EDEADSRCDST)");
    fails("wrong-memory", CASE_FAILED,
          "B's memory holds what was copied there, and nothing else has changed");
    fails("spends", CASE_FAILED,
          "the case ends within its budget of instructions: nobody loops for ever");
    fails("nothing", CASE_ERROR, "the case ends before anything has happened");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ipc_cases), cmocka_unit_test(device_cases), cmocka_unit_test(memory_cases),
        cmocka_unit_test(module_cases), cmocka_unit_test(failing_cases)};
    return RUN_SUITE("grader_engine", tests);
}
