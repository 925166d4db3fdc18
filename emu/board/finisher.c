/*
 * The test finisher ("sifive,test1"): one register that ends the run.
 *
 *   offset  width  name    access
 *   0x000   4      FINISH  W  low half 0x5555: power off, status 0
 *                             low half 0x3333: power off, status in the high half
 *                             low half 0x7777: reset
 *                          R  0
 *
 * An exit status has 8 bits. A code whose low 8 bits are 0 but which is not 0 itself becomes 255,
 * so that a failure never looks like success.
 */
#include "emu/board/finisher.h"
#include "emu/board/map.h"

#define FINISH_FAIL  0x3333u
#define FINISH_PASS  0x5555u
#define FINISH_RESET 0x7777u

static uint64_t finisher_read(struct device *dev, uint64_t offset, unsigned width)
{
    (void)dev, (void)offset, (void)width;
    return 0;
}

static int exit_status(unsigned code)
{
    return code != 0 && (code & 0xff) == 0 ? 255 : (int)(code & 0xff);
}

static void finisher_write(struct device *dev, uint64_t offset, unsigned width, uint64_t value)
{
    struct finisher *fin = (struct finisher *)dev;

    if (offset != 0 || width == 1 || fin->request != FINISHER_NONE)
        return;
    switch (value & 0xffff) {
    case FINISH_PASS:
        fin->request = FINISHER_POWER_OFF;
        fin->status = 0;
        break;
    case FINISH_FAIL:
        fin->request = FINISHER_POWER_OFF;
        fin->status = exit_status((value >> 16) & 0xffff);
        break;
    case FINISH_RESET:
        fin->request = FINISHER_RESET;
        break;
    }
}

static void finisher_reset(struct device *dev)
{
    struct finisher *fin = (struct finisher *)dev;

    fin->request = FINISHER_NONE;
    fin->status = 0;
}

void finisher_init(struct finisher *fin)
{
    *fin = (struct finisher){
        .dev = {.name = "finisher",
                .base = FINISHER_BASE,
                .size = FINISHER_SIZE,
                .read = finisher_read,
                .write = finisher_write,
                .reset = finisher_reset,
                .due = CLOCK_NEVER},
    };
}
