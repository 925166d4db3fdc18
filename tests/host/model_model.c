/* The model: states, requests and their replies in the stream, deaths and restarts, the rings, the log. */
#include <courier/probe.h>
#include "tests/host/suite.h"
#include "tests/host/dash_scene.h"

static const struct world_process *process(struct play *s, endpoint_t ep)
{
    const struct world_process *p = world_find(&s->model->world, ep);
    assert_non_null(p);
    return p;
}

static const struct entry *entry(struct play *s, uint64_t number)
{
    return stream_entry(&s->model->history->stream, number);
}

static void assert_state(struct play *s, endpoint_t ep, uint32_t state, endpoint_t peer)
{
    assert_int_equal(process(s, ep)->state, state);
    assert_int_equal(process(s, ep)->peer, peer);
}

static void boot_shows_every_process(void **state)
{
    struct play s;
    (void)state;
    scene_boot(&s);
    assert_string_equal(process(&s, EP_FS)->name, "fs");
    assert_int_equal(process(&s, EP_FS)->incarnation, 1);
    assert_state(&s, EP_FS, PROC_RECEIVING, EP_ANY);
    assert_state(&s, EP_INIT, PROC_REPLY, EP_PM);
    assert_state(&s, EP_SH, PROC_READY, EP_NONE);
    assert_string_equal(world_name(&s.model->world, EP_SH), "sh");
    assert_null(world_name(&s.model->world, EP_MAKE(2u, 17)));
    assert_int_equal(s.model->world.restarts, 0);
    scene_end(&s);
}

static void a_reply_finds_its_request(void **state)
{
    struct play s;
    (void)state;
    scene_boot(&s);
    uint64_t asked = s.now + 100;
    scene_ask(&s, EP_SH, EP_FS, scene_read(3, 2, 512));
    uint64_t number = s.model->history->stream.entries;
    assert_state(&s, EP_SH, PROC_REPLY, EP_FS);
    assert_int_equal(process(&s, EP_FS)->open, 1);
    assert_int_equal(entry(&s, number)->fate, FATE_OPEN);
    assert_int_equal(entry(&s, number)->asked, asked);

    s.now += 5000;
    scene_answer(&s, EP_FS, EP_SH, FS_READ, 512);
    const struct entry *request = entry(&s, number);
    const struct entry *reply = entry(&s, number + 1);
    assert_int_equal(request->kind, ENTRY_REQUEST);
    assert_int_equal(request->fate, FATE_ANSWERED);
    assert_int_equal(request->partner, number + 1);
    assert_int_equal(reply->kind, ENTRY_REPLY);
    assert_int_equal(reply->partner, number);
    assert_int_equal(reply->latency, reply->time - asked);
    assert_int_equal(request->latency, reply->latency);
    assert_string_equal(reply->source_name, "fs");
    assert_string_equal(reply->dest_name, "sh");
    assert_int_equal(process(&s, EP_FS)->open, 0);
    const struct latency_row *row = latencies_find(&s.model->latencies, "sh", "fs", FS_READ);
    assert_non_null(row);
    assert_int_equal(row->insns.count, 1);
    assert_int_equal(row->insns.max, reply->latency);
    assert_int_equal(row->deferred, 0);
    assert_state(&s, EP_SH, PROC_READY, EP_NONE);
    scene_end(&s);
}

static void a_message_back_is_no_reply_without_a_request(void **state)
{
    struct play s;
    (void)state;
    scene_boot(&s);
    scene_call(&s, EP_PM, IPC_SEND, EP_FS);
    scene_deliver(&s, EP_PM, EP_FS, (struct message){.type = FS_EXIT});
    assert_int_equal(entry(&s, s.model->history->stream.entries)->kind, ENTRY_MESSAGE);
    scene_deliver(&s, EP_KERNEL, EP_TTY,
                  (struct message){.type = MSG_NOTIFY, .w = {NOTIFY_IRQ(10)}});
    assert_int_equal(entry(&s, s.model->history->stream.entries)->kind, ENTRY_NOTICE);
    assert_string_equal(entry(&s, s.model->history->stream.entries)->source_name, "kernel");
    assert_int_equal(process(&s, EP_TTY)->in, 1);
    scene_end(&s);
}

/* A server that does not wait yet: the client blocks, and is delivered later. */
static void a_queued_request_waits_from_the_call_on(void **state)
{
    struct play s;
    (void)state;
    scene_boot(&s);
    scene_call(&s, EP_SH, IPC_SENDREC, EP_FS);
    uint64_t asked = s.now;
    scene_block(&s, EP_SH, PROC_SENDING, EP_FS);
    assert_state(&s, EP_SH, PROC_SENDING, EP_FS);
    s.now += 40000;
    scene_deliver(&s, EP_SH, EP_FS, scene_read(3, 2, 512));
    assert_state(&s, EP_SH, PROC_REPLY, EP_FS);
    scene_answer(&s, EP_FS, EP_SH, FS_READ, -EIO);
    assert_int_equal(entry(&s, s.model->history->stream.entries)->latency,
                     entry(&s, s.model->history->stream.entries)->time - asked);
    scene_end(&s);
}

static void a_crash_requeues_what_was_asked(void **state)
{
    struct play s;
    (void)state;
    scene_boot(&s);
    scene_ask(&s, EP_SH, EP_FS, scene_read(3, 2, 512));
    uint64_t number = s.model->history->stream.entries;
    scene_crash(&s, EP_FS, 12, 0);
    assert_state(&s, EP_FS, PROC_CRASHED, EP_NONE);
    assert_state(&s, EP_SH, PROC_SENDING, EP_FS);
    assert_int_equal(entry(&s, number)->fate, FATE_AGAIN);
    assert_int_equal(process(&s, EP_FS)->open, 0);
    assert_int_equal(s.model->world.deaths, 1);
    assert_string_equal(model_note(s.model, s.model->notes)->text,
                        "fs died: instruction page fault at 0");

    scene_exec(&s, EP_FS, "fs");
    scene_restart(&s, EP_FS, 2);
    assert_int_equal(s.model->world.restarts, 1);
    assert_int_equal(process(&s, EP_FS)->incarnation, 2);
    assert_int_equal(model_note(s.model, s.model->notes)->level, NOTE_GOOD);

    /* The next incarnation gets the same request; its reply is paired with that delivery. */
    scene_deliver(&s, EP_SH, EP_FS, scene_read(3, 2, 512));
    scene_answer(&s, EP_FS, EP_SH, FS_READ, 512);
    assert_int_equal(process(&s, EP_FS)->open, 0);
    assert_int_equal(entry(&s, number)->fate, FATE_AGAIN);
    assert_int_equal(entry(&s, s.model->history->stream.entries)->kind, ENTRY_REPLY);

    scene_crash(&s, EP_BLK, CAUSE_KILLED, KILLED_PC); /* from outside: RS has still to look at it */
    assert_state(&s, EP_BLK, PROC_CRASHED, EP_NONE);
    scene_crash(&s, EP_TTY, CAUSE_KILLED, 0); /* by RS */
    assert_state(&s, EP_TTY, PROC_DOWN, EP_NONE);
    assert_string_equal(model_note(s.model, s.model->notes)->text, "tty died: killed");
    scene_end(&s);
}

static void a_request_that_ends_in_an_error_is_closed(void **state)
{
    struct play s;
    (void)state;
    scene_boot(&s);
    scene_ask(&s, EP_SH, EP_TTY, scene_read(0, 1, 80));
    uint64_t number = s.model->history->stream.entries;
    scene_wake(&s, EP_SH, -EINTR);
    assert_int_equal(entry(&s, number)->fate, FATE_FAILED);
    assert_int_equal(entry(&s, number)->status, -EINTR);
    assert_int_equal(process(&s, EP_TTY)->open, 0);
    assert_state(&s, EP_SH, PROC_READY, EP_NONE);
    scene_end(&s);
}

static void a_dead_process_leaves_and_its_slot_is_used_again(void **state)
{
    struct play s;
    (void)state;
    scene_boot(&s);
    scene_spawn(&s, EP_LS, "sh");
    scene_exec(&s, EP_LS, "ls");
    scene_ask(&s, EP_LS, EP_PM, (struct message){.type = PM_EXIT});
    assert_int_equal(process(&s, EP_PM)->open, 2);
    uint64_t number = s.model->history->stream.entries;
    scene_event(&s, (struct event){.kind = EVENT_EXIT, .who = EP_LS});
    assert_null(world_find(&s.model->world, EP_LS));
    assert_string_equal(world_name(&s.model->world, EP_LS),
                        "ls"); /* of those it left messages to */
    assert_int_equal(entry(&s, number)->fate, FATE_GONE);
    assert_int_equal(process(&s, EP_PM)->open, 1);
    scene_spawn(&s, EP_MAKE(6u, 18), "sh");
    assert_int_equal(process(&s, EP_MAKE(6u, 18))->in, 0);
    assert_null(world_name(&s.model->world, EP_LS));
    scene_end(&s);
}

static void time_goes_to_who_runs_and_to_nobody_when_idle(void **state)
{
    struct play s;
    (void)state;
    scene_boot(&s);
    model_sample(s.model, s.now);
    s.now += 900; /* and 100 for the event itself */
    scene_ask(&s, EP_SH, EP_FS, scene_read(3, 2, 512));
    scene_call(&s, EP_FS, IPC_RECEIVE, EP_TTY);
    scene_block(&s, EP_FS, PROC_RECEIVING, EP_TTY);
    s.now += 8600;
    model_sample(s.model, s.now);
    const struct share *share = s.model->share;
    assert_in_range(share[EP_SLOT(EP_SH)].self, 90, 120);
    assert_in_range(share[EP_FS].self, 10, 40);
    assert_int_equal(share[EP_SLOT(EP_SH)].imposed, share[EP_FS].self); /* FS ran for it */
    assert_int_equal(share[EP_FS].imposed, 0);
    scene_end(&s);
}

/* What FS had others do with nothing in hand turns out to have been the shell's: its share shrinks, but not below 0. */
static void shares_survive_an_adoption_and_another_process(void **state)
{
    struct play s;
    (void)state;
    scene_boot(&s);
    scene_ask(&s, EP_SH, EP_FS, scene_read(0, 1, 80));
    scene_idle(&s, EP_FS);
    scene_deliver(&s, EP_TTY, EP_FS, (struct message){.type = MSG_NOTIFY});
    scene_switch(&s, EP_TTY, EP_FS);
    scene_ask(&s, EP_FS, EP_TTY, (struct message){.type = TTY_READ});
    s.now += 10000;
    scene_answer(&s, EP_TTY, EP_FS, TTY_READ, 3);
    model_sample(s.model, s.now);
    assert_true(s.model->share[EP_FS].imposed > 0);
    scene_answer(&s, EP_FS, EP_SH, FS_READ, 3);
    model_sample(s.model, s.now);
    assert_int_equal(s.model->share[EP_FS].imposed, 0);
    assert_in_range(s.model->share[EP_FS].self, 0, 1000);
    assert_true(s.model->share[EP_SLOT(EP_SH)].imposed == 1000); /* of before, too */
    scene_event(&s, (struct event){.kind = EVENT_EXIT, .who = EP_SH});
    scene_spawn(&s, EP_MAKE(2u, 17), "sh");
    model_sample(s.model, s.now);
    assert_int_equal(s.model->share[EP_SLOT(EP_SH)].imposed, 0);
    scene_end(&s);
}

static void the_rings_forget_the_oldest(void **state)
{
    struct play s;
    (void)state;
    scene_boot(&s);
    scene_ask(&s, EP_SH, EP_TTY, scene_read(0, 1, 80));
    scene_answer(&s, EP_TTY, EP_SH, FS_READ, 3);
    uint64_t closed = s.model->history->stream.entries;
    for (int i = 0; i < STREAM_ENTRIES; i++)
        model_say(s.model, NOTE_INFO, "note %d", i);
    assert_null(entry(&s, closed));
    assert_null(entry(&s, closed - 1));
    assert_null(entry(&s, 0));
    assert_null(entry(&s, s.model->history->stream.entries + 1));
    assert_non_null(entry(&s, closed + 1));
    assert_null(model_note(s.model, s.model->notes - MODEL_NOTES));
    assert_string_equal(model_note(s.model, s.model->notes - MODEL_NOTES + 1)->text, "note 16128");
    scene_end(&s);
}

/* However much comes later, a request stays until it has its reply. */
static void an_open_request_is_not_forgotten(void **state)
{
    struct play s;
    (void)state;
    scene_boot(&s);
    scene_ask(&s, EP_SH, EP_TTY, scene_read(0, 1, 80));
    const struct stream *stream = &s.model->history->stream;
    uint64_t open = stream->entries, waits = open - 1; /* init's PM_WAIT, of scene_boot() */
    for (int i = 0; i < 3 * STREAM_ENTRIES; i++)
        model_say(s.model, NOTE_INFO, "note %d", i);
    uint64_t oldest = stream->entries - STREAM_ENTRIES + 1;
    assert_int_equal(entry(&s, open)->fate, FATE_OPEN);
    assert_int_equal(stream_next(stream, oldest, -1, false), open);
    assert_int_equal(stream_next(stream, open, -1, false), waits);
    assert_int_equal(stream_next(stream, waits, -1, false), 0);
    assert_int_equal(stream_next(stream, 0, 1, false), waits);
    assert_int_equal(stream_next(stream, waits, 1, true), open);
    assert_int_equal(stream_next(stream, open, 1, false), oldest);
    scene_answer(&s, EP_TTY, EP_SH, FS_READ, 3);
    assert_null(entry(&s, open));
    assert_int_equal(stream_next(stream, oldest + 1, -1, false), waits);
    const struct entry *reply = entry(&s, stream->entries);
    assert_int_equal(reply->kind, ENTRY_REPLY);
    assert_true(reply->latency > 0);
    scene_end(&s);
}

/* An hour of heartbeats, which are hidden, pushes nothing else out. */
static void notifications_displace_no_messages(void **state)
{
    struct play s;
    (void)state;
    scene_boot(&s);
    const struct stream *stream = &s.model->history->stream;
    uint64_t last = stream->entries;
    for (int i = 0; i < 3 * STREAM_ENTRIES; i++)
        scene_deliver(&s, EP_RS, EP_FS, (struct message){.type = MSG_NOTIFY});
    assert_int_equal(stream_next(stream, stream->entries + 1, -1, false), last);
    assert_int_equal(stream_next(stream, 0, 1, false), 1);
    assert_int_equal(stream_next(stream, last, 1, false), 0);
    uint64_t oldest = stream->entries - STREAM_ENTRIES + 1;
    assert_int_equal(stream_next(stream, last, 1, true), oldest);
    assert_int_equal(stream_next(stream, oldest, -1, true), last);
    assert_null(entry(&s, oldest - 1));
    model_say(s.model, NOTE_INFO, "after");
    assert_int_equal(stream_next(stream, last, 1, false), stream->entries);
    assert_int_equal(stream_next(stream, stream->entries, -1, true), stream->entries - 1);
    scene_end(&s);
}

/* How many requests to a server were answered at once. */
static uint64_t prompt(struct play *s, const char *server)
{
    struct latency sum;
    latencies_server(&s->model->latencies, server, &sum);
    return sum.count;
}

/* What a server answers when a line was typed or a child has ended is not its own slowness. */
static void percentiles_leave_out_what_waits_for_people(void **state)
{
    struct play s;
    const struct message notice = {.type = MSG_NOTIFY};
    (void)state;
    scene_boot(&s);
    scene_ask(&s, EP_SH, EP_FS, scene_read(0, 1, 80));
    scene_ask(&s, EP_FS, EP_TTY, (struct message){.type = TTY_READ});
    scene_answer(&s, EP_TTY, EP_FS, TTY_READ, -EAGAIN);
    scene_idle(&s, EP_FS); /* the shell's request waits */
    s.now += 300000000;
    scene_deliver(&s, EP_TTY, EP_FS, notice);
    scene_ask(&s, EP_FS, EP_TTY, (struct message){.type = TTY_READ});
    scene_answer(&s, EP_TTY, EP_FS, TTY_READ, 3);
    scene_answer(&s, EP_FS, EP_SH, FS_READ, 3);
    assert_int_equal(prompt(&s, "fs"), 0);
    const struct latency_row *row = latencies_find(&s.model->latencies, "sh", "fs", FS_READ);
    assert_int_equal(row->deferred, 1);
    assert_true(entry(&s, s.model->history->stream.entries)->latency > 300000000);
    assert_true(entry(&s, s.model->history->stream.entries)->deferred);
    assert_int_equal(prompt(&s, "tty"), 2);
    assert_int_equal(latencies_find(&s.model->latencies, "fs", "tty", TTY_READ)->failed, 1);

    /* One that it answers at once, having asked another server, does count; ... */
    scene_ask(&s, EP_SH, EP_FS, scene_read(3, 1, 80));
    scene_ask(&s, EP_FS, EP_BLK, (struct message){.type = TTY_READ});
    scene_idle(&s, EP_BLK);
    scene_deliver(&s, EP_RS, EP_BLK, notice); /* a heartbeat, on the way */
    scene_idle(&s, EP_BLK);
    scene_deliver(&s, EP_KERNEL, EP_BLK,
                  (struct message){.type = MSG_NOTIFY, .w = {NOTIFY_IRQ(1)}});
    scene_answer(&s, EP_BLK, EP_FS, TTY_READ, 512);
    scene_answer(&s, EP_FS, EP_SH, FS_READ, 512);
    assert_int_equal(prompt(&s, "fs"), 1);
    /* ... so does one that waited for a device; but not one that waited for an alarm. */
    assert_int_equal(prompt(&s, "blk"), 1);
    scene_ask(&s, EP_SH, EP_PM, (struct message){.type = PM_WAIT});
    scene_idle(&s, EP_PM);
    scene_deliver(&s, EP_KERNEL, EP_PM, (struct message){.type = MSG_NOTIFY, .w = {NOTIFY_TIMER}});
    scene_answer(&s, EP_PM, EP_SH, PM_WAIT, 0);
    assert_int_equal(prompt(&s, "pm"), 0);
    scene_end(&s);
}

/* Whatever a damaged guest reports, the model stays within its tables. */
static void nonsense_does_no_harm(void **state)
{
    struct play s;
    (void)state;
    scene_boot(&s);
    srand(1);
    for (int i = 0; i < 300000; i++) {
        struct event e = {.kind = (enum event_kind)(rand() % EVENT_KINDS)};
        endpoint_t some[] = {EP_FS,
                             EP_SH,
                             EP_LS,
                             EP_ANY,
                             EP_NONE,
                             EP_KERNEL,
                             (endpoint_t)rand(),
                             EP_MAKE(rand() % 3u, rand() % 512u)};
        e.who = some[rand() % 8];
        e.peer = some[rand() % 8];
        e.call = (uint32_t)rand() % 8;
        e.state = (uint32_t)rand() % 10;
        e.status = rand() % 3 - 1;
        e.cause = (uint64_t)rand() % 20;
        e.incarnation = (uint64_t)rand();
        e.message.type = rand() % 2 ? MSG_NOTIFY : FS_READ;
        scene_name(&e, "noise");
        scene_event(&s, e);
    }
    for (int i = 0; i < NSLOTS; i++)
        assert_true(s.model->world.process[i].open < NSLOTS);
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boot_shows_every_process),
        cmocka_unit_test(a_reply_finds_its_request),
        cmocka_unit_test(a_message_back_is_no_reply_without_a_request),
        cmocka_unit_test(a_queued_request_waits_from_the_call_on),
        cmocka_unit_test(a_crash_requeues_what_was_asked),
        cmocka_unit_test(a_request_that_ends_in_an_error_is_closed),
        cmocka_unit_test(a_dead_process_leaves_and_its_slot_is_used_again),
        cmocka_unit_test(time_goes_to_who_runs_and_to_nobody_when_idle),
        cmocka_unit_test(shares_survive_an_adoption_and_another_process),
        cmocka_unit_test(the_rings_forget_the_oldest),
        cmocka_unit_test(an_open_request_is_not_forgotten),
        cmocka_unit_test(notifications_displace_no_messages),
        cmocka_unit_test(percentiles_leave_out_what_waits_for_people),
        cmocka_unit_test(nonsense_does_no_harm),
    };
    return RUN_SUITE("model_model", tests);
}
