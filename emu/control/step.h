/*
 * Stepping: the guest runs until one certain thing is about to happen, and stops there. The three
 * goals are those a person has in mind: the next message, the answer to this one, this server's
 * next piece of work.
 *
 *     step_init(&s, board);
 *     trace_subscribe(trace, &s.sink);
 *     step_message(&s);
 *     ... board_run() returns BOARD_STOPPED ...
 *     if (step_take(&s, &end)) ... end.reached, end.event ...
 *
 * One step at a time: a new one replaces the one under way. As with breakpoints, going on is exact.
 */
#ifndef EMU_CONTROL_STEP_H
#define EMU_CONTROL_STEP_H

#include <stdbool.h>
#include "emu/board/board.h"
#include "emu/trace/event.h"

enum step_goal { STEP_NONE, STEP_MESSAGE, STEP_REPLY, STEP_RECEIVE };

struct step_end {
    enum step_goal goal;
    bool reached;       /* false: it will not happen any more, because of `event` */
    struct event event; /* what the board stands before */
};

struct step {
    struct sink sink; /* subscribe this to the trace */
    /* private: */
    struct board *board;
    enum step_goal goal; /* of the step under way */
    endpoint_t who;
    uint64_t transaction;
    bool stopped;
    struct step_end end;
};

void step_init(struct step *s, struct board *board);

/* Until a message or a notification is about to be sent (breakpoint.h says when). */
void step_message(struct step *s);

/*
 * Until the transaction's reply is about to be sent to its client. Not reached if the client's call ends in
 * another way or the client does; a service that dies is no reason, for its next incarnation
 * gets the request again.
 */
void step_reply(struct step *s, uint64_t transaction, endpoint_t client);

/* Until a message or notification is delivered to this process: it is in its registers. Not reached
 * if the process ends. */
void step_receive(struct step *s, endpoint_t server);

/* Which step is under way. */
static inline enum step_goal step_goal(const struct step *s)
{
    return s->goal;
}

void step_cancel(struct step *s);

/* After the board has stopped: was it for a step? True once for each. The step is over. */
bool step_take(struct step *s, struct step_end *end);

#endif
