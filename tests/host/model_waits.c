/* The wait-for graph: edges, the cycles that the kernel refuses, and the stalls that it cannot see. */
#include "tests/host/suite.h"
#include "tests/host/dash_scene.h"

#define EP_A EP_MAKE(1u, 20)
#define EP_B EP_MAKE(1u, 21)
#define EP_C EP_MAKE(1u, 22)
#define PING 0x1000

/* The system of scene_boot() and three programs; the shell waits for one of them to end, so these are all that run. */
static void boot(struct play *s)
{
    static const endpoint_t ep[] = {EP_A, EP_B, EP_C};
    scene_boot(s);
    for (size_t i = 0; i < 3; i++) {
        char name[] = {(char)('a' + i), '\0'};
        scene_spawn(s, ep[i], name);
        scene_exec(s, ep[i], name);
    }
    scene_ask(s, EP_SH, EP_PM, (struct message){.type = PM_WAIT});
    scene_idle(s, EP_PM);
    scene_switch(s, EP_PM, EP_A);
}

static const char *text(struct play *s, const endpoint_t *member, size_t count)
{
    static char out[80];
    return waits_text(out, sizeof out, &s->model->world, member, count);
}

/* How many notes of the log begin so. */
static unsigned noted(struct play *s, const char *begin)
{
    unsigned count = 0;
    for (uint64_t i = 1; i <= s->model->notes; i++)
        count += strncmp(model_note(s->model, i)->text, begin, strlen(begin)) == 0;
    return count;
}

static void ask(struct play *s, endpoint_t from, endpoint_t to)
{
    scene_ask(s, from, to, (struct message){.type = PING});
}

static void edges_say_who_waits_for_whom(void **state)
{
    struct wait_edge edge[WAITS_MAX];
    struct play s;
    (void)state;
    boot(&s);
    scene_call(&s, EP_A, IPC_SENDREC, EP_B);
    scene_block(&s, EP_A, PROC_SENDING, EP_B);
    scene_call(&s, EP_C, IPC_RECEIVE, EP_A);
    scene_block(&s, EP_C, PROC_RECEIVING, EP_A);
    static const struct wait_edge wanted[] = {
        {.kind = WAIT_OWES, .from = EP_PM, .to = EP_INIT, .transaction = 1},
        {.kind = WAIT_OWES, .from = EP_PM, .to = EP_SH, .transaction = 2},
        {.kind = WAIT_REPLY, .from = EP_INIT, .to = EP_PM, .transaction = 1},
        {.kind = WAIT_REPLY, .from = EP_SH, .to = EP_PM, .transaction = 2},
        {.kind = WAIT_SENDING, .from = EP_A, .to = EP_B, .transaction = 3},
        {.kind = WAIT_RECEIVING, .from = EP_C, .to = EP_A},
    };
    size_t count = waits_edges(&s.model->world, edge);
    assert_int_equal(count, sizeof wanted / sizeof wanted[0]);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(edge[i].kind, wanted[i].kind);
        assert_int_equal(edge[i].from, wanted[i].from);
        assert_int_equal(edge[i].to, wanted[i].to);
        assert_int_equal(edge[i].transaction, wanted[i].transaction);
        assert_int_equal(edge[i].since, world_find(&s.model->world, edge[i].from)->since);
        assert_false(edge[i].stalled);
    }
    scene_end(&s);
}

static void a_refused_call_is_told_with_its_cycle(void **state)
{
    endpoint_t member[NSLOTS];
    struct play s;
    (void)state;
    boot(&s);
    scene_call(&s, EP_A, IPC_SENDREC, EP_B);
    scene_block(&s, EP_A, PROC_SENDING, EP_B);
    scene_call(&s, EP_B, IPC_RECEIVE, EP_C);
    scene_block(&s, EP_B, PROC_RECEIVING, EP_C);
    size_t count = waits_cycle(&s.model->world, EP_C, EP_A, member);
    assert_int_equal(count, 3);
    assert_string_equal(text(&s, member, count), "c > a > b > c");
    assert_int_equal(waits_cycle(&s.model->world, EP_SH, EP_A, member), 0);
    assert_int_equal(waits_cycle(&s.model->world, EP_C, EP_MAKE(9u, 20), member), 0);
    scene_call(&s, EP_C, IPC_SENDREC, EP_A);
    scene_event(&s, (struct event){.kind = EVENT_FAIL,
                                   .who = EP_C,
                                   .peer = EP_A,
                                   .call = IPC_SENDREC,
                                   .status = -ELOCKED});
    assert_string_equal(model_note(s.model, s.model->notes)->text,
                        "refused: c > a > b > c would wait for each other");
    const struct entry *e =
        stream_entry(&s.model->history->stream, s.model->history->stream.entries - 1);
    assert_int_equal(e->kind, ENTRY_FAILED);
    assert_int_equal(e->status, -ELOCKED);
    assert_int_equal(world_find(&s.model->world, EP_C)->state, PROC_READY);
    assert_int_equal(world_find(&s.model->world, EP_C)->asks.id, 0);
    scene_end(&s);
}

/* b owes a reply and listens to anyone; but only a ever spoke to it, and a waits for that reply. */
static void a_server_that_listens_to_its_waiting_client_is_stalled(void **state)
{
    struct wait_edge edge[WAITS_MAX];
    endpoint_t member[NSLOTS];
    struct play s;
    unsigned stalled = 0;
    (void)state;
    boot(&s);
    ask(&s, EP_A, EP_B);
    assert_int_equal(waits_stall(&s.model->world, member), 0);
    assert_false(waits_is_stalled(&s.model->world, EP_A));
    scene_idle(&s, EP_B);
    assert_true(waits_is_stalled(&s.model->world, EP_A));
    assert_true(waits_is_stalled(&s.model->world, EP_B));
    assert_false(waits_is_stalled(&s.model->world, EP_PM)); /* c may call it */
    size_t count = waits_stall(&s.model->world, member);
    assert_int_equal(count, 2);
    assert_string_equal(text(&s, member, count), "a > b > a");
    for (size_t i = 0, n = waits_edges(&s.model->world, edge); i < n; i++)
        stalled += edge[i].stalled;
    assert_int_equal(stalled, 2); /* a waits for the reply, b owes it */
    assert_int_equal(noted(&s, "deadlock: b > a > b, nobody else can end it"), 1);

    /* Another one who waits for them is no new deadlock. */
    scene_call(&s, EP_C, IPC_SENDREC, EP_A);
    scene_block(&s, EP_C, PROC_SENDING, EP_A);
    assert_true(waits_is_stalled(&s.model->world, EP_C));
    assert_int_equal(noted(&s, "deadlock"), 1);

    /* A signal ends it; when it closes again it is told again. */
    scene_wake(&s, EP_A, -EINTR);
    assert_int_equal(waits_stall(&s.model->world, member), 0);
    scene_call(&s, EP_A, IPC_SENDREC, EP_B);
    scene_deliver(&s, EP_A, EP_B, (struct message){.type = PING});
    scene_idle(&s, EP_B);
    assert_int_equal(noted(&s, "deadlock"), 2);
    scene_end(&s);
}

static void who_may_still_be_ended_is_not_stalled(void **state)
{
    struct play s;
    (void)state;
    boot(&s);
    /* It once heard from c, which runs. */
    ask(&s, EP_C, EP_B);
    scene_answer(&s, EP_B, EP_C, PING, 0);
    ask(&s, EP_A, EP_B);
    scene_idle(&s, EP_B);
    assert_false(waits_is_stalled(&s.model->world, EP_A));
    /* c waits for a service, which any program may call; none is left, but the disk's interrupt will come. */
    ask(&s, EP_C, EP_FS);
    ask(&s, EP_FS, EP_BLK);
    scene_call(&s, EP_BLK, IPC_RECEIVE, EP_KERNEL);
    scene_block(&s, EP_BLK, PROC_RECEIVING, EP_KERNEL);
    assert_false(waits_is_stalled(&s.model->world, EP_C));
    assert_false(waits_is_stalled(&s.model->world, EP_A));
    assert_int_equal(noted(&s, "deadlock"), 0);
    scene_end(&s);
}

/* PM owes a parent its child's end, FS owes the child what the parent would write. No cycle is there for the kernel. */
static void a_stall_may_go_through_services(void **state)
{
    endpoint_t member[NSLOTS];
    struct play s;
    (void)state;
    boot(&s);
    scene_event(&s, (struct event){.kind = EVENT_EXIT, .who = EP_B});
    scene_event(&s, (struct event){.kind = EVENT_EXIT, .who = EP_C});
    /* RS has its alarm and will always send heartbeats; but these make nobody answer. */
    scene_deliver(&s, EP_KERNEL, EP_RS, (struct message){.type = MSG_NOTIFY, .w = {NOTIFY_TIMER}});
    scene_deliver(&s, EP_RS, EP_FS, (struct message){.type = MSG_NOTIFY});
    scene_idle(&s, EP_FS);
    scene_idle(&s, EP_RS);
    ask(&s, EP_SH, EP_FS); /* FS and PM have heard from all of them */
    scene_answer(&s, EP_FS, EP_SH, PING, 0);
    ask(&s, EP_A, EP_PM);
    scene_answer(&s, EP_PM, EP_A, PING, 0);
    scene_call(&s, EP_SH, IPC_SENDREC, EP_PM);
    scene_deliver(&s, EP_SH, EP_PM, (struct message){.type = PM_WAIT});
    scene_idle(&s, EP_PM);
    assert_int_equal(waits_stall(&s.model->world, member), 0);
    ask(&s, EP_A, EP_FS);
    scene_idle(&s, EP_FS);
    size_t count = waits_stall_of(&s.model->world, EP_FS, member);
    assert_string_equal(text(&s, member, count), "fs > sh > pm > a > fs");
    assert_int_equal(noted(&s, "deadlock: fs > sh > pm > a > fs"), 1);
    scene_end(&s);
}

/* It closes without anybody's blocking when the last that could have ended it exits. */
static void an_exit_may_close_a_stall(void **state)
{
    struct play s;
    (void)state;
    boot(&s);
    ask(&s, EP_C, EP_B);
    scene_answer(&s, EP_B, EP_C, PING, 0);
    ask(&s, EP_A, EP_B);
    scene_idle(&s, EP_B);
    scene_spawn(&s, EP_LS, "ls"); /* runs, and may call services */
    scene_exec(&s, EP_LS, "ls");
    assert_int_equal(noted(&s, "deadlock"), 0);
    scene_event(&s, (struct event){.kind = EVENT_EXIT, .who = EP_C});
    assert_int_equal(noted(&s, "deadlock"), 1);
    assert_int_equal(noted(&s, "deadlock: a > b > a"), 1);
    scene_end(&s);
}

/* Two who have nothing to do but to hear from each other are idle. */
static void who_owes_nothing_is_not_stalled(void **state)
{
    struct play s;
    (void)state;
    boot(&s);
    scene_call(&s, EP_A, IPC_SEND, EP_B);
    scene_deliver(&s, EP_A, EP_B, (struct message){.type = PING});
    scene_call(&s, EP_B, IPC_SEND, EP_A);
    scene_deliver(&s, EP_B, EP_A, (struct message){.type = PING});
    scene_idle(&s, EP_A);
    scene_idle(&s, EP_B);
    assert_false(waits_is_stalled(&s.model->world, EP_A));
    assert_int_equal(noted(&s, "deadlock"), 0);
    scene_end(&s);
}

/* A deadline, an alarm, a device: then the kernel ends it. */
static void the_kernel_may_end_a_wait(void **state)
{
    struct play s;
    (void)state;
    boot(&s);
    ask(&s, EP_A, EP_B);
    scene_call(&s, EP_B, IPC_RECEIVE | IPC_DEADLINE, EP_ANY);
    scene_block(&s, EP_B, PROC_RECEIVING, EP_ANY);
    assert_false(waits_is_stalled(&s.model->world, EP_A));
    scene_wake(&s, EP_B, -ETIMEDOUT);
    scene_call(&s, EP_B, K_ALARM, EP_NONE);
    scene_idle(&s, EP_B);
    assert_false(waits_is_stalled(&s.model->world, EP_A));
    assert_int_equal(noted(&s, "deadlock"), 0);
    scene_end(&s);
}

static void a_text_is_cut_off_where_it_must(void **state)
{
    static const endpoint_t member[] = {EP_FS, EP_TTY, EP_MAKE(3u, 99)};
    char out[32];
    struct play s;
    (void)state;
    scene_boot(&s);
    assert_string_equal(waits_text(out, sizeof out, &s.model->world, member, 2), "fs > tty > fs");
    assert_string_equal(waits_text(out, 21, &s.model->world, member, 3), "fs > tty > 99.3 > fs");
    assert_string_equal(waits_text(out, 20, &s.model->world, member, 3), "fs > (2 more) > fs");
    assert_string_equal(waits_text(out, 1, &s.model->world, member, 3), "");
    assert_string_equal(waits_text(out, sizeof out, &s.model->world, member, 0), "");
    scene_end(&s);
}

static void equal_names_have_endpoints(void **state)
{
    endpoint_t member[] = {EP_MAKE(1u, 20), EP_MAKE(1u, 21), EP_FS, EP_MAKE(1u, 22)};
    char out[64];
    struct play s;
    (void)state;
    scene_boot(&s);
    for (size_t i = 0; i < 4; i += i == 1 ? 2 : 1) {
        struct event e = {.kind = EVENT_SPAWN, .who = member[i], .peer = EP_PM, .name = "x"};
        scene_event(&s, e);
    }
    assert_string_equal(waits_text(out, sizeof out, &s.model->world, member, 4),
                        "x 20.1 > 21.1 > fs > x 22.1 > x 20.1");
    assert_string_equal(waits_text(out, 36, &s.model->world, member, 4),
                        "x 20.1 > 21.1 > (2 more) > x 20.1");
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edges_say_who_waits_for_whom),
        cmocka_unit_test(a_refused_call_is_told_with_its_cycle),
        cmocka_unit_test(a_server_that_listens_to_its_waiting_client_is_stalled),
        cmocka_unit_test(who_may_still_be_ended_is_not_stalled),
        cmocka_unit_test(a_stall_may_go_through_services),
        cmocka_unit_test(an_exit_may_close_a_stall),
        cmocka_unit_test(who_owes_nothing_is_not_stalled),
        cmocka_unit_test(the_kernel_may_end_a_wait),
        cmocka_unit_test(a_text_is_cut_off_where_it_must),
        cmocka_unit_test(equal_names_have_endpoints),
    };
    return RUN_SUITE("model_waits", tests);
}
