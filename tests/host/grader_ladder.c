// Ladders: which calls are shown, in which columns, and in which words. A play is made by hand; no machine runs.
#include <stdlib.h>
#include <string.h>
#include <courier/errno.h>
#include "suite.h"
#include "grader/engine/play.h"

#define MANY 12

static struct play play;
static struct record record[40], *list[40];

static struct actor *someone(const char *name, endpoint_t ep)
{
    struct actor *a = &play.actor[play.actors++];
    a->play = &play;
    a->endpoint = ep;
    a->standing = RUNNING;
    snprintf(a->name, sizeof a->name, "%s", name);
    return a;
}

static int set_up(void **state)
{
    (void)state;
    memset(&play, 0, sizeof play);
    memset(record, 0, sizeof record);
    play.records = list;
    play.director = someone("director", DIRECTOR);
    return 0;
}

// A call of a kernel's, entered at 10, 20, ... and returned at once.
static struct record *made(struct actor *caller, uint64_t number)
{
    struct record *r = list[play.nrecords] = &record[play.nrecords];
    play.nrecords++;
    r->caller = caller;
    r->call.caller = caller;
    r->call.number = number;
    r->call.entered = 10 * play.nrecords;
    r->call.returned = r->call.entered + 1;
    return r;
}

static struct record *sent(struct actor *from, struct actor *to, uint32_t type)
{
    struct record *r = made(from, IPC_SEND);
    r->ipc = r->offers = true;
    r->target = to;
    r->call.sent.type = type;
    return r;
}

static struct record *heard(struct actor *by, const struct record *what)
{
    struct record *r = made(by, IPC_RECEIVE);
    r->ipc = r->listens = true;
    r->filter = EP_ANY;
    r->call.got = what->call.sent;
    r->call.from = &what->call;
    return r;
}

static void assert_ladder(const char *wanted)
{
    char *text = ladder(&play);
    assert_string_equal(text, wanted);
    free(text);
}

static void two_who_meet(void **state)
{
    (void)state;
    struct actor *a = someone("A", EP_MAKE(1, 16)), *b = someone("B", EP_MAKE(1, 17));
    made(play.director, K_CREATE);
    struct record *send = sent(a, b, 0x1234567);
    heard(b, send);
    sent(b, a, 0x600)->call.returned = 0; // a puppet's type is a number, whatever its name
    assert_ladder("        A           B\n"
                  "    20  send ------>.           type 0x1234567; 21: 0\n"
                  "    30  .           receive     from anyone; 31: has A's message 0x1234567\n"
                  "    40  .<--------- send        type 0x600; has not returned\n");
}

// Eight columns for those who made the last calls; each of the others is named in its line.
static void more_than_columns(void **state)
{
    (void)state;
    struct actor *many[MANY], *r = someone("R", EP_MAKE(1, 16));
    char name[] = "a", *text, *line, *rest;
    for (unsigned i = 0; i < MANY; i++, name[0]++) {
        many[i] = someone(name, EP_MAKE(1, 17 + i));
        sent(many[i], r, 0x1000000 + i)->call.returned = 0;
    }
    heard(r, list[MANY - 1]);
    rest = text = ladder(&play);
    line = strsep(&rest, "\n");
    assert_string_equal(line,
                        "        R        f        g        h        i        j        k        l");
    for (unsigned i = 0; i < MANY; i++) {
        char says[32];
        line = strsep(&rest, "\n");
        snprintf(says, sizeof says, "%c's send to R: ", 'a' + (int)i);
        assert_int_equal(strstr(line, says) != NULL, i < MANY - 7);
        assert_int_equal(strstr(line, "- send") != NULL, i >= MANY - 7);
    }
    assert_non_null(strstr(rest, "receive"));
    free(text);
}

static unsigned lines(const char *text)
{
    unsigned n = 0;
    for (; *text; text++)
        n += *text == '\n';
    return n;
}

// What came after the call that broke the rule is not looked at; one that waits for ever stays in sight.
static void around_the_event(void **state)
{
    (void)state;
    struct actor *a = someone("A", EP_MAKE(1, 16)), *b = someone("B", EP_MAKE(1, 17));
    for (unsigned i = 0; i < 30; i++)
        sent(i % 2 ? b : a, i % 2 ? a : b, 0x1000000 + i);
    play.event = 251;
    char *text = ladder(&play);
    assert_int_equal(lines(text), 15);
    assert_non_null(strstr(text, "\n   120  "));
    assert_non_null(strstr(text, "\n   250  "));
    assert_null(strstr(text, "\n   260  "));
    free(text);

    record[2].call.returned = 0; // entered at 30
    play.event = 30;
    text = ladder(&play);
    assert_non_null(strstr(
        text, "\n    30  send ------>.           type 0x1000002; has not returned\n     :\n"));
    assert_non_null(strstr(text, "\n   300  "));
    assert_int_equal(lines(text), 16);
    free(text);
}

static void in_words(void **state)
{
    (void)state;
    struct actor *a = someone("A", EP_MAKE(1, 16)), *b = someone("B", EP_MAKE(1, 17));
    struct record *r = made(a, K_GRANT);
    r->call.sent = (struct message){.source = b->endpoint,
                                    .w = {0x40001000, 300, GRANT_READ | GRANT_WRITE, EP_SELF}};
    r->call.got.source = 0x107;
    r = made(b, K_COPY);
    r->call.sent = (struct message){.source = a->endpoint,
                                    .w = {0x107, UINT64_MAX, 0x40002000, 2, GRANT_WRITE}};
    r->call.status = -EFAULT;
    r = sent(a, b, 0x1234567);
    r->call.number |= IPC_DEADLINE;
    r->call.deadline = 4000;
    r->call.status = -ETIMEDOUT;
    r = sent(a, b, 0x1234567);
    r->call.number |= IPC_NONBLOCK;
    r->call.status = -ELOCKED;
    r->call.got = (struct message){.type = MSG_CYCLE};
    struct ipc_cycle *cycle = payload(&r->call.got);
    *cycle = (struct ipc_cycle){.length = 2, .member = {a->endpoint, b->endpoint}};
    made(b, 0x80000002)->call.status = -EINVAL;
    assert_ladder(
        "        A           B\n"
        "    10  K_GRANT     .           (B, 0x40001000, 300, read+write, self); 11: 0, id 0x107\n"
        "    20  .           K_COPY      (A, 0x107, 0xffffffffffffffff, 0x40002000, 2, write); 21: "
        "EFAULT\n"
        "    30  send ------>.           type 0x1234567, deadline in 400 us; 31: ETIMEDOUT\n"
        "    40  send ------>.           type 0x1234567, nonblock; 41: ELOCKED, cycle of 2: A, B\n"
        "    50  .           call        number 0x80000002; 51: EINVAL\n");
}

// The module's start is not shown; its deaths, and its next lives, are.
static void a_module_that_dies(void **state)
{
    (void)state;
    struct actor *kv = someone("kv", EP_KV), *a = someone("A", EP_MAKE(1, 16));
    play.module = kv;
    kv->is_module = true;
    struct record *r = made(kv, K_REGION);
    struct record *first[] = {r};
    kv->records = first;
    kv->nrecords = 1;
    struct record *put = sent(a, kv, 0x600);
    strcpy((char *)put->call.sent.w, "colour");
    put->call.returned = 0;
    heard(kv, put)->dies = true;
    made(play.director, K_KILL)->call.sent.source = EP_KV;
    made(play.director, K_CREATE);
    made(play.director, K_EXEC)->call.sent.source = EP_KV;
    made(kv, NO_CALL);
    assert_ladder("        director    kv          A\n"
                  "    20  .           .<--------- send        KV_PUT colour; has not returned\n"
                  "    30  .           receive     .           from anyone; 31: has A's KV_PUT "
                  "colour, and dies\n"
                  "    40  K_KILL      .           .           (kv); 41: 0\n"
                  "    60  K_EXEC      .           .           (kv); 61: 0\n"
                  "    70  .           X           .           dies\n");
}

static void nothing(void **state)
{
    (void)state;
    made(play.director, K_CREATE);
    assert_null(ladder(&play));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(two_who_meet, set_up),
        cmocka_unit_test_setup(more_than_columns, set_up),
        cmocka_unit_test_setup(around_the_event, set_up),
        cmocka_unit_test_setup(in_words, set_up),
        cmocka_unit_test_setup(a_module_that_dies, set_up),
        cmocka_unit_test_setup(nothing, set_up),
    };
    return RUN_SUITE("grader_ladder", tests);
}
