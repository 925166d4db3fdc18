/*
 * The hart's privileged state, through the CPU engine's opaque context.
 *
 * The engine lets the host reach a CSR only when the guest itself is privileged enough at that
 * moment, so a trap from user mode could not be entered by its register interface. It can save
 * and restore its whole state, though, as a block of bytes in which each register is a plain word.
 * Where each one lies is found out at start-up, which makes this independent of the engine's
 * version. See layout.c.
 */
#ifndef EMU_BOARD_LAYOUT_H
#define EMU_BOARD_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unicorn/unicorn.h>

enum state_word {
    W_PC,
    W_MSTATUS,
    W_MIE,
    W_MIDELEG,
    W_MEDELEG,
    W_MTVEC,
    W_MEPC,
    W_MCAUSE,
    W_MTVAL,
    W_STVEC,
    W_SEPC,
    W_SCAUSE,
    W_STVAL,
    W_SATP,
    W_MCOUNTEREN,
    W_SCOUNTEREN,
    W_PRIV,    /* 0 user, 1 supervisor, 3 machine */
    W_BADADDR, /* the address of the last memory fault */
    W_X,       /* W_X + n: register xn, for n from 1 to 31 */
    W_COUNT = W_X + 32
};

struct layout {
    uint32_t offset[W_COUNT];
    uint8_t width[W_COUNT]; /* 4 or 8 bytes */
};

/*
 * Finds the words of a fresh engine. `ram` is the host side of guest memory at `address`, which
 * must be mapped and executable; one page of it is used and zeroed. False, with one line in `why`,
 * if the engine cannot be understood.
 */
bool layout_discover(struct layout *layout, uc_engine *uc, uint8_t *ram, uint64_t address,
                     char *why, size_t size);

/* A narrow word is the low half of its value. The lengths are constants, for speed. */
static inline uint64_t state_get(const struct layout *layout, const uc_context *context,
                                 enum state_word word)
{
    const char *at = (const char *)context + layout->offset[word];
    uint32_t narrow;
    uint64_t wide;

    if (layout->width[word] == sizeof wide) {
        memcpy(&wide, at, sizeof wide);
        return wide;
    }
    memcpy(&narrow, at, sizeof narrow);
    return narrow;
}

static inline void state_set(const struct layout *layout, uc_context *context, enum state_word word,
                             uint64_t value)
{
    char *at = (char *)context + layout->offset[word];
    uint32_t narrow = (uint32_t)value;

    if (layout->width[word] == sizeof value)
        memcpy(at, &value, sizeof value);
    else
        memcpy(at, &narrow, sizeof narrow);
}

#endif
