/*
 * A virtio block device: SEGMENTS requests in flight, each with a DMA buffer of its own.
 *
 * A segment is given to the device with virtio_submit() and comes back, in any order, from
 * virtio_collect(). Its buffer is the device's in between.
 */
#ifndef SERVERS_BLK_VIRTIO_H
#define SERVERS_BLK_VIRTIO_H

#include <stdbool.h>
#include <stdint.h>

#define SEGMENTS      16
#define SEGMENT_BYTES 4096 /* at most */

struct disk {
    uint64_t sectors; /* of 512 bytes */
    bool read_only;
    bool flushes; /* has a write cache that VIRTIO_BLK_T_FLUSH empties */
};

/* Finds the first block device, takes it over from whoever used it and makes it ready. False: there
 * is none, or none that this driver can use. */
bool virtio_open(struct disk *disk);

unsigned virtio_irq(void); /* the device's interrupt */

void *virtio_buffer(unsigned segment);

/* What a segment is to do: virtio 1.2, 5.2.6, type. */
enum { VIRTIO_BLK_T_IN = 0, VIRTIO_BLK_T_OUT = 1, VIRTIO_BLK_T_FLUSH = 4 };
void virtio_submit(unsigned segment, uint32_t type, uint64_t sector, uint32_t bytes);

/* Is this what was submitted for the segment? */
bool virtio_holds(unsigned segment, uint32_t type, uint64_t sector, uint32_t bytes);

/* Tells the device about what was submitted since the last time. */
void virtio_kick(void);

/* Takes note of the device's interrupt. Do this, then collect: what ends later interrupts again. */
void virtio_acknowledge(void);

/* One more segment is done: true, its number, and whether all went well. */
bool virtio_collect(unsigned *segment, bool *good);

#endif
