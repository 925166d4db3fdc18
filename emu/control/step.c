/* Compares each event with the goal of the step under way. */
#include "emu/control/step.h"
#include "emu/control/breakpoint.h"

static bool ends_process(const struct event *e, endpoint_t who)
{
    if (e->who != who)
        return false;
    return e->kind == EVENT_EXIT || e->kind == EVENT_CRASH || e->kind == EVENT_EXEC;
}

/* The client's call is over without a reply: it failed at once, or was woken with an error. */
static bool ends_call(const struct event *e, const struct step *s)
{
    bool over = e->kind == EVENT_FAIL || e->kind == EVENT_WAKE;
    return over && e->who == s->who && e->status < 0;
}

static bool is_reply(const struct event *e, const struct step *s)
{
    return e->kind == EVENT_CALL && breakpoint_is_message(e) && e->peer == s->who &&
           e->transaction == s->transaction && (e->call & IPC_CALL_MASK) != IPC_SENDREC;
}

static void finish(struct step *s, bool reached, const struct event *e)
{
    s->end = (struct step_end){s->goal, reached, *e};
    s->stopped = true;
    s->goal = STEP_NONE;
    board_request_stop(s->board);
}

static void on_event(struct sink *self, const struct event *e)
{
    struct step *s = (struct step *)self;
    switch (s->goal) {
    case STEP_NONE:
        break;
    case STEP_MESSAGE:
        if (breakpoint_is_message(e))
            finish(s, true, e);
        break;
    case STEP_REPLY:
        if (is_reply(e, s))
            finish(s, true, e);
        else if (ends_call(e, s) || ends_process(e, s->who))
            finish(s, false, e);
        break;
    case STEP_RECEIVE:
        if (e->kind == EVENT_DELIVER && e->who == s->who)
            finish(s, true, e);
        else if (ends_process(e, s->who))
            finish(s, false, e);
        break;
    }
}

void step_init(struct step *s, struct board *board)
{
    *s = (struct step){.board = board};
    s->sink.kinds = EVENT_BIT(EVENT_CALL) | EVENT_BIT(EVENT_NOTIFY) | EVENT_BIT(EVENT_DELIVER) |
                    EVENT_BIT(EVENT_FAIL) | EVENT_BIT(EVENT_WAKE) | EVENT_BIT(EVENT_EXIT) |
                    EVENT_BIT(EVENT_CRASH) | EVENT_BIT(EVENT_EXEC);
    s->sink.event = on_event;
}

static void begin(struct step *s, enum step_goal goal, endpoint_t who, uint64_t transaction)
{
    s->goal = goal;
    s->who = who;
    s->transaction = transaction;
    s->stopped = false;
}

void step_message(struct step *s)
{
    begin(s, STEP_MESSAGE, EP_NONE, 0);
}

void step_reply(struct step *s, uint64_t transaction, endpoint_t client)
{
    begin(s, STEP_REPLY, client, transaction);
}

void step_receive(struct step *s, endpoint_t server)
{
    begin(s, STEP_RECEIVE, server, 0);
}

void step_cancel(struct step *s)
{
    begin(s, STEP_NONE, EP_NONE, 0);
}

bool step_take(struct step *s, struct step_end *end)
{
    bool stopped = s->stopped;
    s->stopped = false;
    if (stopped)
        *end = s->end;
    return stopped;
}
