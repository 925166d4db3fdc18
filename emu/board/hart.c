/*
 * The hart's engine: opening it, reaching its registers and its private state, joining it to the
 * bus. What happens while it runs is in run.c.
 */
#include "emu/board/hart.h"
#include "emu/board/map.h"
#include "emu/board/mmu.h"
#include "emu/board/rvc.h"

#include <stdio.h>
#include <string.h>

/* For translated code. The engine would take a gigabyte, and some versions clear all of it. */
#define CODE_BUFFER (32u << 20)

#define UNICORN_MAJOR 2u
#define UNICORN_MINOR 1u

static bool engine_failed(struct hart *hart, const char *what, uc_err err)
{
    snprintf(hart->why, sizeof hart->why, "CPU engine: %s: %s", what, uc_strerror(err));
    return false;
}

static bool new_enough(struct hart *hart)
{
    unsigned major, minor;

    uc_version(&major, &minor);
    if (major > UNICORN_MAJOR || (major == UNICORN_MAJOR && minor >= UNICORN_MINOR))
        return true;
    snprintf(hart->why, sizeof hart->why, "Unicorn %u.%u is too old: 2.1.1 or newer is needed",
             major, minor);
    return false;
}

static bool open_engine(struct hart *hart)
{
    uc_err err = uc_open(UC_ARCH_RISCV, UC_MODE_RISCV64, &hart->uc);

    if (err != UC_ERR_OK)
        return engine_failed(hart, "open", err);
    err = uc_ctl_set_cpu_model(hart->uc, UC_CPU_RISCV64_SIFIVE_U54);
    if (err != UC_ERR_OK)
        return engine_failed(hart, "CPU model", err);
    err = uc_ctl_set_tcg_buffer_size(hart->uc, CODE_BUFFER);
    if (err != UC_ERR_OK)
        return engine_failed(hart, "code buffer", err);
    err = uc_mem_map_ptr(hart->uc, RAM_BASE, hart->bus->ram_size, UC_PROT_ALL, hart->bus->ram);
    if (err != UC_ERR_OK)
        return engine_failed(hart, "memory", err);
    return true;
}

static bool alloc_contexts(struct hart *hart)
{
    uc_context **contexts[] = {&hart->context, &hart->shelter, &hart->power_on};
    uc_err err = UC_ERR_OK;

    for (unsigned i = 0; i < 3 && err == UC_ERR_OK; i++)
        err = uc_context_alloc(hart->uc, contexts[i]);
    if (err == UC_ERR_OK)
        err = uc_context_save(hart->uc, hart->power_on);
    return err == UC_ERR_OK || engine_failed(hart, "state", err);
}

static void free_context(uc_context **context)
{
    if (*context != NULL)
        uc_context_free(*context);
    *context = NULL;
}

/* csrrw zero, csr, x(reg) */
#define INSN_CSRW(csr, reg) ((uint32_t)(csr) << 20 | (uint32_t)(reg) << 15 | 0x1073u)
#define INSN_ECALL          0x73u
#define CSR_PMPCFG0         0x3a0u
#define CSR_PMPADDR7        0x3b7u
#define PMP_NA4             UINT64_C(0x10)

static void on_done(uc_engine *uc, uint32_t cause, void *arg)
{
    *(uint32_t *)arg = cause;
    uc_emu_stop(uc);
}

/*
 * Until firmware configures PMP, supervisor and user mode may access nothing (3.7.1). This engine
 * checks nothing as long as no entry is in use; so its last one is, for 4 bytes at the very end of
 * the physical address space. Only the hart itself can write these CSRs: it executes three
 * instructions.
 */
static bool close_pmp(struct hart *hart)
{
    const uint32_t code[] = {INSN_CSRW(CSR_PMPADDR7, 10), INSN_CSRW(CSR_PMPCFG0, 11), INSN_ECALL};
    uint64_t start;
    uint32_t cause = 0;
    uc_hook hook;

    if (uc_hook_add(hart->uc, &hook, UC_HOOK_INTR, (void *)on_done, &cause, 1, 0) != UC_ERR_OK)
        return false;
    uc_reg_read(hart->uc, UC_RISCV_REG_PC, &start);
    memcpy(hart->bus->ram, code, sizeof code);
    hart_set_reg(hart, 10, (UINT64_C(1) << 54) - 1);
    hart_set_reg(hart, 11, PMP_NA4 << 56);
    uc_err err = uc_emu_start(hart->uc, RAM_BASE, UINT64_MAX, 0, 0);
    uc_hook_del(hart->uc, hook);
    memset(hart->bus->ram, 0, sizeof code);
    uc_ctl_flush_tb(hart->uc);
    hart_set_reg(hart, 10, 0);
    hart_set_reg(hart, 11, 0);
    uc_reg_write(hart->uc, UC_RISCV_REG_PC, &start);
    if (err == UC_ERR_OK && cause != CAUSE_ECALL)
        err = UC_ERR_EXCEPTION;
    return err == UC_ERR_OK || engine_failed(hart, "PMP", err);
}

bool hart_open(struct hart *hart, struct bus *bus, struct sstc *sstc)
{
    *hart = (struct hart){.bus = bus, .sstc = sstc, .fresh = true};
    if (!new_enough(hart) || !open_engine(hart) || !close_pmp(hart))
        return false;
    if (!layout_discover(&hart->layout, hart->uc, bus->ram, RAM_BASE, hart->why, sizeof hart->why))
        return false;
    hart->moved_bits = csr_find_moved_bits(hart->uc);
    if (!alloc_contexts(hart))
        return false;
    if (!watch_install(hart)) {
        snprintf(hart->why, sizeof hart->why, "this Unicorn's hooks are not understood");
        return false;
    }
    if (!run_install(hart) || !fault_install(hart) || !code_install(hart)) {
        snprintf(hart->why, sizeof hart->why, "CPU engine: no memory for its hooks");
        return false;
    }
    return true;
}

void hart_close(struct hart *hart)
{
    watch_free(hart);
    rvc_free(hart->rvc);
    code_free(hart);
    free_context(&hart->context);
    free_context(&hart->shelter);
    free_context(&hart->power_on);
    if (hart->uc != NULL)
        uc_close(hart->uc);
    hart->uc = NULL;
}

/* ---- devices -------------------------------------------------------------------------------- */

static uint64_t on_read(uc_engine *uc, uint64_t offset, unsigned width, void *arg)
{
    struct port *port = arg;

    (void)uc;
    return port->dev->read(port->dev, offset, width);
}

/* A write may move a device's appointments and wires: look at them at the next boundary. */
static void on_write(uc_engine *uc, uint64_t offset, unsigned width, uint64_t value, void *arg)
{
    struct port *port = arg;

    (void)uc;
    port->dev->write(port->dev, offset, width, value);
    hart_kick(port->hart);
}

bool hart_map(struct hart *hart, struct device *dev)
{
    struct port *port = &hart->ports[hart->port_count++];

    *port = (struct port){.hart = hart, .dev = dev};
    uc_err err = uc_mmio_map(hart->uc, dev->base, dev->size, on_read, port, on_write, port);
    return err == UC_ERR_OK || engine_failed(hart, dev->name, err);
}

bool hart_allow_compressed(struct hart *hart)
{
    if (hart->rvc == NULL)
        hart->rvc = rvc_new();
    hart->compressed = hart->rvc != NULL;
    return hart->compressed;
}

/* ---- registers and state -------------------------------------------------------------------- */

uint64_t hart_reg(const struct hart *hart, unsigned n)
{
    uint64_t value = 0;

    uc_reg_read(hart->uc, UC_RISCV_REG_X0 + (int)n, &value);
    return value;
}

void hart_set_reg(struct hart *hart, unsigned n, uint64_t value)
{
    if (n != 0)
        uc_reg_write(hart->uc, UC_RISCV_REG_X0 + (int)n, &value);
}

uint64_t hart_pc(const struct hart *hart)
{
    uint64_t pc = hart->watch_pc;

    if (!hart->watching && !hart->trapping)
        uc_reg_read(hart->uc, UC_RISCV_REG_PC, &pc);
    return pc;
}

void hart_load(struct hart *hart)
{
    uc_context_save(hart->uc, hart->context);
}

void hart_store(struct hart *hart)
{
    uc_context_restore(hart->uc, hart->context);
}

uint64_t hart_word(struct hart *hart, enum state_word word)
{
    hart_load(hart);
    return hart_get(hart, word);
}

uint64_t hart_instructions(const struct hart *hart)
{
    uint64_t boundary = hart->clock - hart->skipped;
    bool inside = hart->watching || hart->phase == PHASE_RESUME;

    if (hart->ahead != 0)
        return boundary + hart->ahead;
    return inside ? boundary + run_insns_before(hart, hart_pc(hart)) : boundary;
}

void hart_set_lines(struct hart *hart, uint32_t mask, uint32_t bits)
{
    uint32_t changed = (hart->lines ^ bits) & mask;

    hart->lines ^= changed;
    if (changed != 0)
        hart_kick(hart);
}

/* The engine's power-on state is the one that was saved before anything ran. */
void hart_reset(struct hart *hart, uint64_t pc, uint64_t a0, uint64_t a1)
{
    uc_context_restore(hart->uc, hart->power_on);
    hart->lines = hart->software = 0;
    hart_set_reg(hart, 10, a0);
    hart_set_reg(hart, 11, a1);
    uc_reg_write(hart->uc, UC_RISCV_REG_PC, &pc);
    hart->phase = PHASE_RUN;
    hart->returned = false;
    hart->block.insns = 0;
    hart->stale_code = hart->stale_tlb = true;
    hart->cycle_skew = hart->instret_skew = 0;
    hart->fences = false;
}

bool hart_fetch(const struct hart *hart, uint64_t pc, uint32_t *insn)
{
    uint64_t satp = hart_satp(hart);
    uint16_t half;

    if (mmu_read(hart->bus, satp, pc, insn, sizeof *insn)) {
        if ((*insn & 3) != 3)
            *insn &= 0xffff;
        return true;
    }
    /* A short one may end a page behind which there is nothing. */
    if (!mmu_read(hart->bus, satp, pc, &half, sizeof half) || (half & 3) == 3)
        return false;
    *insn = half;
    return true;
}

/*
 * The engine names translated code by virtual addresses of the moment, and DMA by physical ones;
 * in machine mode they are the same.
 */
void hart_forget_code(struct hart *hart, uint64_t address, uint64_t size)
{
    hart_load(hart);
    uint64_t priv = hart_get(hart, W_PRIV);
    hart_set(hart, W_PRIV, PRIV_M);
    hart_store(hart);
    uc_ctl_remove_cache(hart->uc, address, address + size);
    hart_set(hart, W_PRIV, priv);
    hart_store(hart);
}
