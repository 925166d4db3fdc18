/*
 * The hart: an RV64 core with machine, supervisor and user mode, on the Unicorn CPU engine.
 *
 * The engine executes instructions, walks page tables and checks CSR accesses. The rest of a hart
 * is here, one job a file:
 *
 *   hart.c    opening the engine, its registers, devices
 *   layout.c  the engine's private state, made readable
 *   run.c     running: virtual time, why the engine stopped
 *   trap.c    trap entry, interrupts
 *   fault.c   access faults, with the exact instruction
 *   csr.c     the CSRs that the engine lacks
 *   code.c    what has been translated
 *   watch.c   observers of an address
 *   crossing.c  the observer of the border between user mode and the rest
 *
 * A natural boundary is the start of a basic block in an undisturbed run, or the moment after a
 * trap. Virtual time advances only there, and interrupts are taken only there (docs/board.md).
 */
#ifndef EMU_BOARD_HART_H
#define EMU_BOARD_HART_H

#include "emu/board/bus.h"
#include "emu/board/layout.h"
#include "emu/board/sstc.h"

#define PRIV_U 0u
#define PRIV_S 1u
#define PRIV_M 3u

/* Bits of mip and mie (privileged specification, 3.1.9). */
#define MIP_SSIP (1u << 1)
#define MIP_MSIP (1u << 3)
#define MIP_STIP (1u << 5)
#define MIP_MTIP (1u << 7)
#define MIP_SEIP (1u << 9)
#define MIP_MEIP (1u << 11)

/* Exception codes (privileged specification, table 3.6). */
#define CAUSE_FETCH_ACCESS    1u
#define CAUSE_ILLEGAL         2u
#define CAUSE_BREAKPOINT      3u
#define CAUSE_LOAD_MISALIGNED 4u
#define CAUSE_LOAD_ACCESS     5u
#define CAUSE_STORE_ACCESS    7u
#define CAUSE_ECALL           8u /* from user mode; from level p it is 8 + p */
#define CAUSE_FETCH_PAGE      12u
#define CAUSE_LOAD_PAGE       13u
#define CAUSE_STORE_PAGE      15u
#define CAUSE_INTERRUPT       (UINT64_C(1) << 63)

enum hart_exit {
    HART_BOUNDARY, /* at a natural boundary; perhaps the clock has reached what was asked */
    HART_WFI,      /* at a natural boundary, waiting for an interrupt */
    HART_WATCH,    /* an observer asked to stop, before the instruction at pc */
    HART_BROKEN    /* the engine failed; `why` says how */
};

/* Called before the instruction at `pc` executes. */
typedef void (*hart_watch_fn)(void *arg, uint64_t pc);

/* Called at a crossing: board.h says what it sees and may do. */
struct board_crossing;
typedef void (*hart_crossing_fn)(void *arg, struct board_crossing *c);

struct hart;
struct watch;     /* hooked addresses, watch.c */
struct code;      /* translated pages, code.c */
struct rvc_cache; /* how many instructions a block has, rvc.c */

/* A device's registers, as the engine sees them. */
struct port {
    struct hart *hart;
    struct device *dev;
};

/* The block that is executing. */
struct block {
    uint64_t pc;
    uint32_t size;  /* bytes */
    uint32_t insns; /* not yet part of the clock */
};

enum hart_phase {
    PHASE_RUN,    /* blocks are natural */
    PHASE_RESUME, /* about to enter the rest of a block in which an observer stopped */
    PHASE_FINISH  /* in that rest */
};

struct hart {
    uc_engine *uc;
    uc_context *context; /* the state, between hart_load and hart_store */
    uc_context *power_on;
    uc_context *shelter; /* the state of a hart whose faulting access is repeated, fault.c */
    struct layout layout;
    struct bus *bus;
    struct port ports[BUS_DEVICES];
    unsigned port_count;
    struct sstc *sstc; /* the supervisor's timer, owned by the board */

    uint64_t clock;     /* virtual time of the last natural boundary */
    uint64_t skipped;   /* the part of it that passed in wfi */
    uint64_t target;    /* stop at the first boundary at or after this time */
    uint64_t attention; /* look around at the first boundary at or after this one */
    bool kicked;        /* stop at the next boundary */
    struct block block;
    struct block stopped_block; /* while an observer holds the hart in mid-block */
    enum hart_phase phase;
    uint64_t resume_pc; /* where it holds */

    bool compressed; /* the guest may contain 16-bit instructions: */
    struct rvc_cache *rvc;
    bool fresh;           /* the next block's translation may not be reported */
    bool reported;        /* but it was */
    bool bare;            /* the next block is to be hooked before it runs, watch.c */
    bool starting;        /* hart_run has not entered a block yet */
    bool stopping;        /* the engine was told to return */
    uint64_t stop_pc;     /* where, if that is known better than by the engine */
    bool watching;        /* in an observer's function */
    uint64_t watch_pc;    /* of this address */
    bool at_watch;        /* ... because an observer wanted it */
    bool at_csr;          /* ... because the instruction at pc accesses a CSR of csr.c */
    bool repeating;       /* a faulting access is being repeated, fault.c */
    bool stale_code;      /* translated code must be dropped before the engine goes on */
    bool stale_tlb;       /* so must address translations */
    uint64_t bad_address; /* physical, where nothing is mapped */
    uint64_t bad_page;    /* mapped while an access is repeated */

    hart_crossing_fn crossing; /* NULL: nobody watches crossings */
    void *crossing_arg;
    bool trapping;  /* in that function, at a trap of the instruction at watch_pc */
    bool returned;  /* it stopped the hart at a return, and has seen that one */
    uint32_t ahead; /* in that function, at a return: instructions since the boundary */

    uint32_t lines;    /* pending interrupts, as bits of mip: the wires */
    uint32_t software; /* ... and what the guest has set itself */
    uint64_t traps;    /* taken, interrupts included */
    uint64_t effort;   /* the engine's, besides executing: board.h */
    uint64_t cycle_skew, instret_skew;
    bool moved_bits; /* of mstatus, csr.c */
    struct watch *watch;
    struct code *code;
    bool fences;      /* the guest uses fence.i */
    bool stale_pages; /* it has used it: look for changed code */
    bool unwatched_code;
    char why[160];
};

/* What the engine does besides executing, in instruction times; measured, and rounded up. */
#define EFFORT_ENTER     100u /* to begin, and to come back */
#define EFFORT_TRAP      150u
#define EFFORT_TRANSLATE 1000u /* a block, and */
#define EFFORT_INSN      30u   /* ... each instruction of it */
#define EFFORT_COMPARE   30u   /* a page that may have changed */
#define EFFORT_FLUSH     100u  /* address translations, while somebody watches crossings */

/* ---- hart.c --------------------------------------------------------------------------------- */

/* Opens the engine over bus->ram. False: hart->why says what failed. Close it in any case. */
bool hart_open(struct hart *hart, struct bus *bus, struct sstc *sstc);
void hart_close(struct hart *hart);

/* Power-on state, with pc, a0 and a1 as given. The clock goes on. */
void hart_reset(struct hart *hart, uint64_t pc, uint64_t a0, uint64_t a1);

/* Lets the hart access a device's registers. */
bool hart_map(struct hart *hart, struct device *dev);

uint64_t hart_reg(const struct hart *hart, unsigned n); /* x0 to x31 */
void hart_set_reg(struct hart *hart, unsigned n, uint64_t value);
uint64_t hart_pc(const struct hart *hart);
uint64_t hart_word(struct hart *hart, enum state_word word); /* a CSR or the privilege level */
uint64_t hart_instructions(const struct hart *hart);         /* executed before this boundary */

/* From here on the guest may contain 16-bit instructions. False: no memory. */
bool hart_allow_compressed(struct hart *hart);

/* Pending interrupts, as bits of mip. */
static inline uint32_t hart_mip(const struct hart *hart)
{
    return hart->lines | hart->software;
}

/* The wires of the interrupt controllers: the bits of `mask` take the values in `bits`. */
void hart_set_lines(struct hart *hart, uint32_t mask, uint32_t bits);

/* Someone else than the hart has written memory, which may have held code. */
void hart_forget_code(struct hart *hart, uint64_t address, uint64_t size);

/* The instruction at pc (16 or 32 bits), under the loaded state. False if it cannot be read. */
bool hart_fetch(const struct hart *hart, uint64_t pc, uint32_t *insn);

/* The state as words: load, then get and set, then store. */
void hart_load(struct hart *hart);
void hart_store(struct hart *hart);

static inline uint64_t hart_get(const struct hart *hart, enum state_word word)
{
    return state_get(&hart->layout, hart->context, word);
}

static inline void hart_set(struct hart *hart, enum state_word word, uint64_t value)
{
    state_set(&hart->layout, hart->context, word, value);
}

/* What translates the loaded state's fetches: satp, or 0 in machine mode. */
static inline uint64_t hart_satp(const struct hart *hart)
{
    return hart_get(hart, W_PRIV) == PRIV_M ? 0 : hart_get(hart, W_SATP);
}

/* ---- run.c ---------------------------------------------------------------------------------- */

bool run_install(struct hart *hart);

/* Executes at least a block, and until the clock reaches `target` or something else happens. */
enum hart_exit hart_run(struct hart *hart, uint64_t target);

/* False after HART_WATCH, until hart_run has got to the end of that block. */
bool hart_at_boundary(const struct hart *hart);

/* Return from hart_run at the next natural boundary. For use from devices. */
void hart_kick(struct hart *hart);

/* Return from hart_run at once. For use from a watch function. */
void hart_stop_here(struct hart *hart);

/* Virtual time passes while the hart waits. At a natural boundary only. */
void hart_skip(struct hart *hart, uint64_t until);

/* Tells the engine to return; the reason has been noted. */
void run_stop(struct hart *hart);
void run_stop_at(struct hart *hart, uint64_t pc);

/* The block's instructions before `pc`. */
uint32_t run_insns_before(const struct hart *hart, uint64_t pc);

/* The clock reaches a boundary inside the block: after the instruction at pc. */
void run_count_to(struct hart *hart, uint64_t pc);

/* ---- trap.c --------------------------------------------------------------------------------- */

/* The loaded state takes a trap at `pc`, unless the observer of crossings skips it. */
void trap_enter(struct hart *hart, uint64_t cause, uint64_t pc, uint64_t tval);

/* At a natural boundary: takes the interrupt that is due. False if none is. */
bool hart_take_interrupt(struct hart *hart);
/* Whether a hart in wfi goes on; an interrupt masked by xIE will do (3.3.3). */
bool hart_wakes(struct hart *hart);
/* Whether hart_take_interrupt would, for the loaded state. */
bool trap_interrupt_due(const struct hart *hart);

/* ---- fault.c -------------------------------------------------------------------------------- */

bool fault_install(struct hart *hart);

/* The loaded state is that of a repeated access: makes it the one that faulted. */
void fault_finish(struct hart *hart, uint64_t pc, uint64_t *cause, uint64_t *tval);

/* It could not be made exact: the instruction that faulted. */
uint64_t fault_locate(const struct hart *hart);

/* The cause of a memory fault of the instruction at pc, given what the engine says. */
uint64_t fault_cause(const struct hart *hart, uint64_t pc, uint64_t cause);

/* ---- csr.c ---------------------------------------------------------------------------------- */

/* Whether the engine must not execute this instruction. */
bool csr_is_ours(uint32_t insn);

/* Executes one of ours in the loaded state, which is stale afterwards. False: illegal. */
bool csr_execute(struct hart *hart, uint32_t insn);

/* Whether this engine, in machine mode, has TW and TSR at the wrong place in mstatus. */
bool csr_find_moved_bits(uc_engine *uc);

/* ---- code.c --------------------------------------------------------------------------------- */

enum code_kind {
    CODE_PLAIN,
    CODE_CSR,    /* executed by csr.c */
    CODE_FENCE,  /* executed by the engine; then changed code must be found */
    CODE_RETURN, /* sret or mret, executed by the engine, while somebody watches crossings */
    CODE_FLUSH   /* the same of what drops address translations: it is counted */
};

bool code_install(struct hart *hart);
void code_free(struct hart *hart);
enum code_kind code_classify(const struct hart *hart, uint32_t insn);

/* A block has been translated and is about to run for the first time. */
void code_inspect(struct hart *hart, uint64_t pc, uint32_t size);

/* The instruction at pc, which was special when it was hooked, is about to execute. */
void code_at_special(struct hart *hart, uint64_t pc);

/* Finds the code that has been changed behind the engine's back, and drops its translation. */
void code_check(struct hart *hart);

/* ---- watch.c -------------------------------------------------------------------------------- */

bool watch_install(struct hart *hart);
void watch_free(struct hart *hart);

/* Calls fn before the instruction at pc executes. Not from inside hart_run. */
bool hart_watch(struct hart *hart, uint64_t pc, hart_watch_fn fn, void *arg);
void hart_unwatch(struct hart *hart, uint64_t pc, hart_watch_fn fn, void *arg);

/* The instruction at pc is special: code.c will be called. */
void watch_add_special(struct hart *hart, uint64_t pc);

/* A block has been translated: sets `bare` if it contains an address that is not hooked in it. */
void watch_inspect(struct hart *hart, uint64_t pc, uint32_t size);

/* Hooks the bare block. Not from inside the engine. False: no memory. */
bool watch_cover(struct hart *hart);

/* Unhooks them all; those that still are special are found anew. */
void watch_drop_specials(struct hart *hart);

/* ---- crossing.c ----------------------------------------------------------------------------- */

/* Calls fn at each crossing; NULL: no more. Not from inside hart_run. */
void hart_watch_crossings(struct hart *hart, hart_crossing_fn fn, void *arg);

/* The loaded state is about to leave user mode. False: it does not, and goes on behind its ecall. */
bool crossing_trap(struct hart *hart, uint64_t cause, uint64_t pc, uint64_t value);

/* The loaded state is about to execute a return instruction, which perhaps leads to user mode. */
void crossing_return(struct hart *hart, uint64_t pc, uint32_t insn);
bool crossing_is_return(uint32_t insn);

#endif
