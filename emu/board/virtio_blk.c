/*
 * The virtio block device (virtio 1.2, section 5.2).
 *
 *   configuration, at 0x100 of the slot
 *   offset  width  name      access
 *   0x00    8      capacity  R  sectors of 512 bytes
 *   0x0c    4      seg_max   R  data segments a request may have
 *   0x14    4      blk_size  R  512
 *
 * A request is a header to read (type, sector), data, and a status byte to write. How the driver
 * cuts these into descriptors is its own affair (2.7.4.2), so they are read and written through a
 * cursor over the chain. Requests wait in the ring; one is served every BLK_LATENCY of virtual
 * time, at a boundary between instructions, so a driver sees several in flight as on a real disk,
 * and every run sees the same.
 */
#include "emu/board/virtio_blk.h"

#include <string.h>

#define F_SEG_MAX  (UINT64_C(1) << 2)
#define F_RO       (UINT64_C(1) << 5)
#define F_BLK_SIZE (UINT64_C(1) << 6)
#define F_FLUSH    (UINT64_C(1) << 9)
#define FEATURES   (F_SEG_MAX | F_BLK_SIZE | F_FLUSH)

#define T_IN     0u
#define T_OUT    1u
#define T_FLUSH  4u
#define T_GET_ID 8u

#define S_OK     0u
#define S_IOERR  1u
#define S_UNSUPP 2u

#define ID_BYTES 20u

struct request_header {
    uint32_t type, reserved;
    uint64_t sector;
};

/* A position in the bytes of a chain that go in one direction. */
struct cursor {
    const struct virtq_chain *chain;
    bool writable;
    unsigned index;  /* of the segment */
    uint32_t offset; /* in it */
};

static uint64_t direction_bytes(const struct virtq_chain *chain, bool writable)
{
    uint64_t bytes = 0;

    for (unsigned i = 0; i < chain->count; i++) {
        if (chain->segment[i].writable == writable)
            bytes += chain->segment[i].length;
    }
    return bytes;
}

/* The next piece, at most `limit` bytes and all in one segment. 0 bytes: the chain has ended. */
static uint32_t next_piece(struct cursor *at, uint64_t limit, uint64_t *address)
{
    for (; at->index < at->chain->count; at->index++, at->offset = 0) {
        const struct virtq_segment *seg = &at->chain->segment[at->index];
        uint32_t left = seg->length - at->offset;
        if (seg->writable != at->writable || left == 0)
            continue;
        uint32_t n = left < limit ? left : (uint32_t)limit;
        *address = seg->address + at->offset;
        at->offset += n;
        return n;
    }
    return 0;
}

static bool copy_in(struct virtio_blk *blk, struct cursor *at, void *to, size_t size)
{
    uint8_t *p = to;
    uint64_t address;

    while (size > 0) {
        uint32_t n = next_piece(at, size, &address);
        if (n == 0 || !bus_read(blk->v.bus, address, p, n))
            return false;
        p += n;
        size -= n;
    }
    return true;
}

static bool copy_out(struct virtio_blk *blk, struct cursor *at, const void *from, size_t size)
{
    const uint8_t *p = from;
    uint64_t address;

    while (size > 0) {
        uint32_t n = next_piece(at, size, &address);
        if (n == 0 || !bus_write(blk->v.bus, address, p, n))
            return false;
        p += n;
        size -= n;
    }
    return true;
}

/* Moves `bytes` between the disk and the memory under the cursor. */
static bool transfer(struct virtio_blk *blk, struct cursor *at, uint64_t sector, uint64_t bytes)
{
    uint64_t offset = sector * SECTOR_SIZE;
    struct bus *bus = blk->v.bus;
    uint64_t address;

    while (bytes > 0) {
        uint32_t n = next_piece(at, bytes, &address);
        uint8_t *p = bus_ram(bus, address, n);
        if (n == 0 || p == NULL)
            return false;
        if (!at->writable) {
            if (!disk_write(blk->disk, p, n, offset))
                return false;
        } else {
            if (!disk_read(blk->disk, p, n, offset))
                return false;
            if (bus->written != NULL)
                bus->written(bus->arg, address, n);
        }
        offset += n;
        bytes -= n;
    }
    return true;
}

static bool in_range(const struct virtio_blk *blk, uint64_t sector, uint64_t bytes)
{
    return bytes % SECTOR_SIZE == 0 && sector <= blk->disk->sectors &&
           bytes / SECTOR_SIZE <= blk->disk->sectors - sector;
}

static uint8_t read_sectors(struct virtio_blk *blk, struct cursor *out, uint64_t sector,
                            uint64_t bytes)
{
    blk->reads++;
    return in_range(blk, sector, bytes) && transfer(blk, out, sector, bytes) ? S_OK : S_IOERR;
}

static uint8_t write_sectors(struct virtio_blk *blk, struct cursor *in, uint64_t sector,
                             uint64_t bytes)
{
    blk->writes++;
    if (blk->v.backend->features & F_RO || !in_range(blk, sector, bytes))
        return S_IOERR;
    if (blk->may_write != NULL && !blk->may_write(blk->arg, sector, bytes))
        return S_IOERR;
    return transfer(blk, in, sector, bytes) ? S_OK : S_IOERR;
}

static uint8_t flush(struct virtio_blk *blk)
{
    blk->flushes++;
    if (blk->v.backend->features & F_RO)
        return S_OK;
    return disk_flush(blk->disk) ? S_OK : S_IOERR;
}

static uint8_t get_id(struct virtio_blk *blk, struct cursor *out, uint64_t room)
{
    static const char id[ID_BYTES] = "courier-disk";

    return copy_out(blk, out, id, room < ID_BYTES ? room : ID_BYTES) ? S_OK : S_IOERR;
}

/* Serves one request; false if it has no room for a header or a status. */
static bool serve(struct virtio_blk *blk, const struct virtq_chain *chain)
{
    struct cursor in = {.chain = chain, .writable = false};
    struct cursor out = {.chain = chain, .writable = true};
    uint64_t readable = direction_bytes(chain, false);
    uint64_t writable = direction_bytes(chain, true);
    struct request_header header;
    uint64_t address;
    uint8_t status;

    if (writable == 0 || !copy_in(blk, &in, &header, sizeof header)) {
        virtio_fail(&blk->v, "request without a header or a status byte");
        return false;
    }
    switch (header.type) {
    case T_IN:
        status = read_sectors(blk, &out, header.sector, writable - 1);
        break;
    case T_OUT:
        status = write_sectors(blk, &in, header.sector, readable - sizeof header);
        break;
    case T_FLUSH:
        status = flush(blk);
        break;
    case T_GET_ID:
        status = get_id(blk, &out, writable - 1);
        break;
    default:
        status = S_UNSUPP;
    }
    /* The status is the last writable byte, wherever the data ended. */
    struct cursor last = {.chain = chain, .writable = true};
    for (uint64_t left = writable - 1; left > 0;)
        left -= next_piece(&last, left, &address);
    copy_out(blk, &last, &status, 1);
    virtq_give(&blk->v, chain, status == S_OK ? (uint32_t)writable : 1);
    return true;
}

static void blk_tick(struct device *dev, uint64_t now)
{
    struct virtio_blk *blk = (struct virtio_blk *)dev;
    struct virtq_chain chain;

    dev->due = CLOCK_NEVER;
    if (virtq_take(&blk->v, &chain) && serve(blk, &chain) && virtio_alive(&blk->v))
        dev->due = now + BLK_LATENCY;
}

static void blk_notify(struct virtio *dev)
{
    struct virtio_blk *blk = (struct virtio_blk *)dev;

    if (dev->dev.due == CLOCK_NEVER)
        dev->dev.due = *blk->clock + BLK_LATENCY;
}

static void blk_reset(struct virtio *dev)
{
    dev->dev.due = CLOCK_NEVER;
}

static uint8_t blk_config(struct virtio *dev, uint64_t offset)
{
    const struct virtio_blk *blk = (const struct virtio_blk *)dev;
    const uint32_t words[] = {
        (uint32_t)blk->disk->sectors,
        (uint32_t)(blk->disk->sectors >> 32),
        0,
        VIRTQ_MAX - 2,
        0,
        SECTOR_SIZE,
    };

    return offset < sizeof words ? words[offset / 4] >> (8 * (offset % 4)) & 0xff : 0;
}

void virtio_blk_init(struct virtio_blk *blk, unsigned slot, struct bus *bus, struct irq_line irq,
                     const uint64_t *clock, struct disk *disk)
{
    static const struct virtio_backend writable = {.device_id = 2,
                                                   .features = FEATURES,
                                                   .config = blk_config,
                                                   .notify = blk_notify,
                                                   .reset = blk_reset};
    static const struct virtio_backend fixed = {.device_id = 2,
                                                .features = FEATURES | F_RO,
                                                .config = blk_config,
                                                .notify = blk_notify,
                                                .reset = blk_reset};

    *blk = (struct virtio_blk){.clock = clock, .disk = disk};
    virtio_init(&blk->v, slot, disk->read_only ? &fixed : &writable, bus, irq);
    blk->v.dev.name = "virtio-blk";
    blk->v.dev.tick = blk_tick;
}
