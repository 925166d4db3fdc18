/*
 * What the kernel's probes report, one struct for each hit, and who wants to hear of it.
 *
 * Every consumer (the counters of --stats, the dashboard's model, a trace file) is a sink. Events
 * come in the order in which the guest did things; the clock never runs backwards.
 */
#ifndef EMU_TRACE_EVENT_H
#define EMU_TRACE_EVENT_H

#include <stdint.h>
#include <courier/message.h>
#include <courier/syscall.h>

/* One kind for each probe of courier/probe.h. `who` and `peer` are, in this order: */
enum event_kind {
    EVENT_CALL,    /* caller, peer: also call, frame, message */
    EVENT_BLOCK,   /* caller, whom it waits for: also state */
    EVENT_DELIVER, /* destination, source: also frame, message */
    EVENT_WAKE,    /* who waited: also status */
    EVENT_FAIL,    /* caller, peer: also call, status */
    EVENT_NOTIFY,  /* destination, source: also events */
    EVENT_IRQ,     /* destination, none: also irq */
    EVENT_SWITCH,  /* who runs now, who ran before */
    EVENT_COPY,    /* caller, granter: also bytes, access */
    EVENT_SPAWN,   /* the new process, its parent: also name */
    EVENT_EXEC,    /* whose program changed: also name */
    EVENT_EXIT,    /* who is gone */
    EVENT_CRASH,   /* who: also cause, pc, address */
    EVENT_RESTART, /* which service: also incarnation */
    EVENT_KINDS
};
#define EVENT_BIT(kind) (1u << (kind))
#define EVENT_ALL       (EVENT_BIT(EVENT_KINDS) - 1)

struct event {
    uint64_t time; /* virtual time, in instruction times of 10 ns */
    enum event_kind kind;
    endpoint_t who, peer;        /* EP_NONE where the kind has none */
    uint32_t call;               /* IPC_ number and flags */
    uint32_t state;              /* enum procstate */
    int64_t status;              /* 0 or a negative error number */
    uint64_t events;             /* NOTIFY_ bits */
    uint64_t irq;                /* PLIC source */
    uint64_t bytes, access;      /* of a safecopy; access: GRANT_ bits */
    uint64_t cause, pc, address; /* scause, pc, stval */
    uint64_t incarnation;
    uint64_t frame;         /* guest address of the trap frame of `who`, 0: the probe has none */
    struct message message; /* the eight message registers in that frame, else zero */
    char name[NAME_BYTES];  /* NUL-terminated */
};

struct sink {
    uint32_t kinds; /* EVENT_BIT()s: only these are reported */
    void (*event)(struct sink *self, const struct event *e);
    struct sink *next; /* of the trace that it is subscribed to */
};

#endif
