/*
 * PM's state, and its one list of prototypes, grouped by the file that defines them.
 *
 * The state is a region that outlives PM (servers/lib/region.h), and every request may be delivered
 * a second time to PM's next incarnation. So each change goes through CHANGE(), and what cannot be
 * rolled back, the kernel calls and the requests to FS, comes in an order that makes repeating it
 * harmless:
 *   fork  FS and the table know the child, committed, before it runs; the parent's `forked` says
 *         that the child is there when the request comes again
 *   exec  the new image is built aside; the table is committed before the process changes over
 *   exit  FS closes the files, the table says zombie, committed, then the kernel ends the process
 * recover() ends the processes that the table does not know: embryos that were under way.
 */
#ifndef SERVERS_PM_PM_H
#define SERVERS_PM_PM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ipc.h>
#include <courier/protocol/pm.h>
#include <courier/protocol/tty.h>
#include "servers/lib/region.h"
#include "servers/lib/service.h"

/* What keeps a process without an answer. */
enum waiting { WAITING_NOT, WAITING_CHILD, WAITING_SLEEP, WAITING_PAUSE };

struct proc {
    int32_t pid; /* 0: a free entry */
    int32_t parent, group;
    endpoint_t endpoint; /* EP_NONE: a zombie */
    int32_t code;        /* of a zombie, as PM_WAIT reports it */
    int32_t forked;      /* pid of the child of a PM_FORK that is not answered yet */
    int32_t wait_pid;    /* for whom, while waiting is WAITING_CHILD */
    uint8_t waiting;     /* enum waiting */
    uint32_t mask;       /* blocked signals: bit n, signal n */
    uint32_t pending;    /* signals to be delivered */
    uint64_t heap, end;  /* the heap: from, up to */
    uint64_t wake;       /* end of PM_SLEEP, in ticks; 0: none. Kept over a restart. */
    uint64_t alarm;      /* SIGALRM, in ticks; 0: none */
    uint64_t handler[NSIGNALS];
    uint64_t restorer;
};

#define NPROCS NUSERS /* entries; zombies have one too */

struct state {
    int32_t last_pid; /* given; 0: there has never been an init */
    uint32_t signals; /* serial of the terminal's signals that have been dealt with */
    uint32_t used;    /* the entries from this one on have never been used */
    struct proc procs[NPROCS];
    uint16_t at_slot[NUSERS]; /* entry + 1 of the process in kernel slot NSERVICES + i, 0: none */
};

extern struct state *pm;

/* ---- table.c: finding and keeping entries ------------------------------------------------ */
struct proc *proc_at(endpoint_t ep);  /* alive, or NULL */
struct proc *proc_of(int32_t pid);    /* alive or zombie, or NULL */
struct proc *proc_new(endpoint_t ep); /* all zero but pid and endpoint; NULL: the table is full */
bool proc_awaits_pm(const struct proc *p); /* has it a call to PM outstanding? */
void proc_set_zombie(struct proc *p);      /* gives up the endpoint */
void proc_free(struct proc *p);
/* The next entry in use, after p or from the first on: for (p = proc_next(NULL); p; p =
 * proc_next(p)). An entry may be freed on the way. */
struct proc *proc_next(const struct proc *p);
static inline bool proc_alive(const struct proc *p)
{
    return p->pid && p->endpoint != EP_NONE;
}

/* ---- requests: from the caller's entry and the message to the status --------------------- */
typedef int64_t request_handler(struct proc *p, struct message *m);
request_handler do_fork;                                         /* fork.c */
request_handler do_exec;                                         /* exec.c */
request_handler do_exit, do_wait;                                /* exit.c */
request_handler do_kill, do_sigaction, do_sigreturn, do_sigmask; /* signal.c */
request_handler do_pause;                                        /* signal.c */
request_handler do_brk;                                          /* heap.c */
request_handler do_sleep, do_alarm, do_time;                     /* time.c */
request_handler do_getpid, do_setpgid, do_process;               /* identity.c */
request_handler do_shutdown;                                     /* start.c */

/* ---- main.c ------------------------------------------------------------------------------ */
/* Answers a process that is `waiting`; `code` is for WAITING_CHILD. */
void answer(struct proc *p, int64_t status, int32_t code);

/* ---- fork.c ------------------------------------------------------------------------------ */
void fork_start(const struct proc *parent); /* the child of an unanswered PM_FORK runs */

/* ---- program.c: a file becomes the memory of an embryo ----------------------------------- */
struct arguments { /* of PM_EXEC, copied */
    char path[4096];
    size_t path_bytes;
    char strings[EXEC_MAX];
    size_t bytes;
    uint32_t count;
};
struct program {
    endpoint_t embryo;
    uint64_t pc, sp; /* sp is argv, too */
    uint64_t heap;
    char name[NAME_BYTES];
};
/* The path is relative to the directory of `process`. The embryo is the caller's to start or to
 * kill. */
int64_t program_load(endpoint_t process, const struct arguments *a, struct program *program);

/* ---- exit.c ------------------------------------------------------------------------------ */
void process_end(struct proc *p, int32_t code); /* code: as PM_WAIT reports it */

/* ---- signal.c ---------------------------------------------------------------------------- */
/* Nothing is delivered before signal_deliver(): a signal is a bit until the request is done. */
void signal_send(struct proc *p, int signal);
void signal_send_group(int32_t group, int signal);
void signal_crash(struct proc *p, uint64_t cause);
void signal_exec(struct proc *p);      /* handlers go back to default */
bool signal_due(const struct proc *p); /* pending and not blocked? */
bool signal_posted(void);              /* may there be something to deliver? */
void signal_deliver(void);             /* what is due, to everyone */
bool signal_unsettled(void);           /* some could not be delivered yet: try again soon */

/* ---- time.c ------------------------------------------------------------------------------ */
void time_open(void);
void time_check(void); /* does what is due, and sets the kernel's alarm for what comes next */

/* ---- files.c: requests of FS and TTY ----------------------------------------------------- */
int64_t fs_fork(endpoint_t parent, endpoint_t child);
int64_t fs_exit(endpoint_t process);
int64_t fs_exec(endpoint_t process);
int64_t fs_unpause(endpoint_t process);
int64_t fs_sync(void);
int64_t fs_open_for(endpoint_t process, const char *path, size_t bytes); /* a descriptor */
int64_t fs_close(int64_t fd);
/* Exactly `bytes` bytes at `offset` into memory of `space` (EP_SELF: PM). ENOEXEC: the file ends
 * before. */
int64_t fs_read_at(int64_t fd, uint64_t offset, endpoint_t space, uint64_t address, uint64_t bytes);
int64_t fs_read(int64_t fd, void *to, size_t bytes); /* from the descriptor's offset: how many */
/* The terminal's signals after those of `serial`. */
int64_t tty_pending(uint32_t serial, struct tty_pending_reply *reply);
void tty_say(const char *text); /* for the last words */
void tty_drain(void);

/* ---- sound.c ----------------------------------------------------------------------------- */
bool table_is_sound(void);

/* ---- start.c ----------------------------------------------------------------------------- */
void recover(void);                   /* after a restart */
void start_init(void);                /* or power off */
_Noreturn void power_off(int status); /* after all output has left */

#endif
