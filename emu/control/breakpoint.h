/*
 * Breakpoints: the guest stops when a message that matches is about to be sent, or a process
 * crashes.
 *
 *     breakpoints_init(&b, board);
 *     trace_subscribe(trace, &b.sink);
 *     int n = breakpoint_add(&b, BREAK_MESSAGE, match, arg);
 *     ... board_run() returns BOARD_STOPPED ...
 *     if (breakpoints_take(&b, &hit)) ... number hit.number, event hit.event ...
 *
 * The board then stands before the kernel's probe, so before the delivery: the sender has made its
 * call, the destination's registers are as they were, and nothing is half done. Going on is exact:
 * the guest does what it would have done without the stop, and the event is not reported twice.
 *
 * A message is tested as the EVENT_CALL that sends it: a send, a sendrec, or a replyrec that answers
 * someone. A notification is tested as its EVENT_NOTIFY, be it from a process or from the kernel.
 */
#ifndef EMU_CONTROL_BREAKPOINT_H
#define EMU_CONTROL_BREAKPOINT_H

#include <stdbool.h>
#include "emu/board/board.h"
#include "emu/trace/event.h"

#define BREAKPOINTS_MAX 32

enum breakpoint_kind {
    BREAK_MESSAGE,
    BREAK_CRASH /* an EVENT_CRASH: a process was ended by a fault, or a service by RS */
};

/* NULL matches every event of the breakpoint's kind. Called from inside board_run. */
typedef bool breakpoint_match_fn(void *arg, const struct event *e);

struct breakpoint {
    int number; /* from 1, never used again; 0: unused */
    enum breakpoint_kind kind;
    breakpoint_match_fn *match;
    void *arg;
    bool enabled;    /* may be changed, as may: */
    unsigned ignore; /* so many matches more do not stop; counts down */
    uint64_t hits;   /* matches while enabled, ignored ones too */
};

struct breakpoint_hit {
    int number;
    struct event event;
};

struct breakpoints {
    struct sink sink; /* subscribe this to the trace, behind the sinks that match() relies on */
    struct breakpoint list[BREAKPOINTS_MAX];
    /* private: */
    struct board *board;
    int last_number;
    bool stopped;
    struct breakpoint_hit hit;
};

void breakpoints_init(struct breakpoints *b, struct board *board);

/* Enabled, nothing ignored. Returns its number; 0: there are BREAKPOINTS_MAX already. */
int breakpoint_add(struct breakpoints *b, enum breakpoint_kind kind, breakpoint_match_fn *match,
                   void *arg);

/* NULL: there is none with this number. */
struct breakpoint *breakpoint_get(struct breakpoints *b, int number);

/* Whoever made it frees what `arg` points to. False: there is none. */
bool breakpoint_remove(struct breakpoints *b, int number);

/*
 * After the board has stopped: was it for a breakpoint? True once for each stop. Of several that match, the
 * one with the lowest number is named; all count their hits.
 */
bool breakpoints_take(struct breakpoints *b, struct breakpoint_hit *hit);

/* Whether the event sends a message or a notification that nobody has got yet. */
bool breakpoint_is_message(const struct event *e);

#endif
