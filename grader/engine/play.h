/*
 * The inside of a play: what script.h and case.h hide from the writer of a case, and how the engine's files hang together.
 *
 *   script.c   queues operations              actor.c    makes processes
 *   observe.c  looks at every crossing, knows whose it is, and feeds the actors
 *   judge.c    the laws, at the entry and the return of each call; quiet.c those of a moment when nobody can go on;
 *              rules.c the rules that a case states
 *   death.c    where the module dies
 *   run.c      lets the machine run until a goal is reached; stuck.c says why one is not
 *   memory.c   buffers, and how they should be
 *   ladder.c   the last few calls as a picture; ladder_text.c: each in words
 *   runner.c   boots a stage, forks a play for each case, makes the result
 */
#ifndef GRADER_PLAY_H
#define GRADER_PLAY_H

#include "emu/board/board.h"
#include "grader/base/random.h"
#include "grader/case.h"
#include "grader/lab.h"
#include "grader/stage/actor.h"

#define STAGE_MEMORY 32u          /* MiB */
#define EFFORT       60000000u    /* board_effort() of a run; the dearest case needs a fifth */
#define MOST_ACTORS  (ACTORS + 3) /* conductor, director and module, too */
#define DIRECTOR     EP_PM
#define RULE_BYTES   400
#define NO_CALL      (~0ull) /* t0 of a module that dies instead of a call: no call has this number */

/* ---- records ------------------------------------------------------------------------------------------- */

/* A call, with what the laws need to know about it. */
struct record {
    struct call call; /* first */
    struct actor *caller;
    struct op *op;        /* NULL: the module's */
    struct actor *target; /* of IPC: the process that t1 names; NULL: none does */
    bool ipc, offers,
        listens;       /* is IPC and well formed; has a message for the target; would take one */
    endpoint_t filter; /* whom it listens to: EP_ANY, EP_KERNEL, or a process */
    bool is_void;      /* it failed, or was dropped: its message must not come any more */
    bool again;        /* its receiver died with it: it may be delivered once more */
    bool dies;         /* the module's: it returns to nowhere, as the case wants it */
    struct record *
        promised; /* of one that listens: the message that it must return with, as a sender was told */
    struct record *reply; /* ... that it returns with, unless it has got another before */
};

enum standing {
    ABSENT,    /* not started, or ended */
    STARTING,  /* the kernel was told to start it */
    RUNNING,   /* in user mode, as far as the last crossing of its own says */
    PREEMPTED, /* left user mode by an interrupt or a fault */
    CALLING    /* in the call `open` */
};

enum op_kind { OP_CALL, OP_SPIN, OP_LOAD8, OP_STORE8, OP_LOAD64, OP_STORE64, OP_CRASH };

struct actor {
    struct play *play;
    char name[16];
    endpoint_t endpoint;
    enum standing standing;
    bool is_module;
    /* Identity. */
    uint64_t satp; /* of its first return; 0: it has not come yet */
    bool known;    /* its pages are: */
    uint64_t text, page[ACTOR_PAGES];
    /* What must come back. */
    uint64_t x[32], pc;
    bool fault;        /* the last trap was one */
    bool passed;       /* ... and someone else has run since */
    uint64_t fault_at; /* ... at this address (stval) */
    bool has_crashed;  /* as its OP_CRASH wanted it */
    /* What it does. */
    struct op *op; /* the first that is not finished */
    struct op *last_op;
    bool busy; /* an operation that is no call is under way */
    struct record *open;
    endpoint_t heard; /* whom it received from last */
    struct record **records;
    size_t nrecords;
    /* Notifications to it, by source: given in all, given when its open call was made, taken. */
    uint32_t given[MOST_ACTORS], given_then[MOST_ACTORS], taken[MOST_ACTORS];
    uint32_t told[MOST_ACTORS]; /* given, when it returned with the last one taken */
    uint64_t alarm;             /* ticks; 0: none */
    uint64_t irqs;              /* NOTIFY_ bits that it has attached */
    /* As a spinner: how often it came back from an interrupt without anything having happened. */
    uint64_t seen;
    unsigned turns;
    uint8_t *should; /* its buffer, as it should be */
};

/* ---- deaths of the module ------------------------------------------------------------------------------ */

enum death { AT_MESSAGE, BEFORE_CALL, AFTER_CALL, AT_INTERRUPT, DEATHS };

/* ---- goals --------------------------------------------------------------------------------------------- */

enum goal {
    GOAL_DONE,
    GOAL_RETURNED,
    GOAL_BLOCKED,
    GOAL_QUIET,
    GOAL_TIME,
    GOAL_CRASHED,
    GOAL_KNOWN
};

struct play {
    struct board *board;
    const struct lab *lab;
    struct random nonces,
        chances; /* apart: what the guest sees, and what the case chooses whatever the kernel does */
    unsigned variant;
    struct actor actor[MOST_ACTORS];
    unsigned actors;
    struct actor *director, *module, *running;
    uint64_t crossings, progress, calls;
    struct record **records; /* all, in the order of their entries */
    size_t nrecords;
    struct op *ops;   /* all, to be counted and freed */
    uint64_t pending; /* repetitions that have not returned */
    uint64_t limit;   /* instructions: the budget's end */
    uint64_t effort;  /* the same of the host's effort */
    uint64_t
        in_kernel; /* when the last call of IPC was made, in instructions; 0: user mode was entered since */
    uint64_t printed; /* bytes at the console */
    bool idle;        /* the machine waits for an interrupt */
    uint32_t dies[DEATHS],
        met[DEATHS]; /* the module does, the n-th time; so often since that order */
    /* What is waited for. */
    enum goal goal;
    const struct op *goal_op;
    const struct actor *goal_actor;
    uint64_t goal_time;
    /* The verdict. */
    bool broken, failed; /* a rule is; the grader itself has */
    char rule[RULE_BYTES];
    uint64_t event;
    /* Told of each crossing, for a trace; may be NULL. */
    void (*watcher)(void *arg, uint64_t crossing);
    void *watcher_arg;
};

/* ---- what the files offer each other ---------------------------------------------------------------------- */

/* Breaks a rule at a crossing (0: none in particular); only the first counts. Always false. */
__attribute__((format(printf, 3, 4))) bool breaks(struct play *p, uint64_t event, const char *words,
                                                  ...);

/* The grader has no memory; or a case is written wrongly. */
void play_fails(struct play *p, const char *why);
void *play_alloc(struct play *p, size_t bytes); /* zeroed; NULL: the play has failed */

/* "A's send to B", "B's receive from anyone", "A's K_GRANT". */
#define DESCRIBE_CALL 80
char *describe_call(char out[DESCRIBE_CALL], const struct record *r);

void play_open(struct play *p, struct board *board, const struct lab *lab);
void play_close(struct play *p);

/* Boots the stage: conductor, director, the student's module. False: a rule is broken. */
bool play_boot(struct play *p);

/* observe.c: the board's watch function; the argument is the play. */
void observe(void *arg, struct board_crossing *c);
struct actor *actor_of_endpoint(struct play *p, endpoint_t ep);
struct record *record_new(struct play *p, struct actor *a, const struct board_crossing *c);

/* death.c: the module is about to make a call; its call has returned; it is about to go on after an interrupt. */
void death_before_call(struct play *p, struct board_crossing *c);
void death_after_call(struct play *p, struct record *r, struct board_crossing *c);
void death_at_interrupt(struct play *p, struct board_crossing *c);

/* judge.c */
void law_entered(struct play *p, struct record *r);
void law_returned(struct play *p, struct record *r);
/* Would this open call take a message of `from`, if it has not got one yet? */
bool law_accepts(const struct record *r, const struct actor *from);

/* quiet.c: nobody can go on. */
void law_quiet(struct play *p);

/* run.c */
bool is_quiet(const struct play *p);
bool goal_reached(struct play *p);
bool until_known(struct play *p, const struct actor *a);

/* stuck.c: is it a call with a deadline (NULL is none), and has that been due for so long that it is not heeded? */
bool has_deadline(const struct record *r);
bool is_overdue(const struct record *r);
/* Nobody can go on; the budget is spent: breaks the rule that says what should have happened. Always false. */
bool stuck_for_ever(struct play *p);
bool stuck_too_long(struct play *p);

/* actor.c: an entry of the table, not started yet; NULL: too many. */
struct actor *actor_new(struct play *p, const char *name, endpoint_t ep);

/* memory.c: the buffer's pages, when the actor has shown itself. */
bool memory_known(struct play *p, struct actor *a);
void memory_stored(struct actor *a, const struct op *op); /* its own store has been done */
bool pages_are_own(struct play *p, const struct actor *a,
                   const struct op *op);                   /* they are mapped where they were */
bool memory_is_apart(struct play *p, const struct op *op); /* a rule of every case, at its end */

/* ladder.c: the last few calls before the verdict, to be freed; NULL: none, or no memory. */
char *ladder(const struct play *p);

#endif
