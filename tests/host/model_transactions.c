/* Transactions: how they nest, whose the time is, what a late answer adopts, and how they end. Events are 100 instructions apart. */
#include "tests/host/suite.h"
#include "tests/host/dash_scene.h"
#include <courier/protocol/blk.h>

static const struct transaction *find(struct play *s, uint64_t id)
{
    const struct transaction *t = history_transaction(s->model->history, &s->model->world, id);
    assert_non_null(t);
    return t;
}

static const struct world_process *process(struct play *s, endpoint_t ep)
{
    const struct world_process *p = world_find(&s->model->world, ep);
    assert_non_null(p);
    return p;
}

static uint64_t last(const struct play *s)
{
    return s->pairing.transactions;
}

static void ask(struct play *s, endpoint_t from, endpoint_t to, uint32_t type)
{
    scene_ask(s, from, to, (struct message){.type = type});
}

static void notify(struct play *s, endpoint_t from, endpoint_t to, uint64_t events)
{
    scene_deliver(s, from, to, (struct message){.type = MSG_NOTIFY, .w = {events}});
}

/* sh reads, FS asks BLK inside that, BLK waits for its interrupt: 100 instructions a step. */
static uint64_t read_from_disk(struct play *s)
{
    scene_ask(s, EP_SH, EP_FS, scene_read(3, 1, 512));
    uint64_t id = last(s);
    ask(s, EP_FS, EP_BLK, BLK_READ);
    scene_call(s, EP_BLK, IPC_RECEIVE, EP_KERNEL);
    scene_block(s, EP_BLK, PROC_RECEIVING, EP_KERNEL);
    s->now += 10000; /* the disk */
    notify(s, EP_KERNEL, EP_BLK, NOTIFY_IRQ(1));
    scene_switch(s, EP_FS, EP_BLK);
    scene_answer(s, EP_BLK, EP_FS, BLK_READ, 512);
    scene_answer(s, EP_FS, EP_SH, FS_READ, 512);
    return id;
}

static void a_request_inside_another_is_its_child(void **state)
{
    struct tree_line line[TREE_MAX];
    struct play s;
    (void)state;
    scene_boot(&s);
    uint64_t fs_before = process(&s, EP_FS)->imposed, sh_before = process(&s, EP_SH)->imposed;
    uint64_t id = read_from_disk(&s);
    const struct transaction *read = find(&s, id), *block = find(&s, id + 1);
    assert_int_equal(read->parent, 0);
    assert_int_equal(read->root, id);
    assert_int_equal(read->payer, EP_SH);
    assert_int_equal(block->parent, id);
    assert_int_equal(block->root, id);
    assert_int_equal(block->payer, EP_SH);
    assert_int_equal(block->client, EP_FS);
    assert_false(read->deferred || block->deferred);
    /* BLK: to its receive and its block, after the interrupt to the switch, to its answer and its delivery. */
    assert_int_equal(block->self, 500);
    assert_int_equal(block->inside, 0);
    assert_int_equal(read->inside, 500);
    assert_int_equal(read->self, 400);
    assert_int_equal(process(&s, EP_SH)->imposed - sh_before, 900);
    assert_int_equal(process(&s, EP_FS)->imposed - fs_before, 0);
    /* The entries say the same. */
    const struct stream *stream = &s.model->history->stream;
    const struct entry *reply = stream_entry(stream, stream->entries);
    const struct entry *request = stream_entry(stream, reply->partner);
    assert_int_equal(request->self, 400);
    assert_int_equal(request->inside, 500);
    assert_int_equal(reply->inside, 500);
    assert_int_equal(request->transaction, id);

    assert_int_equal(history_tree(s.model->history, &s.model->world, id + 1, line), 2);
    assert_int_equal(line[0].transaction->id, id);
    assert_int_equal(line[0].depth, 0);
    assert_true(line[0].last);
    assert_int_equal(line[1].transaction->id, id + 1);
    assert_int_equal(line[1].depth, 1);
    assert_true(line[1].last);
    scene_end(&s);
}

/* The shell reads a line that is not there yet: FS puts it off, and asks TTY again when TTY says that something changed. */
static void a_late_answer_adopts_what_it_took(void **state)
{
    struct tree_line line[TREE_MAX];
    struct play s;
    (void)state;
    scene_boot(&s);
    uint64_t fs_imposed = process(&s, EP_FS)->imposed, sh_imposed = process(&s, EP_SH)->imposed;
    scene_ask(&s, EP_SH, EP_FS, scene_read(0, 1, 80));
    uint64_t read = last(&s), first = read + 1, later = read + 2;
    ask(&s, EP_FS, EP_TTY, TTY_READ);
    scene_answer(&s, EP_TTY, EP_FS, TTY_READ, -EAGAIN);
    scene_idle(&s, EP_FS);
    assert_int_equal(process(&s, EP_FS)->in_hand, 0);
    s.now += 1000000;
    notify(&s, EP_TTY, EP_FS, 0);
    scene_switch(&s, EP_TTY, EP_FS);
    ask(&s, EP_FS, EP_TTY, TTY_READ);
    assert_int_equal(find(&s, later)->parent, 0); /* nothing shows yet what it is for */
    assert_int_equal(find(&s, later)->payer, EP_FS);
    scene_answer(&s, EP_TTY, EP_FS, TTY_READ, 3);
    assert_int_equal(process(&s, EP_FS)->imposed - fs_imposed, 200);
    scene_answer(&s, EP_FS, EP_SH, FS_READ, 3);

    const struct transaction *t = find(&s, read);
    assert_true(t->deferred);
    assert_int_equal(find(&s, first)->parent, read);
    assert_int_equal(find(&s, later)->parent, read);
    assert_int_equal(find(&s, later)->root, read);
    assert_int_equal(find(&s, later)->payer, EP_SH);
    assert_int_equal(t->self, 900); /* four steps with it in hand, and five before its answer */
    assert_int_equal(t->inside, find(&s, first)->self + find(&s, later)->self);
    assert_int_equal(process(&s, EP_FS)->imposed, fs_imposed); /* it is the shell's now */
    assert_int_equal(process(&s, EP_SH)->imposed - sh_imposed, t->self + t->inside);
    assert_int_equal(history_tree(s.model->history, &s.model->world, later, line), 3);
    assert_int_equal(line[2].transaction->id, later);

    /* The entries of what was adopted tell of it, too. */
    const struct stream *stream = &s.model->history->stream;
    for (uint64_t n = 1, seen = 0; n <= stream->entries; n++) {
        const struct entry *e = stream_entry(stream, n);
        seen += e->transaction == later;
        if (e->transaction == later)
            assert_int_equal(e->parent, read);
        assert_true(n < stream->entries || seen == 2);
    }
    scene_end(&s);
}

/* One activation may answer several: each adopts what was done since the answer before. */
static void each_late_answer_adopts_its_own(void **state)
{
    struct play s;
    (void)state;
    scene_boot(&s);
    scene_spawn(&s, EP_LS, "ls");
    scene_exec(&s, EP_LS, "ls");
    scene_ask(&s, EP_SH, EP_FS, scene_read(0, 1, 80));
    uint64_t one = last(&s);
    scene_idle(&s, EP_FS);
    scene_ask(&s, EP_LS, EP_FS, scene_read(0, 1, 80));
    uint64_t two = last(&s);
    scene_idle(&s, EP_FS);
    notify(&s, EP_TTY, EP_FS, 0);
    scene_switch(&s, EP_TTY, EP_FS);
    ask(&s, EP_FS, EP_TTY, TTY_READ);
    scene_answer(&s, EP_TTY, EP_FS, TTY_READ, 3);
    scene_call(&s, EP_FS, IPC_SEND, EP_SH);
    scene_deliver(&s, EP_FS, EP_SH, (struct message){.type = FS_READ | MSG_REPLY, .status = 3});
    ask(&s, EP_FS, EP_TTY, TTY_READ);
    scene_answer(&s, EP_TTY, EP_FS, TTY_READ, 4);
    ask(&s, EP_SH, EP_PM, PM_TIME); /* has nothing to do with it */
    scene_answer(&s, EP_PM, EP_SH, PM_TIME, 0);
    scene_answer(&s, EP_FS, EP_LS, FS_READ, 4);
    assert_int_equal(find(&s, two + 1)->parent, one);
    assert_int_equal(find(&s, two + 1)->payer, EP_SH);
    assert_int_equal(find(&s, two + 2)->parent, two);
    assert_int_equal(find(&s, two + 2)->payer, EP_LS);
    assert_int_equal(find(&s, one)->inside, find(&s, two + 1)->self);
    assert_int_equal(find(&s, two)->inside, find(&s, two + 2)->self);
    assert_int_equal(find(&s, two)->self,
                     600); /* two steps with it in hand, three for asking, one for the answer */
    assert_int_equal(find(&s, two + 3)->parent, 0);
    assert_int_equal(find(&s, two + 3)->payer, EP_SH);
    scene_end(&s);
}

static void a_server_that_dies_gets_the_request_again(void **state)
{
    struct play s;
    (void)state;
    scene_boot(&s);
    scene_ask(&s, EP_SH, EP_FS, scene_read(3, 1, 512));
    uint64_t id = last(&s);
    scene_crash(&s, EP_FS, 13, 0x40001000);
    assert_int_equal(find(&s, id)->fate, FATE_OPEN);
    assert_int_equal(s.model->history->ended, 0);
    scene_exec(&s, EP_FS, "fs");
    scene_restart(&s, EP_FS, 2);
    scene_switch(&s, EP_RS, EP_FS);
    scene_call(&s, EP_FS, IPC_RECEIVE, EP_ANY);
    scene_deliver(&s, EP_SH, EP_FS, scene_read(3, 1, 512));
    assert_int_equal(process(&s, EP_FS)->open, 1);
    scene_answer(&s, EP_FS, EP_SH, FS_READ, 512);
    const struct transaction *t = find(&s, id);
    assert_int_equal(t->fate, FATE_ANSWERED);
    assert_int_equal(t->deliveries, 2);
    assert_int_equal(t->status, 512);
    assert_false(t->deferred);
    assert_int_equal(last(&s), id); /* it is the same one */
    assert_int_equal(t->self,
                     300); /* of both incarnations: until the crash; two steps of the answer */
    scene_end(&s);
}

static void the_third_death_ends_it(void **state)
{
    struct play s;
    (void)state;
    scene_boot(&s);
    scene_ask(&s, EP_SH, EP_FS, scene_read(3, 1, 512));
    uint64_t id = last(&s);
    scene_crash(&s, EP_FS, 13, 0x40001000);
    scene_wake(&s, EP_SH, -EFAULTED);
    assert_int_equal(find(&s, id)->fate, FATE_FAILED);
    assert_int_equal(find(&s, id)->status, -EFAULTED);
    const struct stream *stream = &s.model->history->stream;
    const struct entry *failed =
        stream_entry(stream, stream->entries - 1); /* the last one is the note */
    assert_int_equal(failed->kind, ENTRY_FAILED);
    assert_int_equal(failed->dest, EP_FS);
    assert_int_equal(failed->status, -EFAULTED);
    assert_int_equal(failed->transaction, id);
    scene_end(&s);
}

/* exec and exit: the reply never comes, the client is another, or none. */
static void a_client_that_goes_takes_its_transaction_along(void **state)
{
    struct play s;
    (void)state;
    scene_boot(&s);
    ask(&s, EP_SH, EP_PM, PM_EXEC);
    uint64_t exec = last(&s);
    ask(&s, EP_PM, EP_FS, FS_OPEN);
    scene_answer(&s, EP_FS, EP_PM, FS_OPEN, 3);
    scene_exec(&s, EP_SH, "ls");
    assert_int_equal(find(&s, exec)->fate, FATE_GONE);
    assert_int_equal(find(&s, exec + 1)->parent, exec);
    assert_int_equal(process(&s, EP_PM)->in_hand, 0);
    assert_int_equal(process(&s, EP_PM)->open, 1); /* init's PM_WAIT */
    scene_idle(&s, EP_PM);

    scene_switch(&s, EP_PM, EP_SH);
    ask(&s, EP_SH, EP_PM, PM_EXIT);
    uint64_t leave = last(&s), imposed = process(&s, EP_SH)->imposed;
    scene_event(&s, (struct event){.kind = EVENT_EXIT, .who = EP_SH});
    assert_int_equal(find(&s, leave)->fate, FATE_GONE);
    /* What PM does from now on is for init, which waits for this; what FS does is nobody's. */
    ask(&s, EP_PM, EP_FS, FS_EXIT);
    assert_int_equal(find(&s, last(&s))->parent, leave);
    assert_int_equal(find(&s, last(&s))->payer, EP_NONE);
    scene_answer(&s, EP_FS, EP_PM, FS_EXIT, 0);
    assert_int_equal(s.model->world.unpaid, find(&s, last(&s))->self);
    scene_answer(&s, EP_PM, EP_INIT, PM_WAIT, 17);
    assert_true(find(&s, 1)->deferred);
    assert_true(find(&s, 1)->self > 0);
    assert_true(imposed > 0);
    scene_end(&s);
}

/* A receive from one source does not lay down what is in hand; a receive from anyone does. */
static void what_is_in_hand_stays_there_for_one_source(void **state)
{
    struct play s;
    (void)state;
    scene_boot(&s);
    scene_ask(&s, EP_SH, EP_FS, scene_read(3, 1, 512));
    uint64_t id = last(&s);
    scene_call(&s, EP_FS, IPC_RECEIVE, EP_TTY);
    scene_block(&s, EP_FS, PROC_RECEIVING, EP_TTY);
    notify(&s, EP_TTY, EP_FS, 0);
    assert_int_equal(process(&s, EP_FS)->in_hand, id);
    scene_answer(&s, EP_FS, EP_SH, FS_READ, 512);
    assert_false(find(&s, id)->deferred);
    scene_end(&s);
}

static void a_notification_is_no_reply(void **state)
{
    struct play s;
    (void)state;
    scene_boot(&s);
    scene_ask(&s, EP_SH, EP_FS, scene_read(3, 1, 512));
    notify(&s, EP_FS, EP_SH, 0);
    assert_int_equal(find(&s, last(&s))->fate, FATE_OPEN);
    scene_end(&s);
}

/* What a manager's kernel call does to another process, no event of its own tells. */
static void a_managers_call_changes_its_process(void **state)
{
    struct play s;
    struct event call = {.kind = EVENT_CALL, .who = EP_PM, .peer = EP_NONE};
    (void)state;
    scene_boot(&s);
    scene_crash(&s, EP_SH, 13, 0);
    call.call = K_REGS; /* of a crashed process: on to its signal handler */
    call.message = (struct message){.source = EP_SH, .w = {0, GRANT_READ}};
    scene_event(&s, call);
    assert_int_equal(process(&s, EP_SH)->state, PROC_CRASHED);
    call.message.w[1] = GRANT_WRITE;
    scene_event(&s, call);
    assert_int_equal(process(&s, EP_SH)->state, PROC_READY);
    scene_spawn(&s, EP_LS, "sh");
    call.call = K_EXEC; /* a forked child goes on behind its parent's call */
    call.message = (struct message){.source = EP_LS, .w = {EP_LS, 0}};
    scene_event(&s, call);
    assert_int_equal(process(&s, EP_LS)->state, PROC_READY);
    scene_crash(&s, EP_FS, 13, 0);
    call.call = K_KILL;
    call.message = (struct message){.source = EP_FS};
    scene_event(&s, call); /* not PM's to kill */
    assert_int_equal(process(&s, EP_FS)->state, PROC_CRASHED);
    call.who = EP_RS;
    scene_event(&s, call);
    assert_int_equal(process(&s, EP_FS)->state, PROC_DOWN);
    scene_end(&s);
}

/* The kernel's fast path reports no block: the switch away from a server that has answered says that it listens. */
static void a_fast_reply_leaves_the_server_listening(void **state)
{
    struct play s;
    (void)state;
    scene_boot(&s);
    scene_ask(&s, EP_SH, EP_FS, scene_read(3, 1, 512));
    scene_call(&s, EP_FS, IPC_REPLYREC, EP_SH);
    scene_deliver(&s, EP_FS, EP_SH, (struct message){.type = FS_READ | MSG_REPLY, .status = 512});
    assert_int_equal(process(&s, EP_FS)->state, PROC_READY);
    scene_switch(&s, EP_FS, EP_SH);
    assert_int_equal(process(&s, EP_FS)->state, PROC_RECEIVING);
    assert_int_equal(process(&s, EP_FS)->peer, EP_ANY);
    /* One that took the next request before it was preempted does not listen. */
    scene_call(&s, EP_PM, IPC_REPLYREC, EP_NONE);
    scene_deliver(&s, EP_SH, EP_PM, (struct message){.type = PM_TIME});
    scene_switch(&s, EP_PM, EP_TTY);
    assert_int_equal(process(&s, EP_PM)->state, PROC_READY);
    scene_end(&s);
}

/* As deep as anybody likes: a chain of programs, each asking the next inside the request of the one before. */
static void a_tree_is_shown_as_deep_as_it_is(void **state)
{
    struct tree_line line[TREE_MAX];
    struct play s;
    enum { DEPTH = 40 };
    (void)state;
    scene_boot(&s);
    for (unsigned i = 0; i <= DEPTH; i++) {
        scene_spawn(&s, EP_MAKE(1u, 30 + i), "link");
        scene_idle(&s, EP_MAKE(1u, 30 + i));
    }
    for (unsigned i = 0; i < DEPTH; i++)
        ask(&s, EP_MAKE(1u, 30 + i), EP_MAKE(1u, 31 + i), 0x1000);
    s.now += 1000;
    for (unsigned i = DEPTH; i > 0; i--)
        scene_answer(&s, EP_MAKE(1u, 30 + i), EP_MAKE(1u, 29 + i), 0x1000, 0);
    uint64_t root = last(&s) - DEPTH + 1, self = 0;
    size_t count = history_tree(s.model->history, &s.model->world, last(&s), line);
    assert_int_equal(count, DEPTH);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(line[i].depth, i);
        assert_int_equal(line[i].transaction->root, root);
        assert_int_equal(line[i].transaction->payer, EP_MAKE(1u, 30));
        self += i ? line[i].transaction->self : 0;
    }
    assert_int_equal(find(&s, root)->inside, self);
    assert_int_equal(process(&s, EP_MAKE(1u, 30))->imposed, self + find(&s, root)->self);
    scene_end(&s);
}

/* More ended than are kept: the oldest are forgotten, the newest are found. */
static void old_transactions_are_forgotten(void **state)
{
    struct play s;
    (void)state;
    scene_boot(&s);
    for (unsigned i = 0; i < TRANSACTIONS + 10; i++) {
        scene_ask(&s, EP_SH, EP_FS, scene_read(3, 1, 512));
        scene_answer(&s, EP_FS, EP_SH, FS_READ, 512);
    }
    assert_int_equal(s.model->history->ended, TRANSACTIONS + 10);
    assert_null(history_transaction(s.model->history, &s.model->world, 2));
    assert_null(history_transaction(s.model->history, &s.model->world, last(&s) + 1));
    assert_null(history_transaction(s.model->history, &s.model->world, 0));
    assert_int_equal(find(&s, last(&s))->status, 512);
    assert_int_equal(find(&s, 1)->fate, FATE_OPEN); /* init waits as ever */
    scene_end(&s);
}

/* One that was open for very long is found, although a later one has its place in the index. */
static void a_long_transaction_is_found_among_short_ones(void **state)
{
    struct play s;
    (void)state;
    scene_boot(&s);
    while (last(&s) < TRANSACTIONS + 1) {
        if (last(&s) == TRANSACTIONS - 10)
            scene_answer(&s, EP_PM, EP_INIT, PM_WAIT, 17);
        scene_ask(&s, EP_SH, EP_FS, scene_read(3, 1, 512));
        scene_answer(&s, EP_FS, EP_SH, FS_READ, 512);
    }
    assert_int_equal(find(&s, TRANSACTIONS + 1)->status, 512);
    assert_int_equal(find(&s, 1)->status, 17);
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_inside_another_is_its_child),
        cmocka_unit_test(a_late_answer_adopts_what_it_took),
        cmocka_unit_test(each_late_answer_adopts_its_own),
        cmocka_unit_test(a_server_that_dies_gets_the_request_again),
        cmocka_unit_test(the_third_death_ends_it),
        cmocka_unit_test(a_client_that_goes_takes_its_transaction_along),
        cmocka_unit_test(what_is_in_hand_stays_there_for_one_source),
        cmocka_unit_test(a_notification_is_no_reply),
        cmocka_unit_test(a_managers_call_changes_its_process),
        cmocka_unit_test(a_fast_reply_leaves_the_server_listening),
        cmocka_unit_test(a_tree_is_shown_as_deep_as_it_is),
        cmocka_unit_test(old_transactions_are_forgotten),
        cmocka_unit_test(a_long_transaction_is_found_among_short_ones),
    };
    return RUN_SUITE("model_transactions", tests);
}
