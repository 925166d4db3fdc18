/* The public cases of lab rendezvous. */
#include "grader/case.h"

static void send_first(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    struct op *send = sends(a, b);
    until_blocked(p, send);
    struct op *receive = receives(b, a);
    until_done(p);
    rule(p, received(receive, send), receive, "B's receive returns with A's message");
}

const struct grade_case case_send_first = {.name = "send-first",
                                           .title = "Who sends first waits for the receiver",
                                           .points = 10,
                                           .play = send_first};

static void receive_first(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    struct op *receive = receives(b, a);
    until_blocked(p, receive);
    struct op *send = sends(a, b);
    until_done(p);
    rule(p, received(receive, send), receive, "B's receive returns with A's message");
}

const struct grade_case case_receive_first = {.name = "receive-first",
                                              .title = "Who receives first waits for the sender",
                                              .points = 10,
                                              .play = receive_first};
