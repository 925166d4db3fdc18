/* Episodes: the death of a service, whose fault it was, and each step of the recovery. */
#include <courier/errno.h>
#include <courier/probe.h>
#include <string.h>
#include "emu/model/episode_text.h"
#include "tests/host/suite.h"
#include "tests/host/dash_scene.h"

static const struct episode *last(struct play *s)
{
    const struct episode *e = episode_find(&s->model->episodes, s->model->episodes.count);
    assert_non_null(e);
    return e;
}

static void restart(struct play *s, endpoint_t service, uint64_t incarnation)
{
    scene_exec(s, service, world_name(&s->model->world, service));
    scene_restart(s, service, incarnation);
    scene_switch(s, EP_RS, service);
}

/* The next incarnation takes the client's request from its queue. */
static void take(struct play *s, endpoint_t service, endpoint_t client, struct message m)
{
    scene_call(s, service, IPC_REPLYREC, EP_NONE);
    scene_deliver(s, client, service, m);
}

static void a_crash_is_followed_to_the_first_good_reply(void **state)
{
    struct play s;
    (void)state;
    scene_boot(&s);
    scene_ask(&s, EP_SH, EP_FS, scene_read(3, 1, 512));
    uint64_t in_hand = s.pairing.transactions;
    scene_crash(&s, EP_FS, 13, 0x40001000);
    uint64_t died = s.now, event = s.events;
    assert_int_equal(s.model->episodes.count, 1);
    assert_int_equal(last(&s)->service, EP_FS);
    assert_string_equal(last(&s)->name, "fs");
    assert_int_equal(last(&s)->incarnation, 1);
    assert_int_equal(last(&s)->cause, 13);
    assert_int_equal(last(&s)->pc, 0x40001000);
    assert_false(last(&s)->by_operator);
    assert_int_equal(last(&s)->fault, died);
    assert_int_equal(last(&s)->detected, died);
    assert_int_equal(last(&s)->restarted, 0);
    assert_int_equal(last(&s)->in_hand, in_hand);
    assert_int_equal(last(&s)->blocked, 1);
    assert_int_equal(last(&s)->client[0], EP_SH);

    restart(&s, EP_FS, 2);
    assert_int_equal(last(&s)->restarted, s.now - 100);
    take(&s, EP_FS, EP_SH, scene_read(3, 1, 512));
    assert_int_equal(last(&s)->again, 1);
    assert_int_equal(last(&s)->replied, 0);
    scene_answer(&s, EP_FS, EP_SH, FS_READ, -EIO);
    assert_int_equal(last(&s)->replied, 0); /* not a good one */
    scene_ask(&s, EP_SH, EP_FS, scene_read(3, 1, 512));
    assert_int_equal(last(&s)->again, 1);
    scene_answer(&s, EP_FS, EP_SH, FS_READ, 512);
    const struct entry *reply =
        stream_entry(&s.model->history->stream, s.model->history->stream.entries);
    assert_int_equal(last(&s)->replied, reply->time);
    assert_int_equal(last(&s)->first_event, event);
    assert_int_equal(last(&s)->last_event, reply->event);
    uint64_t replied = last(&s)->replied;
    scene_ask(&s, EP_SH, EP_FS, scene_read(3, 1, 512));
    scene_answer(&s, EP_FS, EP_SH, FS_READ, 512);
    assert_int_equal(last(&s)->replied, replied); /* the first one counts */
    scene_end(&s);
}

/* Of the line for --stats: 100 instructions are a microsecond. */
static void times_have_the_unit_of_their_size(void **state)
{
    (void)state;
    char line[EPISODE_TEXT];
    struct episode e = {.number = 1,
                        .service = EP_FS,
                        .name = "fs",
                        .incarnation = 1,
                        .cause = CAUSE_HUNG,
                        .fault = 100,
                        .detected = 100 + 99999,
                        .restarted = 100 + 58088639,
                        .replied = 100 + 250000000};
    episode_text(line, sizeof line, &e);
    assert_string_equal(strstr(line, ", detected"),
                        ", detected +999.99 us, restarted +580.88 ms, answering +2.50 s");
}

/* The console has no line yet: an answer all the same. */
static void an_honest_no_is_a_good_reply(void **state)
{
    struct play s;
    (void)state;
    scene_boot(&s);
    scene_ask(&s, EP_SH, EP_FS, scene_read(3, 1, 512));
    scene_crash(&s, EP_FS, 13, 0x40001000);
    restart(&s, EP_FS, 2);
    take(&s, EP_FS, EP_SH, scene_read(3, 1, 512));
    scene_answer(&s, EP_FS, EP_SH, FS_READ, -EAGAIN);
    assert_true(last(&s)->replied > 0);
    scene_end(&s);
}

static void the_operators_deed_is_the_fault(void **state)
{
    struct play s;
    (void)state;
    scene_boot(&s);
    scene_deed(&s, EP_FS, "hang fs");
    uint64_t deed = s.now, event = s.events;
    s.now += 100000000; /* a second, until the heartbeat finds it */
    scene_crash(&s, EP_FS, ~0ull, 0x40001000);
    assert_true(last(&s)->by_operator);
    assert_string_equal(last(&s)->deed, "hang fs");
    assert_int_equal(last(&s)->fault, deed);
    assert_int_equal(last(&s)->first_event, event);
    assert_true(last(&s)->detected > deed);
    restart(&s, EP_FS, 2);
    scene_crash(&s, EP_FS, 2, 0x40002000); /* again, and nobody did anything */
    assert_int_equal(s.model->episodes.count, 2);
    assert_false(last(&s)->by_operator);
    assert_int_equal(last(&s)->incarnation, 2);
    scene_end(&s);
}

/* The kernel says who hung: that one did so since it was last seen doing something. */
static void a_hang_began_when_it_was_last_seen(void **state)
{
    struct play s;
    (void)state;
    scene_boot(&s);
    scene_ask(&s, EP_SH, EP_FS, scene_read(3, 1, 512));
    uint64_t busy = world_find(&s.model->world, EP_FS)->since;
    s.now += 100000000;
    scene_crash(&s, EP_FS, CAUSE_HUNG, 0);
    assert_true(last(&s)->hung);
    assert_int_equal(last(&s)->fault, busy);
    assert_int_equal(world_find(&s.model->world, EP_FS)->state, PROC_DOWN);
    restart(&s, EP_FS, 2);
    scene_crash(&s, EP_FS, CAUSE_KILLED, 0);
    assert_false(last(&s)->hung);
    assert_int_equal(last(&s)->fault, last(&s)->detected);
    scene_end(&s);
}

/* RS gives a service up that crashed already: that is no death of its own. */
static void a_service_is_given_up(void **state)
{
    struct play s;
    (void)state;
    scene_boot(&s);
    scene_crash(&s, EP_BLK, 13, 0x40001000);
    s.now += 1000;
    scene_crash(&s, EP_BLK, CAUSE_GIVEN_UP, 0);
    assert_int_equal(s.model->episodes.count, 1);
    assert_int_equal(last(&s)->given_up, s.now);
    assert_int_equal(last(&s)->cause, 13);
    assert_int_equal(s.model->world.deaths, 1);
    assert_int_equal(world_find(&s.model->world, EP_BLK)->state, PROC_GIVEN_UP);
    assert_int_equal(world_find(&s.model->world, EP_BLK)->cause, 13);
    restart(&s, EP_BLK, 2); /* svc restart */
    assert_int_equal(world_find(&s.model->world, EP_BLK)->state, PROC_READY);
    scene_end(&s);
}

static void a_request_that_kills_is_refused(void **state)
{
    struct play s;
    (void)state;
    scene_boot(&s);
    scene_ask(&s, EP_SH, EP_FS, scene_read(3, 1, 512));
    scene_crash(&s, EP_FS, 13, 0x40001000);
    assert_int_equal(last(&s)->faulted, EP_KERNEL);
    scene_event(&s, (struct event){.kind = EVENT_WAKE, .who = EP_SH, .status = -EFAULTED});
    assert_int_equal(last(&s)->faulted, EP_SH);
    assert_int_equal(last(&s)->faulted_type, FS_READ);
    assert_string_equal(model_note(s.model, s.model->notes)->text,
                        "fs died three times of sh's FS_READ: EFAULTED");
    scene_end(&s);
}

static void a_deed_long_past_explains_nothing(void **state)
{
    struct play s;
    (void)state;
    scene_boot(&s);
    scene_deed(&s, EP_FS, "drop the next message");
    scene_deed(&s, EP_SH, "kill sh"); /* no service: no episode */
    s.now += 2000000000;
    scene_crash(&s, EP_FS, 2, 0x40002000);
    assert_false(last(&s)->by_operator);
    scene_crash(&s, EP_SH, 2, 0x40002000);
    assert_int_equal(s.model->episodes.count, 1);
    scene_end(&s);
}

static void each_service_has_its_own(void **state)
{
    struct play s;
    (void)state;
    scene_boot(&s);
    scene_ask(&s, EP_SH, EP_FS, scene_read(3, 1, 512));
    scene_ask(&s, EP_FS, EP_TTY, (struct message){.type = TTY_READ});
    scene_crash(&s, EP_TTY, 13, 0);
    scene_crash(&s, EP_FS, ~0ull, 0);
    restart(&s, EP_TTY, 2);
    restart(&s, EP_FS, 2);
    take(&s, EP_FS, EP_SH, scene_read(3, 1, 512));
    scene_answer(&s, EP_FS, EP_SH, FS_READ, 3);
    const struct episode *tty = episode_find(&s.model->episodes, 1);
    const struct episode *fs = episode_find(&s.model->episodes, 2);
    assert_int_equal(tty->service, EP_TTY);
    assert_int_equal(tty->blocked, 1);
    assert_int_equal(tty->client[0], EP_FS);
    assert_int_equal(tty->again, 0); /* FS died, too, and asks no more */
    assert_int_equal(tty->replied, 0);
    assert_int_equal(fs->again, 1);
    assert_true(fs->replied > 0);
    scene_end(&s);
}

static void only_the_last_are_kept(void **state)
{
    struct play s;
    (void)state;
    scene_boot(&s);
    for (unsigned i = 1; i <= EPISODES + 5; i++) {
        scene_crash(&s, EP_BLK, 13, i);
        restart(&s, EP_BLK, i + 1);
    }
    assert_int_equal(s.model->episodes.count, EPISODES + 5);
    assert_null(episode_find(&s.model->episodes, 0));
    assert_null(episode_find(&s.model->episodes, 5));
    assert_null(episode_find(&s.model->episodes, EPISODES + 6));
    assert_int_equal(episode_find(&s.model->episodes, 6)->pc, 6);
    scene_end(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_crash_is_followed_to_the_first_good_reply),
        cmocka_unit_test(times_have_the_unit_of_their_size),
        cmocka_unit_test(an_honest_no_is_a_good_reply),
        cmocka_unit_test(the_operators_deed_is_the_fault),
        cmocka_unit_test(a_hang_began_when_it_was_last_seen),
        cmocka_unit_test(a_service_is_given_up),
        cmocka_unit_test(a_request_that_kills_is_refused),
        cmocka_unit_test(a_deed_long_past_explains_nothing),
        cmocka_unit_test(each_service_has_its_own),
        cmocka_unit_test(only_the_last_are_kept),
    };
    return RUN_SUITE("model_episode", tests);
}
