/* Crashes, hangs and bit flips of a service that is about to run. */
#include <courier/syscall.h>
#include "emu/sweep/fault.h"

#define INSN_LOOP  0x0000006fu /* jal zero, 0: a jump to itself */
#define TEXT_BYTES (256u << 10)
#define STACK_NEAR 512u  /* bytes above sp that are in use, more or less */
#define CODE_NEAR  2048u /* bytes on either side of pc */
#define DATA_PAGES 64u

/* An endless loop somewhere in the process's code; 0: there is none. */
static uint64_t find_loop(const struct machine *m, uint64_t satp)
{
    uint32_t page[PAGE_SIZE / 4];
    for (uint64_t va = USER_BASE; va < USER_BASE + TEXT_BYTES; va += PAGE_SIZE) {
        if (!board_read_virtual(m->board, satp, va, page, sizeof page))
            continue;
        for (unsigned i = 0; i < PAGE_SIZE / 4; i++)
            if (page[i] == INSN_LOOP)
                return va + 4 * i;
    }
    return 0;
}

static void hang(struct machine *m, endpoint_t service, uint32_t variant, struct board_crossing *c)
{
    uint64_t loop = variant % 2 == 0 ? find_loop(m, c->satp) : 0;
    if (loop) {
        c->pc = loop;
        c->changed = true;
    } else {
        fault_hang(&m->fault, service);
    }
}

/* A byte of a page that the process has, or 0: `variant` leads nowhere. */
static uint64_t data_address(const struct machine *m, uint64_t satp, uint32_t variant)
{
    uint8_t byte;
    for (unsigned i = 0; i < DATA_PAGES; i++) {
        uint64_t page = (variant / PAGE_SIZE + i) % DATA_PAGES;
        uint64_t va = USER_BASE + PAGE_SIZE + page * PAGE_SIZE + variant % PAGE_SIZE;
        if (board_read_virtual(m->board, satp, va, &byte, 1))
            return va;
    }
    return 0;
}

static void flip(struct machine *m, endpoint_t service, uint32_t variant, struct board_crossing *c)
{
    unsigned bit = variant >> 2 & 7;
    uint32_t where = variant >> 5;
    uint64_t address = 0;
    switch (variant & 3) {
    case 0:
        c->x[1 + where % 31] ^= 1ull << (where / 31 & 63);
        c->changed = true;
        return;
    case 1:
        address = c->x[2] + where % STACK_NEAR;
        break;
    case 2:
        address = data_address(m, c->satp, where);
        break;
    default:
        address = c->pc - CODE_NEAR + where % (2 * CODE_NEAR);
        break;
    }
    fault_flip_memory(&m->fault, service, address, bit);
}

void sweep_fault(struct machine *m, enum sweep_kind kind, endpoint_t service, uint32_t variant,
                 struct board_crossing *crossing)
{
    if (kind == SWEEP_HANG) {
        hang(m, service, variant, crossing);
    } else if (kind == SWEEP_BITFLIP) {
        flip(m, service, variant, crossing);
    } else {
        crossing->pc = 0;
        crossing->changed = true;
    }
}
