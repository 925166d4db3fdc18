/* A disk on the virtio transport, backed by a file. See virtio_blk.c. */
#ifndef EMU_BOARD_VIRTIO_BLK_H
#define EMU_BOARD_VIRTIO_BLK_H

#include "emu/board/virtio_mmio.h"

#define SECTOR_SIZE 512u

/* A request is finished this long after the driver asked, and one is finished at a time. */
#define BLK_LATENCY (10 * CLOCK_PER_US)

struct virtio_blk {
    struct virtio v;
    const uint64_t *clock;
    int fd; /* owned by whoever opened it */
    uint64_t sectors;
    uint64_t reads, writes, flushes; /* requests done */
};

/* `fd` is a file of `sectors` sectors; it is written only unless `read_only`. */
void virtio_blk_init(struct virtio_blk *blk, unsigned slot, struct bus *bus, struct irq_line irq,
                     const uint64_t *clock, int fd, uint64_t sectors, bool read_only);

#endif
