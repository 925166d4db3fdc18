/*
 * Running: the engine executes block after block, and a hook at the start of each counts.
 *
 * A block is counted when the next one begins, for only then is it known to have been completed;
 * a trap in its middle counts up to and including the instruction that trapped. The clock is thus
 * exact at every boundary, and devices read the time of the last one.
 *
 * When the clock reaches `attention`, the engine is told to return before the block executes, and
 * the caller looks after interrupts and devices. Coming back costs a tenth of a microsecond.
 *
 * An observer may stop the hart in mid-block. The blocks of an undisturbed run follow from the
 * entry points alone, so the rest of that block, entered from its middle, must not count as a block
 * of its own: it runs to the end of the natural one, with nothing counted on entry and no interrupt
 * taken (PHASE_RESUME, PHASE_FINISH). A very long block may have ended because the engine's buffer
 * was full; entered later, it would end later. Then the engine is given the end to stop at, and
 * the translation that this leaves behind is dropped.
 */
#include "emu/board/hart.h"
#include "emu/board/rvc.h"

#include <stdio.h>

#define NO_END   UINT64_MAX
#define NO_PC    UINT64_MAX
#define INSN_WFI 0x10500073u

/* No shorter block is cut by the engine's limits (4,000 micro-operations, 512 instructions). */
#define LONG_BLOCK 64u

/* ---- counting ------------------------------------------------------------------------------- */

void run_stop(struct hart *hart)
{
    hart->stopping = true;
    uc_emu_stop(hart->uc);
}

/* The engine does not always know where it is in a hook of a block or an instruction. */
void run_stop_at(struct hart *hart, uint64_t pc)
{
    hart->stop_pc = pc;
    run_stop(hart);
}

static uint64_t block_end(const struct block *block)
{
    return block->pc + block->size;
}

uint32_t run_insns_before(const struct hart *hart, uint64_t pc)
{
    const struct block *block = &hart->block;

    if (pc < block->pc || pc > block_end(block))
        return block->insns;
    if (!hart->compressed)
        return (uint32_t)(pc - block->pc) / 4;
    return rvc_count(hart, block->pc, (uint32_t)(pc - block->pc));
}

void run_count_to(struct hart *hart, uint64_t pc)
{
    hart->clock += run_insns_before(hart, pc) + 1;
    hart->block.insns = 0;
}

/*
 * The slow side of on_block: whether the block shall execute. The first one of hart_run always
 * does, for the caller has just looked around; so there is progress whatever is pending. While an
 * interrupt is pending but masked, this looks at every boundary whether it still is.
 */
static bool may_enter(struct hart *hart, uint64_t pc, uint32_t size)
{
    if (hart->fresh) {
        hart->fresh = false;
        if (!hart->reported)
            code_inspect(hart, pc, size);
    }
    if (hart->phase == PHASE_RESUME) {
        if (hart->bare)
            return false;
        hart->block = hart->stopped_block;
        hart->phase = PHASE_FINISH;
        return true;
    }
    if (hart->phase == PHASE_FINISH || hart->bare)
        return false;
    if (hart->starting) {
        hart->starting = false;
        hart->attention = hart_mip(hart) != 0 ? 0 : hart->target;
        return true;
    }
    if (hart->kicked || hart->clock >= hart->target)
        return false;
    hart_load(hart);
    return !trap_interrupt_due(hart);
}

static void on_block(uc_engine *uc, uint64_t pc, uint32_t size, void *arg)
{
    struct hart *hart = arg;
    uint32_t insns = hart->compressed ? rvc_block(hart, pc, size) : size / 4;

    (void)uc;
    hart->clock += hart->block.insns;
    hart->block = (struct block){.pc = pc, .size = size, .insns = insns};
    if (hart->clock >= hart->attention && !may_enter(hart, pc, size)) {
        hart->block.insns = 0;
        run_stop_at(hart, pc);
    }
}

/* ---- traps ---------------------------------------------------------------------------------- */

/* What goes into xtval (privileged specification, 3.1.16). */
static uint64_t trap_value(const struct hart *hart, uint64_t cause, uint64_t pc)
{
    uint32_t insn = 0;

    if (cause == CAUSE_ILLEGAL)
        return hart_fetch(hart, pc, &insn) ? insn : 0;
    if (cause == CAUSE_BREAKPOINT)
        return pc;
    if (cause >= CAUSE_ECALL && cause <= CAUSE_ECALL + PRIV_M)
        return 0;
    return hart_get(hart, W_BADADDR);
}

/* The loaded state takes an exception that the instruction at pc has raised. */
static void raise_exception(struct hart *hart, uint64_t cause, uint64_t pc, uint64_t tval)
{
    bool fetch = cause == CAUSE_FETCH_ACCESS || cause == CAUSE_FETCH_PAGE;

    if (fetch)
        hart->clock += hart->block.insns + 1;
    else
        hart->clock += run_insns_before(hart, pc) + 1;
    hart->block.insns = 0;
    if (hart->phase == PHASE_RESUME)
        hart->phase = PHASE_FINISH;
    trap_enter(hart, cause, pc, tval);
    hart_store(hart);
    if (hart->clock >= hart->attention || hart->stale_tlb)
        run_stop(hart);
}

/* The engine has found an exception; pc is 4 bytes past the instruction. */
static void on_exception(uc_engine *uc, uint32_t number, void *arg)
{
    struct hart *hart = arg;
    uint64_t cause = number, tval;

    (void)uc;
    hart_load(hart);
    uint64_t pc = hart_get(hart, W_PC) - 4;
    if (cause == CAUSE_ECALL)
        cause += hart_get(hart, W_PRIV);
    if (hart->repeating)
        fault_finish(hart, pc, &cause, &tval);
    else
        tval = trap_value(hart, cause, pc);
    raise_exception(hart, fault_cause(hart, pc, cause), pc, tval);
}

/* ---- why the engine returned ---------------------------------------------------------------- */

static enum hart_exit broken(struct hart *hart, const char *what)
{
    snprintf(hart->why, sizeof hart->why, "CPU engine failed at pc %#llx: %s",
             (unsigned long long)hart_pc(hart), what);
    return HART_BROKEN;
}

static enum hart_exit exception_at_pc(struct hart *hart, uint64_t cause)
{
    hart_load(hart);
    uint64_t pc = hart_get(hart, W_PC);
    bool fetch = cause == CAUSE_FETCH_ACCESS;
    raise_exception(hart, cause, pc, fetch ? pc : trap_value(hart, cause, pc));
    return HART_BOUNDARY;
}

static enum hart_exit inexact_fault(struct hart *hart, uint64_t cause)
{
    hart_load(hart);
    uint64_t pc = fault_locate(hart);
    raise_exception(hart, fault_cause(hart, pc, cause), pc, hart->bad_address);
    return HART_BOUNDARY;
}

/* An instruction that accesses a CSR of csr.c stands at pc. */
static enum hart_exit execute_csr(struct hart *hart)
{
    uint32_t insn;

    hart_load(hart);
    uint64_t pc = hart_get(hart, W_PC);
    if (!hart_fetch(hart, pc, &insn))
        return broken(hart, "instruction vanished");
    hart->clock += run_insns_before(hart, pc) + 1;
    hart->block.insns = 0;
    bool legal = csr_execute(hart, insn);
    hart_load(hart);
    if (legal)
        hart_set(hart, W_PC, pc + 4);
    else
        trap_enter(hart, CAUSE_ILLEGAL, pc, insn);
    hart_store(hart);
    return HART_BOUNDARY;
}

/* Whether the block was left by a wfi at pc. */
static bool is_wfi(const struct hart *hart, uint64_t pc)
{
    const struct block *block = &hart->block;
    uint32_t insn;

    return block->insns > 0 && pc - block->pc < block->size && hart_fetch(hart, pc, &insn) &&
           insn == INSN_WFI;
}

/*
 * The engine came back at the start of a block that it has not executed: its buffer for translated
 * code was full, and it has emptied it.
 */
static enum hart_exit out_of_buffer(struct hart *hart)
{
    if (hart->block.insns == 0 && hart->fresh)
        return broken(hart, "it stopped without a reason");
    hart->clock += hart->block.insns;
    hart->block.insns = 0;
    hart->fresh = true;
    hart->reported = false;
    return HART_BOUNDARY;
}

/* The engine came back by itself: after a wfi, or at the end that PHASE_FINISH set. */
static enum hart_exit returned(struct hart *hart)
{
    hart_load(hart);
    uint64_t pc = hart_get(hart, W_PC);
    bool wfi = is_wfi(hart, pc - 4);

    if (!wfi && hart->phase == PHASE_FINISH && pc == block_end(&hart->block)) {
        hart->clock += hart->block.insns;
        hart->block.insns = 0;
        return HART_BOUNDARY;
    }
    if (!wfi)
        return out_of_buffer(hart);
    if (hart_get(hart, W_PRIV) == PRIV_U) {
        /* With a supervisor, wfi is not for user mode (3.3.3). */
        raise_exception(hart, CAUSE_ILLEGAL, pc - 4, INSN_WFI);
        return HART_BOUNDARY;
    }
    run_count_to(hart, pc - 4);
    return HART_WFI;
}

static enum hart_exit reason(struct hart *hart, uc_err err)
{
    if (hart->at_watch)
        return HART_WATCH;
    if (hart->at_csr)
        return execute_csr(hart);
    if (hart->bare)
        return watch_cover(hart) ? HART_BOUNDARY : broken(hart, "no memory for a hook");
    if (hart->stopping)
        return HART_BOUNDARY;
    switch (err) {
    case UC_ERR_OK:
        return returned(hart);
    case UC_ERR_INSN_INVALID:
    case UC_ERR_EXCEPTION:
        return exception_at_pc(hart, CAUSE_BREAKPOINT);
    case UC_ERR_FETCH_UNMAPPED:
    case UC_ERR_FETCH_PROT:
        return exception_at_pc(hart, CAUSE_FETCH_ACCESS);
    case UC_ERR_READ_UNMAPPED:
        return inexact_fault(hart, CAUSE_LOAD_ACCESS);
    case UC_ERR_WRITE_UNMAPPED:
        return inexact_fault(hart, CAUSE_STORE_ACCESS);
    default:
        return broken(hart, uc_strerror(err));
    }
}

/* ---- running -------------------------------------------------------------------------------- */

static void hold_in_block(struct hart *hart)
{
    hart->stopped_block = hart->block;
    hart->resume_pc = hart_pc(hart);
    hart->phase = PHASE_RESUME;
}

static void end_finish(struct hart *hart)
{
    hart->phase = PHASE_RUN;
    if (hart->stopped_block.insns >= LONG_BLOCK)
        hart->stale_code = true;
}

static void drop_stale(struct hart *hart)
{
    if (hart->stale_pages)
        code_check(hart);
    hart->stale_pages = false;
    if (!hart->stale_code && !hart->stale_tlb)
        return;
    uc_ctl_flush_tb(hart->uc);
    if (hart->stale_tlb)
        uc_ctl_flush_tlb(hart->uc);
    hart->stale_code = hart->stale_tlb = false;
    hart->fresh = true;
    hart->reported = false;
}

enum hart_exit hart_run(struct hart *hart, uint64_t target)
{
    const struct block *held = &hart->stopped_block;
    bool resuming = hart->phase == PHASE_RESUME;
    uint64_t end = resuming && held->insns >= LONG_BLOCK ? block_end(held) : NO_END;

    drop_stale(hart);
    hart->effort += EFFORT_ENTER;
    hart->target = target;
    hart->attention = 0;
    hart->starting = true;
    hart->kicked = false;
    hart->stopping = hart->at_watch = hart->at_csr = false;
    hart->stop_pc = NO_PC;
    if (resuming)
        hart->block.insns = 0;
    uc_err err = uc_emu_start(hart->uc, hart_pc(hart), end, 0, 0);
    if (hart->stop_pc != NO_PC)
        uc_reg_write(hart->uc, UC_RISCV_REG_PC, &hart->stop_pc);
    enum hart_exit exit = reason(hart, err);
    if (exit == HART_WATCH)
        hold_in_block(hart);
    else if (hart->phase == PHASE_FINISH)
        end_finish(hart);
    return exit;
}

bool hart_at_boundary(const struct hart *hart)
{
    return hart->phase == PHASE_RUN;
}

void hart_kick(struct hart *hart)
{
    hart->kicked = true;
    hart->attention = 0;
}

void hart_stop_here(struct hart *hart)
{
    hart->at_watch = true;
    run_stop_at(hart, hart->watch_pc);
}

void hart_skip(struct hart *hart, uint64_t until)
{
    if (until > hart->clock) {
        hart->skipped += until - hart->clock;
        hart->clock = until;
    }
}

static bool add_hook(struct hart *hart, int type, void *fn)
{
    uc_hook hook;

    return uc_hook_add(hart->uc, &hook, type, fn, hart, 1, 0) == UC_ERR_OK;
}

bool run_install(struct hart *hart)
{
    return add_hook(hart, UC_HOOK_BLOCK, on_block) && add_hook(hart, UC_HOOK_INTR, on_exception);
}
