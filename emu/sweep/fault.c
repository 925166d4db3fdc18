/* Crashes, hangs and bit flips of a service that is about to run. */
#include <stdio.h>
#include <courier/syscall.h>
#include "emu/sweep/fault.h"

#define INSN_NOP 0x00000013u /* addi zero, zero, 0 */
#define LOOP_NOPS                                                                                  \
    16u /* no padding has so many; the endless loop of every server has more (servers/lib/service.c) */
#define TEXT_BYTES  (256u << 10)
#define STACK_NEAR  512u  /* bytes above sp */
#define CODE_NEAR   2048u /* bytes on either side of pc */
#define IMAGE_PAGES 128u

/* An endless loop somewhere in the process's code; 0: there is none. */
static uint64_t find_loop(const struct machine *m, uint64_t satp)
{
    uint32_t page[PAGE_SIZE / 4];
    for (uint64_t va = USER_BASE; va < USER_BASE + TEXT_BYTES; va += PAGE_SIZE) {
        if (!board_read_virtual(m->board, satp, va, page, sizeof page))
            continue;
        for (unsigned i = 0, nops = 0; i < PAGE_SIZE / 4; i++) {
            nops = page[i] == INSN_NOP ? nops + 1 : 0;
            if (nops == LOOP_NOPS)
                return va + 4 * (i + 1 - nops);
        }
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

/* A byte of the pages of its image (code, constants, variables) that the process has touched. */
static uint64_t image_address(const struct machine *m, uint64_t satp, uint32_t where)
{
    uint64_t page[IMAGE_PAGES];
    uint8_t byte;
    unsigned pages = 0;
    for (uint64_t va = USER_BASE; va < USER_BASE + IMAGE_PAGES * PAGE_SIZE; va += PAGE_SIZE)
        if (board_read_virtual(m->board, satp, va, &byte, 1))
            page[pages++] = va;
    return pages ? page[where / PAGE_SIZE % pages] + where % PAGE_SIZE : 0;
}

/* A byte of the stack, not far above its top. */
static uint64_t stack_address(uint64_t sp, uint32_t where)
{
    uint64_t used = sp < USER_STACK_TOP ? USER_STACK_TOP - sp : 0;
    return used ? sp + where % (used < STACK_NEAR ? used : STACK_NEAR) : 0;
}

static void flip_register(uint32_t where, struct board_crossing *c, char *what)
{
    unsigned number = 1 + where % 31, bit = where / 31 & 63;
    c->x[number] ^= 1ull << bit;
    c->changed = true;
    snprintf(what, SWEEP_WHAT, "register x%u, bit %u", number, bit);
}

static void flip(struct machine *m, endpoint_t service, uint32_t variant, struct board_crossing *c,
                 char *what)
{
    static const char *const kind[] = {"register", "stack", "image", "code"};
    unsigned bit = variant >> 2 & 7;
    uint32_t where = variant >> 5;
    uint64_t address[] = {[1] = stack_address(c->x[2], where),
                          [2] = image_address(m, c->satp, where),
                          [3] = c->pc - CODE_NEAR + where % (2 * CODE_NEAR)};
    unsigned target = variant & 3;
    if (target == 0 || !fault_flip_memory(&m->fault, service, address[target], bit))
        flip_register(where, c, what);
    else
        snprintf(what, SWEEP_WHAT, "%s, %#llx, bit %u", kind[target],
                 (unsigned long long)address[target], bit);
}

void sweep_fault(struct machine *m, enum sweep_kind kind, endpoint_t service, uint32_t variant,
                 struct board_crossing *crossing, char *what)
{
    snprintf(what, SWEEP_WHAT, "%s", sweep_kind_name(kind));
    if (kind == SWEEP_HANG) {
        hang(m, service, variant, crossing);
    } else if (kind == SWEEP_BITFLIP) {
        flip(m, service, variant, crossing, what);
    } else {
        crossing->pc = 0;
        crossing->changed = true;
    }
}
