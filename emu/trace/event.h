/*
 * Events: what the trace layer reports, one struct each, and who wants to hear of it.
 *
 * Three sources share one clock and one order: the kernel's probes (courier/probe.h), the hart's own record of
 * crossings between user mode and kernel, which no guest can forge (emu/board/board.h), and the host side: console
 * output, deeds of the operator. Every consumer (the counters of --stats, the model, a trace file, breakpoints) is a sink. Events
 * come in the order in which the guest did things; the clock never runs backwards. A recorded trace gives
 * the same structs again (emu/trace/reader.h).
 */
#ifndef EMU_TRACE_EVENT_H
#define EMU_TRACE_EVENT_H

#include <stdint.h>
#include <courier/message.h>
#include <courier/syscall.h>

/* `who` and `peer` are, in this order: */
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
    /* The others do not come from probes, and name nobody: */
    EVENT_TRAP,     /* user mode was left: also cause, pc, address, satp, x, message */
    EVENT_RETURN,   /* user mode is entered: also pc, satp, x, message */
    EVENT_CONSOLE,  /* text: bytes that the guest wrote */
    EVENT_OPERATOR, /* whom it is done to, none: text: what, in words */
    EVENT_KINDS
};
#define EVENT_PROBES    EVENT_TRAP /* so many kinds come from probes */
#define EVENT_BIT(kind) (1u << (kind))
#define EVENT_ALL       (EVENT_BIT(EVENT_KINDS) - 1)
#define EVENT_CROSSINGS (EVENT_BIT(EVENT_TRAP) | EVENT_BIT(EVENT_RETURN))
#define EVENT_TEXT      64 /* bytes of text, at most */

/* The registers that an event of a crossing keeps, beside the message in a0 to a7. */
enum { CROSSING_RA, CROSSING_SP, CROSSING_T0, CROSSING_T1, CROSSING_T2, CROSSING_REGS };

struct event {
    uint64_t number; /* from 1, without a gap, in this run or file */
    uint64_t time;   /* virtual time, in instruction times of 10 ns */
    enum event_kind kind;
    /*
     * Transactions. A sendrec opens one, numbered from 1; its call, its request however often it is delivered,
     * and its reply carry the number. What a process does while it has a request in hand carries
     * that request's number, if it has none of its own. `parent`, of a CALL that opens one: the request that the caller had in
     * hand. 0: none.
     */
    uint64_t transaction, parent;
    endpoint_t who, peer;        /* EP_NONE where the kind has none */
    uint32_t call;               /* IPC_ number and flags */
    uint32_t state;              /* enum procstate */
    int64_t status;              /* 0 or a negative error number */
    uint64_t events;             /* NOTIFY_ bits */
    uint64_t irq;                /* PLIC source */
    uint64_t bytes, access;      /* of a safecopy; access: GRANT_ bits */
    uint64_t cause, pc, address; /* scause, pc, stval; cause ~0: no trap, ended by its manager */
    uint64_t incarnation;
    uint64_t frame;         /* guest address of the trap frame of `who`, 0: the probe has none */
    struct message message; /* the eight message registers in that frame, else zero */
    char name[NAME_BYTES];  /* NUL-terminated */
    uint64_t satp;          /* the address space of a crossing */
    uint64_t x[CROSSING_REGS];
    uint8_t length; /* of text, bytes; no NUL */
    char text[EVENT_TEXT];
};

struct sink {
    uint32_t kinds; /* EVENT_BIT()s: only these are reported */
    void (*event)(struct sink *self, const struct event *e);
    struct sink *next; /* of the trace that it is subscribed to */
};

#endif
