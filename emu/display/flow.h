/*
 * The flow: what the picture shows of the model, in presentation time. It knows which node is whose, which dots are under way, and what
 * has just happened and must be seen for a while: a death takes microseconds, an audience needs a second.
 *
 * It is a function of the model's state at each update, and of the presentation times of the updates.
 */
#ifndef EMU_DISPLAY_FLOW_H
#define EMU_DISPLAY_FLOW_H

#include "emu/display/layout.h"
#include "emu/model/model.h"

#define FLOW_DOTS 512

/* How long things last, in ns of presentation time. */
#define FLOW_MS       1000000ull
#define FLOW_TRAVEL   (700 * FLOW_MS)   /* a dot, from node to node */
#define FLOW_REST     (FLOW_TRAVEL / 2) /* where the last one stays, at a standstill */
#define FLOW_GAP      (110 * FLOW_MS)   /* between two dots on a lane, at least, */
#define FLOW_ROOM     38                /* and so many units of its length */
#define FLOW_FLASH    (450 * FLOW_MS)   /* of a crash */
#define FLOW_CROSS    (1400 * FLOW_MS)  /* an X stands at least so long, and the line about it */
#define FLOW_ENDED    (800 * FLOW_MS)   /* a program that has ended stays */
#define FLOW_TAKEOVER (600 * FLOW_MS)   /* the next incarnation grows over it */
#define FLOW_RING     (1500 * FLOW_MS)  /* the ring around it */
#define FLOW_REFUSED  (3500 * FLOW_MS)  /* a cycle that the kernel refused */
#define FLOW_NOTE     (3500 * FLOW_MS)  /* a line of the log */
#define FLOW_NEWS     (1500 * FLOW_MS)  /* a line about a program that begins or ends */
#define FLOW_LINE     96                /* bytes of such a line */

struct flow_node {
    bool used;
    bool gone; /* it has ended, and is still shown */
    endpoint_t endpoint;
    char name[NAME_BYTES];
    uint32_t state;       /* enum procstate */
    endpoint_t peer;      /* whom it waits for, or EP_NONE, EP_ANY, EP_KERNEL */
    bool runs;            /* right now */
    uint32_t incarnation; /* that is shown; of a program 0 */
    uint32_t next;        /* that takes the node over at `replaced` */
    /* Presentation times; 0: not. */
    uint64_t died, replaced, left;
};

/* From one node to another. */
struct flow_lane {
    uint32_t rate;        /* messages in the last second or so of presentation, in 1/256 */
    uint32_t held;        /* that wait for the next dot */
    uint64_t last;        /* when the last dot began */
    enum entry_kind kind; /* of the last message, and its type */
    uint32_t type;
};

struct flow_dot {
    uint64_t start; /* 0: free */
    uint8_t from, to;
    enum entry_kind kind;
    uint32_t type;
    uint32_t count; /* messages that it stands for */
};

/* A cycle of waits: of processes that all wait (a stall), or of a call that the kernel refused. */
struct flow_cycle {
    unsigned count;
    uint8_t node[LAYOUT_NODES];
    uint64_t until;
};

/*
 * At a standstill the picture shows what is: no X of a service that is back, and a message that has been delivered last rests in the
 * middle of its way. Then presentation time stands still, too.
 */
struct flow {
    bool still, ended;         /* set before an update: the guest stands still; for ever */
    uint64_t outer;            /* presentation time as the caller has it */
    uint64_t latest;           /* when the last dot began */
    const struct model *model; /* of the last update; borrowed */
    uint64_t now, present;     /* virtual and presentation time of it */
    unsigned step;             /* of the layout */
    uint64_t roomy;            /* since when a larger step would do, or 0 */
    unsigned without;          /* processes that have no place */
    struct flow_node node[LAYOUT_NODES];
    struct flow_lane lane[LAYOUT_NODES][LAYOUT_NODES];
    struct flow_dot dot[FLOW_DOTS];
    unsigned next_dot;
    uint32_t most;        /* messages in one of the dots that are shown */
    uint64_t taken;       /* the last entry of the stream that was looked at */
    uint64_t last;        /* number of the last message among them, or 0 */
    uint64_t note;        /* number of the line of the model's log that is shown, or was last */
    uint64_t noted;       /* since when, or 0 */
    uint64_t heard;       /* lines of the log that were looked at for smaller news */
    char news[FLOW_LINE]; /* what has happened that is not in the log, or matters less */
    uint64_t newsed;      /* when, or 0 */
    uint64_t refusal;     /* number of the event of the last refusal that was seen */
    struct flow_cycle stall, refused;
};

/* A flow that begins with what the model is now, and shows nothing of its past. */
void flow_begin(struct flow *f, const struct model *m, uint64_t now, uint64_t present);

/* The model has changed, time has passed. Neither time runs backwards. */
void flow_update(struct flow *f, const struct model *m, uint64_t now, uint64_t present);

/* The line of the log that is to be shown; NULL: none. */
const struct note *flow_note(const struct flow *f);

/* Does another one that is shown have the same name? */
bool flow_has_namesake(const struct flow *f, unsigned node);

/* Its name, with its endpoint if there is another one of that name: "sh 9.1". Returns out. */
char *flow_name(const struct flow *f, unsigned node, char *out, size_t size);

/* Does anything move still, though no event should come? Then there must be a next frame. */
bool flow_moves(const struct flow *f);

/* The node of this process; LAYOUT_NODES: it has none. */
unsigned flow_node(const struct flow *f, endpoint_t ep);

/* Whom it waits for, if that is one process: its node; else LAYOUT_NODES. */
unsigned flow_waits_for(const struct flow *f, unsigned node);

#endif
