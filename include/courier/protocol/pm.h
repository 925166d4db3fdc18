/* PM, the process manager: processes, programs, signals, heap, time. Replies carry the status
 * unless said otherwise. */
#ifndef COURIER_PROTOCOL_PM_H
#define COURIER_PROTOCOL_PM_H

#include <courier/message.h>
#include <courier/syscall.h>

#define INIT_PID 1 /* the first process, and the parent of orphans */

/* PM_FORK: reply to the parent: the child's pid; to the child: 0. */
#define PM_FORK 0x200

/*
 * PM_EXEC: `path` and `arguments` are grants to PM. The arguments are NUL-terminated strings one
 * after the other, `count` of them, EXEC_MAX bytes at most. No reply if it worked: the program
 * starts with a0 = count, a1 = address of the NULL-terminated argv.
 */
#define PM_EXEC  0x201
#define EXEC_MAX 16384
PAYLOAD(pm_exec, uint32_t path; uint32_t path_bytes; uint32_t arguments; uint32_t argument_bytes;
        uint32_t count;);

/* PM_EXIT: never answered. */
#define PM_EXIT 0x202
PAYLOAD(pm_exit, int32_t code;);

/* PM_WAIT: for a child: pid > 0 that one, -1 any, 0 one of the caller's group, < -1 one of the
 * group -pid. Reply: struct pm_wait_reply, status = pid; ECHILD; EINTR; with WNOHANG 0 when none
 * has ended. */
#define PM_WAIT 0x203
#define WNOHANG 1
PAYLOAD(pm_wait, int32_t pid; uint32_t options;);
/* code: as the W... macros read it, exit code << 8 or the signal. */
PAYLOAD(pm_wait_reply, int64_t status; int32_t code;);

/* PM_KILL: pid > 0 that process, 0 the caller's group, < -1 the group -pid. */
#define PM_KILL 0x204
PAYLOAD(pm_kill, int32_t pid; int32_t signal;);

/* PM_SIGACTION: handler address, or SIG_DFL, SIG_IGN; `restorer` is where the handler returns to,
 * it calls PM_SIGRETURN. Reply: struct pm_sigaction_reply. */
#define PM_SIGACTION 0x205
PAYLOAD(pm_sigaction, int32_t signal; uint32_t spare; uint64_t handler; uint64_t restorer;);
PAYLOAD(pm_sigaction_reply, int64_t status; uint64_t handler;);

/*
 * What a handler finds: a0 = signal, ra = restorer, sp = the address of a struct sigframe, aligned
 * to 16 bytes. A call that the signal interrupted ends with EINTR. While the handler runs, its
 * signal is blocked. SIGKILL and SIGSTOP cannot be handled; there is no job control, so SIGSTOP
 * cannot be sent either (EINVAL).
 */
struct sigframe {
    struct regs regs; /* as they were, and will be again */
    uint64_t mask;    /* of blocked signals, likewise */
    uint64_t signal;
};

/* PM_SIGRETURN: back to before the handler. No reply: the registers come back from the frame. The
 * caller must be ready to ask again. */
#define PM_SIGRETURN 0x206
PAYLOAD(pm_sigreturn, uint64_t frame;);
#define PM_SIGMASK 0x207 /* how: 0 block, 1 unblock, 2 set. Reply: the former mask in status */
PAYLOAD(pm_sigmask, uint32_t how; uint32_t mask;);
#define PM_PAUSE 0x208 /* until a signal is handled: EINTR */

#define SIGHUP        1
#define SIGINT        2
#define SIGQUIT       3
#define SIGILL        4
#define SIGTRAP       5
#define SIGABRT       6
#define SIGBUS        7
#define SIGFPE        8
#define SIGKILL       9
#define SIGUSR1       10
#define SIGSEGV       11
#define SIGUSR2       12
#define SIGPIPE       13
#define SIGALRM       14
#define SIGTERM       15
#define SIGCHLD       17
#define SIGCONT       18
#define SIGSTOP       19
#define NSIGNALS      32
#define SIG_DFL_VALUE 0ull
#define SIG_IGN_VALUE 1ull

/* PM_BRK: the end of the heap; 0 asks. Reply: struct pm_brk_reply. */
#define PM_BRK 0x209
PAYLOAD(pm_brk, uint64_t end;);
PAYLOAD(pm_brk_reply, int64_t status; uint64_t end;);

/* PM_SLEEP: for so many ticks. Reply: 0, or EINTR. PM_ALARM: SIGALRM after so many ticks, 0: none;
 * reply: ticks left of the former. */
#define PM_SLEEP 0x20a
#define PM_ALARM 0x20b
PAYLOAD(pm_sleep, uint64_t ticks;);
PAYLOAD(pm_alarm, uint64_t ticks;);

/* PM_TIME: reply struct pm_time_reply. */
#define PM_TIME 0x20c
/* seconds: since 1970, UTC; ticks: since power-on. */
PAYLOAD(pm_time_reply, int64_t status; uint64_t seconds; uint64_t ticks;);

/* PM_GETPID: reply struct pm_getpid_reply. PM_SETPGID: pid 0 is the caller, group 0 is the pid. */
#define PM_GETPID 0x20d
PAYLOAD(pm_getpid_reply, int64_t status; /* pid */ int32_t parent; int32_t group;);
#define PM_SETPGID 0x20e
PAYLOAD(pm_setpgid, int32_t pid; int32_t group;);

/* PM_PROCESS: about the process with the lowest pid >= `pid`, for ps. Reply: struct
 * pm_process_reply; ESRCH: no more. */
#define PM_PROCESS 0x20f
PAYLOAD(pm_process, int32_t pid;);
PAYLOAD(pm_process_reply, int64_t status; /* pid */ int32_t parent; int32_t group;
        endpoint_t endpoint; uint32_t zombie;);

/* PM_SHUTDOWN: ends all processes, syncs the disk, powers off with this status. From a process
 * whose parent is none (init), or by anyone: there is one user. */
#define PM_SHUTDOWN 0x210
PAYLOAD(pm_shutdown, int32_t code;);

#endif
