/*
 * The board: everything a guest sees, as a library. A front end (a terminal, the dashboard, the
 * grader) makes one, runs it in slices, and reacts to the reasons for which it stops. There is no
 * global state: a process may have as many boards as it likes, each used by one thread at a time.
 *
 *     struct board *b = board_create(&config, why, sizeof why);
 *     for (;;) {
 *         struct board_stop stop = board_run(b, board_clock(b) + SLICE);
 *         if (stop.reason == BOARD_IDLE) ... wait for input, or board_skip(b, stop.next)
 *         if (stop.reason == BOARD_POWER_OFF) ... return stop.status
 *     }
 *     board_destroy(b);
 *
 * Time. Virtual time is counted in instruction times, 100 to a microsecond: it advances by one
 * with each instruction, and jumps when the guest waits and the front end says so (board_skip).
 */
#ifndef EMU_BOARD_BOARD_H
#define EMU_BOARD_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BOARD_CLOCK_HZ   100000000u
#define BOARD_NEVER      UINT64_MAX
#define BOARD_MEMORY_MIN 1u    /* MiB */
#define BOARD_MEMORY_MAX 2048u /* MiB */

struct board;

struct board_config {
    const char *kernel; /* path of an ELF file */
    const char *disk;   /* path of an image, or NULL: no disk */
    bool
        disk_private; /* the image is not written: changes are this process's, and after fork() each one's own */
    unsigned memory; /* MiB */
    uint64_t seed;   /* for the guest's random numbers */
    uint64_t epoch;  /* seconds since 1970 at power-on; 0: 2026-01-01, for reproducible runs */

    /* The console. `output` is called for each byte the guest sends; `room` whenever the receiver
     * may take more. Both are called from inside board_run and may call board_input. May be NULL.
     */
    void (*output)(void *arg, uint8_t byte);
    void (*room)(void *arg);
    /* One line that the person at the board should see: a driver's mistake. May be NULL. */
    void (*complain)(void *arg, const char *line);
    /* Asked before each write of the disk, inside board_run; false: nothing is written, as if the power were off; the driver is told
     * of an error. May be NULL. */
    bool (*may_write)(void *arg, uint64_t sector, uint64_t bytes);
    void *arg;
};

enum board_reason {
    BOARD_SLICE,     /* the clock has reached what was asked */
    BOARD_IDLE,      /* the guest waits for an interrupt; `next`: when a device has one, or NEVER */
    BOARD_POWER_OFF, /* the guest ended the run; `status`: exit status, 0 to 255 */
    BOARD_RESET,     /* the guest wants to start again: board_reset */
    BOARD_STOPPED,   /* board_request_stop */
    BOARD_FAULT      /* the board cannot go on; `message` says why */
};

struct board_stop {
    enum board_reason reason;
    int status;
    uint64_t next;
    const char *message; /* owned by the board */
};

/* NULL, with one line in `why`, if a file is missing or unfit. The disk is locked until destroyed.
 */
struct board *board_create(const struct board_config *config, char *why, size_t size);
void board_destroy(struct board *board);

/* Power on again: memory, devices and hart as new. Time and counters go on. */
bool board_reset(struct board *board);

/* Runs until the clock reaches `until`, or something else happens. */
struct board_stop board_run(struct board *board, uint64_t until);

/* While idle: lets virtual time pass up to `until`, but not beyond the next event. */
void board_skip(struct board *board, uint64_t until);

/* Bytes typed at the console; returns how many the receiver took (its FIFO holds 16). */
size_t board_input(struct board *board, const void *bytes, size_t n);

/* Makes board_run return BOARD_STOPPED: from a watch function at once, else at the next boundary.
 * Going on afterwards is exact: nothing in the guest differs from a run that was not stopped. */
void board_request_stop(struct board *board);

/* ---- counters ------------------------------------------------------------------------------- */

uint64_t board_clock(const struct board *board);        /* virtual time, instruction times */
uint64_t board_instructions(const struct board *board); /* executed; exact in a watch function */
uint64_t board_traps(const struct board *board);        /* exceptions and interrupts taken */
uint64_t board_mtime(const struct board *board);        /* what the guest reads, ticks of 100 ns */

/*
 * What the host has done for this guest besides executing: trap entries, translating code that changes all the time. In
 * instruction times, roughly. It follows from what the guest does, not from the host's clock; so a guest that takes the host
 * minutes and executes little can be stopped the same way on every machine. (Dropped address translations are in it while
 * somebody watches crossings.)
 */
uint64_t board_effort(const struct board *board);

/* ---- observing ------------------------------------------------------------------------------ */

/*
 * Calls `fn` before the instruction at virtual address `pc` executes, in whatever address space.
 * The guest cannot notice. Add and remove watches only while the board is not running.
 * In the function: board_reg, board_read and the counters are exact; board_input and
 * board_request_stop may be called. False: no memory.
 */
typedef void (*board_watch_fn)(void *arg, uint64_t pc);
bool board_watch_pc(struct board *board, uint64_t pc, board_watch_fn fn, void *arg);
void board_unwatch_pc(struct board *board, uint64_t pc, board_watch_fn fn, void *arg);

/*
 * Crossings: each trap out of user mode and each return into it, as the hart does them. No guest
 * can hide or forge one. `fn` is called at a trap before the guest's handler is entered, at a
 * return before the first instruction in user mode; at most one function a board.
 *
 * What may be done in a watch function may be done here. board_clock and board_instructions count
 * the instruction that traps or returns; board_pc is its address. After board_request_stop the
 * board stands, of a trap, before the first instruction of the handler; of a return, before the
 * instruction that returns, and is not told of this return again.
 *
 * The function may also change what happens: x[1] to x[31] and, of a return, pc are taken over if
 * `changed` is set. With `skip`, a system call is not made: the caller goes on behind its ecall
 * with the registers in x[]; there is no trap, and no return will be reported. A crossing that is
 * not changed goes as if nobody had looked. Cost: about 50 ns each, of the host.
 */
struct board_crossing {
    bool entering;  /* into the kernel: a trap; else a return to user mode */
    bool changed;   /* set by fn */
    bool skip;      /* set by fn, when `cause` is that of an ecall (8) */
    uint64_t time;  /* virtual time, including the instruction that traps or returns */
    uint64_t cause; /* of a trap, as in scause; of a return 0 */
    uint64_t value; /* of a trap, as in stval; of a return 0 */
    uint64_t pc;    /* of the instruction that trapped; where the return goes */
    uint64_t satp;  /* the address space of user mode */
    uint64_t x[32]; /* the registers; x[0] is 0 */
};
typedef void (*board_crossing_fn)(void *arg, struct board_crossing *c);

/* Only while the board is not running. NULL: nobody watches any more, and it costs nothing. */
void board_watch_crossings(struct board *board, board_crossing_fn fn, void *arg);

uint64_t board_reg(const struct board *board, unsigned n); /* x0 to x31 */
uint64_t board_pc(const struct board *board);
uint64_t board_satp(struct board *board);
unsigned board_privilege(struct board *board); /* 0 user, 1 supervisor, 3 machine */

/* Guest memory at a physical address. False, and nothing done, unless all of it is RAM. */
bool board_read(const struct board *board, uint64_t pa, void *to, size_t size);
bool board_write(struct board *board, uint64_t pa, const void *from, size_t size);

/* The same through a page table (a value of satp); reading only, permissions not checked. */
bool board_translate(const struct board *board, uint64_t satp, uint64_t va, uint64_t *pa);
bool board_read_virtual(const struct board *board, uint64_t satp, uint64_t va, void *to,
                        size_t size);

/* The disk, in bytes; 0: there is none. */
uint64_t board_disk_size(const struct board *board);
bool board_disk_read(const struct board *board, void *to, size_t size, uint64_t offset);

#endif
