/*
 * PLIC (RISC-V PLIC specification 1.0.0) with 95 level-triggered sources and two contexts.
 *
 *   offset             width  name         access
 *   0x000000 + 4*s     4      priority     RW  of source s, 0 (never) to 7
 *   0x001000 + 4*w     4      pending      R   a bit a source, 32 a word
 *   0x002000 + 0x80*c  4      enable       RW  of context c, a bit a source
 *   0x200000 + 4096*c  4      threshold    RW  only higher priorities interrupt
 *   0x200004 + 4096*c  4      claim        R   highest pending source, or 0; it is no longer
 * pending complete     W   the source may interrupt again
 *
 * Context 0 is the machine mode of hart 0, context 1 its supervisor mode. The gateway of a source
 * passes one interrupt at a time: it is pending until claimed, even if the wire goes down, and the
 * next one comes after the completion, if the wire is up then.
 */
#include "emu/board/plic.h"
#include "emu/board/map.h"

#include <string.h>

#define PENDING      0x001000u
#define ENABLE       0x002000u
#define ENABLE_STEP  0x80u
#define CONTEXT      0x200000u
#define CONTEXT_STEP 0x1000u
#define PRIORITY_MAX 7u

static bool bit_test(const uint32_t *words, unsigned n)
{
    return words[n / 32] >> (n % 32) & 1;
}

static void bit_put(uint32_t *words, unsigned n, bool value)
{
    uint32_t mask = UINT32_C(1) << (n % 32);

    words[n / 32] = value ? words[n / 32] | mask : words[n / 32] & ~mask;
}

/* The source a claim would return: highest priority, then lowest number. 0: none. */
static unsigned best_source(const struct plic *plic, unsigned context)
{
    unsigned best = 0;
    uint32_t best_priority = plic->threshold[context];

    for (unsigned w = 0; w < PLIC_WORDS; w++) {
        uint32_t ready = plic->pending[w] & plic->enable[context][w];
        for (unsigned s = 32 * w; ready != 0; s++, ready >>= 1) {
            if ((ready & 1) && plic->priority[s] > best_priority) {
                best = s;
                best_priority = plic->priority[s];
            }
        }
    }
    return best;
}

static void update_outputs(struct plic *plic)
{
    for (unsigned c = 0; c < PLIC_CONTEXTS; c++)
        irq_set(&plic->out[c], best_source(plic, c) != 0);
}

/* The gateway: a source that is up and not in a handler's hands becomes pending. */
static void gate(struct plic *plic, unsigned source)
{
    if (bit_test(plic->level, source) && !bit_test(plic->claimed, source))
        bit_put(plic->pending, source, true);
}

static void set_level(void *controller, unsigned source, bool level)
{
    struct plic *plic = controller;

    if (source == 0 || source >= PLIC_SOURCES || bit_test(plic->level, source) == level)
        return;
    bit_put(plic->level, source, level);
    gate(plic, source);
    update_outputs(plic);
}

struct irq_line plic_source(struct plic *plic, unsigned source)
{
    return (struct irq_line){.set = set_level, .controller = plic, .number = source};
}

static uint32_t claim(struct plic *plic, unsigned context)
{
    unsigned source = best_source(plic, context);

    if (source != 0) {
        bit_put(plic->claimed, source, true);
        bit_put(plic->pending, source, false);
        update_outputs(plic);
    }
    return source;
}

static void complete(struct plic *plic, unsigned context, uint32_t source)
{
    if (source == 0 || source >= PLIC_SOURCES || !bit_test(plic->enable[context], source))
        return; /* specification, "Interrupt completion": silently ignored */
    bit_put(plic->claimed, source, false);
    gate(plic, source);
    update_outputs(plic);
}

/* Each of the two register families with one block a context: true if offset is in it. */
static bool in_family(uint64_t offset, uint64_t base, uint64_t step, unsigned *context,
                      uint64_t *within)
{
    if (offset < base || offset >= base + PLIC_CONTEXTS * step)
        return false;
    *context = (unsigned)((offset - base) / step);
    *within = (offset - base) % step;
    return true;
}

static uint64_t plic_read(struct device *dev, uint64_t offset, unsigned width)
{
    struct plic *plic = (struct plic *)dev;
    unsigned context;
    uint64_t within;

    if (width != 4)
        return 0;
    if (offset < 4 * PLIC_SOURCES)
        return plic->priority[offset / 4];
    if (offset >= PENDING && offset < PENDING + 4 * PLIC_WORDS)
        return plic->pending[(offset - PENDING) / 4];
    if (in_family(offset, ENABLE, ENABLE_STEP, &context, &within))
        return within < 4 * PLIC_WORDS ? plic->enable[context][within / 4] : 0;
    if (in_family(offset, CONTEXT, CONTEXT_STEP, &context, &within)) {
        if (within == 0)
            return plic->threshold[context];
        if (within == 4)
            return claim(plic, context);
    }
    return 0;
}

static void plic_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
    struct plic *plic = (struct plic *)dev;
    uint32_t word = (uint32_t)value;
    unsigned context;
    uint64_t within;

    if (width != 4)
        return;
    if (offset >= 4 && offset < 4 * PLIC_SOURCES) {
        plic->priority[offset / 4] = word & PRIORITY_MAX;
    } else if (in_family(offset, ENABLE, ENABLE_STEP, &context, &within)) {
        if (within < 4 * PLIC_WORDS)
            plic->enable[context][within / 4] = within == 0 ? word & ~UINT32_C(1) : word;
    } else if (in_family(offset, CONTEXT, CONTEXT_STEP, &context, &within)) {
        if (within == 0)
            plic->threshold[context] = word & PRIORITY_MAX;
        else if (within == 4)
            complete(plic, context, word);
    }
    update_outputs(plic);
}

/* The wires from the devices keep their level; everything else starts at zero. */
static void plic_reset(struct device *dev)
{
    struct plic *plic = (struct plic *)dev;

    memset(plic->priority, 0, sizeof plic->priority);
    memset(plic->claimed, 0, sizeof plic->claimed);
    memset(plic->enable, 0, sizeof plic->enable);
    memset(plic->threshold, 0, sizeof plic->threshold);
    memcpy(plic->pending, plic->level, sizeof plic->pending);
    update_outputs(plic);
}

void plic_init(struct plic *plic, struct irq_line machine, struct irq_line supervisor)
{
    *plic = (struct plic){
        .dev = {.name = "plic",
                .base = PLIC_BASE,
                .size = PLIC_SIZE,
                .read = plic_read,
                .write = plic_write,
                .reset = plic_reset,
                .due = CLOCK_NEVER},
        .out = {machine, supervisor},
    };
}
