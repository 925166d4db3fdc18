/*
 * Access faults: a load or store to a physical address where nothing is.
 *
 * When nothing is mapped at an address, the engine calls a hook and, by itself, stops with an
 * error, and not every version then knows which instruction it was. A page fault, on the other
 * hand, it always reports exactly. So the hook turns the one into the other:
 *
 *   1  keep the hart's state; map a page at the address, which makes the engine try again
 *   2  replace satp by a page table that is not there, and let machine mode use it, too (MPRV)
 *   3  the second attempt finds no translation: a page fault, or an access fault if PMP forbids
 *      even looking for one; either with the exact pc
 *   4  put back the state of step 1, unmap the page, and take an access fault at that pc
 *
 * A fetch from nowhere needs none of this: it fails before its block begins. Nor does it work in
 * the very last page of the address space, which the engine takes for translated when its table of
 * translations is empty. There the error is taken as it comes; if pc is not exact, the first
 * instruction of the block that forms the address is the one.
 */
#include "emu/board/hart.h"
#include "emu/board/map.h"

#define PAGE_MASK UINT64_C(4095)
#define LAST_PAGE (~PAGE_MASK)

/* Sv39, with a root page table above any memory: nothing is translated. */
#define SATP_NOWHERE (UINT64_C(8) << 60 | ((UINT64_C(1) << 44) - 1))

#define MSTATUS_MPP  (UINT64_C(3) << 11)
#define MSTATUS_MPPS (UINT64_C(1) << 11)
#define MSTATUS_MPRV (UINT64_C(1) << 17)
#define MSTATUS_SUM  (UINT64_C(1) << 18)

#define OPCODE_LOAD     0x03u
#define OPCODE_LOAD_FP  0x07u
#define OPCODE_STORE    0x23u
#define OPCODE_STORE_FP 0x27u
#define OPCODE_AMO      0x2fu
#define FUNCT_LR        0x02u

/* The codes of load faults are each followed by that of the same fault of a store. */
#define STORE_AFTER_LOAD 2u

/* A change of SUM, made at machine level, makes the engine forget translations, but not code. */
static void drop_translations(struct hart *hart)
{
    hart_load(hart);
    uint64_t status = hart_get(hart, W_MSTATUS) ^ MSTATUS_SUM;
    hart_set(hart, W_PRIV, PRIV_M);
    hart_store(hart);
    uc_reg_write(hart->uc, UC_RISCV_REG_MSTATUS, &status);
}

static bool on_unmapped(uc_engine *uc, uc_mem_type type, uint64_t address, int size, int64_t value,
                        void *arg)
{
    struct hart *hart = arg;

    (void)size, (void)value;
    hart->bad_address = address;
    if (type == UC_MEM_FETCH_UNMAPPED || hart->repeating || address >= LAST_PAGE)
        return false;
    if (uc_mem_map(uc, address & ~PAGE_MASK, PAGE_MASK + 1, UC_PROT_ALL) != UC_ERR_OK)
        return false;
    hart->repeating = true;
    hart->bad_page = address & ~PAGE_MASK;
    uc_context_save(uc, hart->shelter);
    drop_translations(hart);
    hart_load(hart);
    uint64_t status = hart_get(hart, W_MSTATUS) & ~MSTATUS_MPP;
    hart_set(hart, W_MSTATUS, status | MSTATUS_MPRV | MSTATUS_MPPS);
    hart_set(hart, W_SATP, SATP_NOWHERE);
    hart_store(hart);
    return true;
}

static bool is_load_or_store(uint32_t insn)
{
    switch (insn & 0x7f) {
    case OPCODE_LOAD:
    case OPCODE_LOAD_FP:
    case OPCODE_STORE:
    case OPCODE_STORE_FP:
    case OPCODE_AMO:
        return true;
    }
    return false;
}

/* The address that a 32-bit load or store forms with the registers as they are. */
static uint64_t operand_address(const struct hart *hart, uint32_t insn)
{
    uint32_t opcode = insn & 0x7f;
    int32_t imm = (int32_t)insn >> 20;

    if (opcode == OPCODE_STORE || opcode == OPCODE_STORE_FP)
        imm = (imm & ~31) | (int32_t)(insn >> 7 & 31);
    else if (opcode == OPCODE_AMO)
        imm = 0;
    return hart_reg(hart, insn >> 15 & 31) + (uint64_t)(int64_t)imm;
}

uint64_t fault_locate(const struct hart *hart)
{
    uint64_t pc = hart_get(hart, W_PC), end = hart->block.pc + hart->block.size;
    uint32_t insn;

    while (pc < end && hart_fetch(hart, pc, &insn)) {
        bool whole = (insn & 3) == 3;
        if (whole && is_load_or_store(insn) && operand_address(hart, insn) == hart->bad_address)
            return pc;
        pc += whole ? 4 : 2;
    }
    return hart_get(hart, W_PC);
}

/*
 * An AMO or SC faults as a store, whatever part of it faults (unprivileged specification, 8.4);
 * the engine loads first, and reports that.
 */
uint64_t fault_cause(const struct hart *hart, uint64_t pc, uint64_t cause)
{
    uint32_t insn;

    if (cause != CAUSE_LOAD_MISALIGNED && cause != CAUSE_LOAD_ACCESS && cause != CAUSE_LOAD_PAGE)
        return cause;
    bool amo = hart_fetch(hart, pc, &insn) && (insn & 0x7f) == OPCODE_AMO && insn >> 27 != FUNCT_LR;
    return amo ? cause + STORE_AFTER_LOAD : cause;
}

void fault_finish(struct hart *hart, uint64_t pc, uint64_t *cause, uint64_t *tval)
{
    *tval = hart_get(hart, W_BADADDR);
    hart->repeating = false;
    uc_mem_unmap(hart->uc, hart->bad_page, PAGE_MASK + 1);
    uc_context_restore(hart->uc, hart->shelter);
    hart_load(hart);
    hart_set(hart, W_PC, pc);
    bool store = *cause == CAUSE_STORE_PAGE || *cause == CAUSE_STORE_ACCESS;
    *cause = store ? CAUSE_STORE_ACCESS : CAUSE_LOAD_ACCESS;
}

/* Below memory and above it: with such a hook on memory itself, stores there would be slow. */
bool fault_install(struct hart *hart)
{
    const uint64_t end = RAM_BASE + hart->bus->ram_size;
    uc_hook hook;

    return uc_hook_add(hart->uc, &hook, UC_HOOK_MEM_UNMAPPED, (void *)on_unmapped, hart, 0,
                       RAM_BASE - 1) == UC_ERR_OK &&
           uc_hook_add(hart->uc, &hook, UC_HOOK_MEM_UNMAPPED, (void *)on_unmapped, hart, end,
                       UINT64_MAX) == UC_ERR_OK;
}
