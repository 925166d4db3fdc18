/* A disk on the virtio transport. See virtio_blk.c. */
#ifndef EMU_BOARD_VIRTIO_BLK_H
#define EMU_BOARD_VIRTIO_BLK_H

#include "emu/board/disk.h"
#include "emu/board/virtio_mmio.h"

/* A request is finished this long after the driver asked, and one is finished at a time. */
#define BLK_LATENCY (10 * CLOCK_PER_US)

struct virtio_blk {
    struct virtio v;
    const uint64_t *clock;
    struct disk *disk;               /* owned by whoever opened it */
    uint64_t reads, writes, flushes; /* requests done */
    /* Asked before each write; false: the power is off, nothing is written. May be NULL. */
    bool (*may_write)(void *arg, uint64_t sector, uint64_t bytes);
    void *arg;
};

/* The disk is written only if it is not read-only. */
void virtio_blk_init(struct virtio_blk *blk, unsigned slot, struct bus *bus, struct irq_line irq,
                     const uint64_t *clock, struct disk *disk);

#endif
