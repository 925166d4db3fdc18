/* Tests each message before it is delivered against the list, and asks the board to stop. */
#include "emu/control/breakpoint.h"

bool breakpoint_is_message(const struct event *e)
{
    if (e->kind == EVENT_NOTIFY)
        return true;
    if (e->kind != EVENT_CALL)
        return false;
    switch (e->call & IPC_CALL_MASK) {
    case IPC_SEND:
    case IPC_SENDREC:
        return true;
    case IPC_REPLYREC:
        return e->peer != EP_NONE;
    default: /* a notify is reported as EVENT_NOTIFY, too, if it is allowed */
        return false;
    }
}

static bool matches(const struct breakpoint *bp, const struct event *e)
{
    bool crash = e->kind == EVENT_CRASH;
    if (bp->number == 0 || !bp->enabled || crash != (bp->kind == BREAK_CRASH))
        return false;
    return !bp->match || bp->match(bp->arg, e);
}

static void on_event(struct sink *self, const struct event *e)
{
    struct breakpoints *b = (struct breakpoints *)self;
    int number = 0;
    if (e->kind != EVENT_CRASH && !breakpoint_is_message(e))
        return;
    for (unsigned i = 0; i < BREAKPOINTS_MAX; i++) {
        struct breakpoint *bp = &b->list[i];
        if (!matches(bp, e))
            continue;
        bp->hits++;
        if (bp->ignore > 0)
            bp->ignore--;
        else if (number == 0 || bp->number < number)
            number = bp->number;
    }
    if (number == 0)
        return;
    b->stopped = true;
    b->hit = (struct breakpoint_hit){number, *e};
    board_request_stop(b->board);
}

void breakpoints_init(struct breakpoints *b, struct board *board)
{
    *b = (struct breakpoints){.board = board};
    b->sink.kinds = EVENT_BIT(EVENT_CALL) | EVENT_BIT(EVENT_NOTIFY) | EVENT_BIT(EVENT_CRASH);
    b->sink.event = on_event;
}

int breakpoint_add(struct breakpoints *b, enum breakpoint_kind kind, breakpoint_match_fn *match,
                   void *arg)
{
    struct breakpoint *bp = breakpoint_get(b, 0);
    if (!bp)
        return 0;
    *bp = (struct breakpoint){
        .number = ++b->last_number, .kind = kind, .match = match, .arg = arg, .enabled = true};
    return bp->number;
}

/* Number 0: an unused one. */
struct breakpoint *breakpoint_get(struct breakpoints *b, int number)
{
    for (unsigned i = 0; i < BREAKPOINTS_MAX; i++)
        if (b->list[i].number == number)
            return &b->list[i];
    return NULL;
}

bool breakpoint_remove(struct breakpoints *b, int number)
{
    struct breakpoint *bp = number != 0 ? breakpoint_get(b, number) : NULL;
    if (bp)
        bp->number = 0;
    return bp;
}

bool breakpoints_take(struct breakpoints *b, struct breakpoint_hit *hit)
{
    bool stopped = b->stopped;
    b->stopped = false;
    if (stopped)
        *hit = b->hit;
    return stopped;
}
