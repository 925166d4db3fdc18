/*
 * virtio over MMIO, version 2 (virtio 1.2, section 4.2), with one split virtqueue (section 2.7).
 *
 *   offset  name               access
 *   0x000   MagicValue         R   "virt"
 *   0x004   Version            R   2
 *   0x008   DeviceID           R   2 block device, 0 empty slot
 *   0x00c   VendorID           R   as QEMU, which some drivers insist on
 *   0x010   DeviceFeatures     R   32 bits of the features, chosen by
 *   0x014   DeviceFeaturesSel  W
 *   0x020   DriverFeatures     W   32 bits of what the driver accepts, chosen by
 *   0x024   DriverFeaturesSel  W
 *   0x030   QueueSel           W   only queue 0 exists
 *   0x034   QueueNumMax        R   256
 *   0x038   QueueNum           W   entries
 *   0x044   QueueReady         RW
 *   0x050   QueueNotify        W   requests are waiting
 *   0x060   InterruptStatus    R   bit 0 used ring, bit 1 configuration or device failure
 *   0x064   InterruptACK       W
 *   0x070   Status             RW  0 resets
 *   0x080   QueueDesc          W   low and high half of the guest address
 *   0x090   QueueDriver        W   (available ring)
 *   0x0a0   QueueDevice        W   (used ring)
 *   0x0fc   ConfigGeneration   R   0
 *   0x100   Config             R   of the device
 *
 * Nothing that a driver writes is trusted: sizes, indices and addresses are checked where they are
 * used, a chain has at most as many links as the queue has entries, and a mistake stops the device
 * until it is reset.
 */
#include "emu/board/virtio_mmio.h"
#include "emu/board/map.h"

#include <stdio.h>
#include <string.h>

#define MAGIC     0x74726976u
#define VENDOR_ID 0x554d4551u

#define F_VERSION_1 (UINT64_C(1) << 32)

#define STATUS_DRIVER_OK   4u
#define STATUS_FEATURES_OK 8u
#define STATUS_NEEDS_RESET 64u

#define INTERRUPT_USED   1u
#define INTERRUPT_CONFIG 2u

/* Section 2.7.5, the descriptor table, and 2.7.6 and 2.7.8, the rings. */
#define DESC_SIZE            16u
#define DESC_F_NEXT          1u
#define DESC_F_WRITE         2u
#define DESC_F_INDIRECT      4u
#define AVAIL_F_NO_INTERRUPT 1u
#define AVAIL_IDX            2u
#define AVAIL_RING           4u
#define USED_IDX             2u
#define USED_RING            4u
#define USED_ELEMENT         8u

struct descriptor {
    uint64_t address;
    uint32_t length;
    uint16_t flags;
    uint16_t next;
};
_Static_assert(sizeof(struct descriptor) == DESC_SIZE, "section 2.7.5");

const struct virtio_backend virtio_nothing = {0};

static uint64_t offered(const struct virtio *dev)
{
    return dev->backend->device_id != 0 ? dev->backend->features | F_VERSION_1 : 0;
}

static void update_irq(struct virtio *dev)
{
    irq_set(&dev->irq, dev->interrupt_status != 0);
}

bool virtio_alive(const struct virtio *dev)
{
    return (dev->status & STATUS_DRIVER_OK) && !(dev->status & STATUS_NEEDS_RESET) &&
           dev->queue.ready;
}

void virtio_fail(struct virtio *dev, const char *reason)
{
    char line[160];

    if (dev->status & STATUS_NEEDS_RESET)
        return;
    dev->status |= STATUS_NEEDS_RESET;
    dev->interrupt_status |= INTERRUPT_CONFIG;
    update_irq(dev);
    snprintf(line, sizeof line, "%s: %s; the device waits for a reset", dev->dev.name, reason);
    if (dev->complain != NULL)
        dev->complain(dev->arg, line);
}

/* ---- the queue ------------------------------------------------------------------------------- */

static bool add_descriptor(struct virtio *dev, struct virtq_chain *chain, uint16_t index,
                           struct descriptor *d)
{
    struct virtqueue *q = &dev->queue;

    if (index >= q->size) {
        virtio_fail(dev, "descriptor number outside the queue");
        return false;
    }
    if (chain->count == q->size) {
        virtio_fail(dev, "descriptor chain without an end");
        return false;
    }
    if (!bus_read(dev->bus, q->desc + (uint64_t)index * DESC_SIZE, d, sizeof *d)) {
        virtio_fail(dev, "descriptor table outside memory");
        return false;
    }
    bool writable = d->flags & DESC_F_WRITE;
    if (d->flags & DESC_F_INDIRECT) {
        virtio_fail(dev, "indirect descriptor, which was not negotiated");
        return false;
    }
    if (bus_ram(dev->bus, d->address, d->length) == NULL) {
        virtio_fail(dev, "descriptor points outside memory");
        return false;
    }
    if (!writable && chain->count > 0 && chain->segment[chain->count - 1].writable) {
        virtio_fail(dev, "descriptor to read after one to write");
        return false;
    }
    chain->segment[chain->count++] =
        (struct virtq_segment){.address = d->address, .length = d->length, .writable = writable};
    return true;
}

bool virtq_take(struct virtio *dev, struct virtq_chain *chain)
{
    struct virtqueue *q = &dev->queue;
    uint16_t idx, index;
    struct descriptor d;

    if (!virtio_alive(dev))
        return false;
    if (!bus_read(dev->bus, q->driver + AVAIL_IDX, &idx, sizeof idx) ||
        !bus_read(dev->bus, q->driver + AVAIL_RING + 2 * (q->seen % q->size), &index,
                  sizeof index)) {
        virtio_fail(dev, "available ring outside memory");
        return false;
    }
    if (idx == q->seen)
        return false;
    if ((uint16_t)(idx - q->seen) > q->size) {
        virtio_fail(dev, "available index runs more than a queue ahead");
        return false;
    }
    q->seen++;
    chain->head = index;
    chain->count = 0;
    do {
        if (!add_descriptor(dev, chain, index, &d))
            return false;
        index = d.next;
    } while (d.flags & DESC_F_NEXT);
    return true;
}

void virtq_give(struct virtio *dev, const struct virtq_chain *chain, uint32_t written)
{
    struct virtqueue *q = &dev->queue;
    uint32_t element[2] = {chain->head, written};
    uint16_t idx, flags;

    if (!virtio_alive(dev))
        return;
    if (!bus_read(dev->bus, q->device + USED_IDX, &idx, sizeof idx) ||
        !bus_write(dev->bus, q->device + USED_RING + USED_ELEMENT * (uint64_t)(idx % q->size),
                   element, sizeof element)) {
        virtio_fail(dev, "used ring outside memory");
        return;
    }
    idx++;
    bus_write(dev->bus, q->device + USED_IDX, &idx, sizeof idx);
    if (bus_read(dev->bus, q->driver, &flags, sizeof flags) && !(flags & AVAIL_F_NO_INTERRUPT)) {
        dev->interrupt_status |= INTERRUPT_USED;
        update_irq(dev);
    }
}

/* ---- the registers --------------------------------------------------------------------------- */

static uint64_t read_config(struct virtio *dev, uint64_t offset, unsigned width)
{
    uint64_t value = 0;

    if (dev->backend->config == NULL)
        return 0;
    for (unsigned i = 0; i < width; i++)
        value |= (uint64_t)dev->backend->config(dev, offset + i) << (8 * i);
    return value;
}

static uint32_t features_word(uint64_t features, uint32_t sel)
{
    return sel < 2 ? (uint32_t)(features >> (32 * sel)) : 0;
}

static uint64_t virtio_read(struct device *device, uint64_t offset, unsigned width)
{
    struct virtio *dev = (struct virtio *)device;
    bool selected = dev->queue_sel == 0 && dev->backend->device_id != 0;

    if (offset >= 0x100)
        return read_config(dev, offset - 0x100, width);
    if (width != 4)
        return 0;
    switch (offset) {
    case 0x000:
        return MAGIC;
    case 0x004:
        return 2;
    case 0x008:
        return dev->backend->device_id;
    case 0x00c:
        return VENDOR_ID;
    case 0x010:
        return features_word(offered(dev), dev->device_features_sel);
    case 0x034:
        return selected ? VIRTQ_MAX : 0;
    case 0x044:
        return selected && dev->queue.ready;
    case 0x060:
        return dev->interrupt_status;
    case 0x070:
        return dev->status;
    }
    return 0;
}

static void virtio_reset(struct device *device)
{
    struct virtio *dev = (struct virtio *)device;

    dev->driver_features = 0;
    dev->device_features_sel = dev->driver_features_sel = dev->queue_sel = 0;
    dev->status = dev->interrupt_status = 0;
    dev->queue = (struct virtqueue){0};
    if (dev->backend->reset != NULL)
        dev->backend->reset(dev);
    update_irq(dev);
}

static void write_status(struct virtio *dev, uint32_t status)
{
    if (status == 0) {
        virtio_reset(&dev->dev);
        return;
    }
    /* FEATURES_OK stays only if the driver took a subset of ours, with VERSION_1 (3.1.1). */
    bool agreed =
        (dev->driver_features & ~offered(dev)) == 0 && (dev->driver_features & F_VERSION_1);
    if ((status & STATUS_FEATURES_OK) && !(dev->status & STATUS_FEATURES_OK) && !agreed)
        status &= ~STATUS_FEATURES_OK;
    dev->status = (status & 0x8f) | (dev->status & STATUS_NEEDS_RESET);
}

static void write_driver_features(struct virtio *dev, uint32_t word)
{
    unsigned shift = 32 * dev->driver_features_sel;

    if (dev->driver_features_sel >= 2 || (dev->status & STATUS_FEATURES_OK))
        return;
    dev->driver_features &= ~((uint64_t)UINT32_MAX << shift);
    dev->driver_features |= (uint64_t)word << shift;
}

static void write_half(uint64_t *reg, uint64_t offset, uint32_t word)
{
    unsigned shift = offset & 4 ? 32 : 0;

    *reg = (*reg & ~((uint64_t)UINT32_MAX << shift)) | (uint64_t)word << shift;
}

/* The registers of the chosen queue; a queue in use is not changed. */
static void write_queue(struct virtio *dev, uint64_t offset, uint32_t word)
{
    struct virtqueue *q = &dev->queue;

    if (dev->queue_sel != 0)
        return;
    if (offset == 0x044) {
        bool usable =
            q->size != 0 && (q->desc & 15) == 0 && (q->driver & 1) == 0 && (q->device & 3) == 0;
        q->ready = (word & 1) && usable;
        q->seen = 0;
    } else if (q->ready) {
        return;
    } else if (offset == 0x038) {
        q->size = word <= VIRTQ_MAX && (word & (word - 1)) == 0 ? word : 0;
    } else if (offset == 0x080 || offset == 0x084) {
        write_half(&q->desc, offset, word);
    } else if (offset == 0x090 || offset == 0x094) {
        write_half(&q->driver, offset, word);
    } else if (offset == 0x0a0 || offset == 0x0a4) {
        write_half(&q->device, offset, word);
    }
}

static void virtio_write(struct device *device, uint64_t offset, unsigned width, uint64_t value)
{
    struct virtio *dev = (struct virtio *)device;
    uint32_t word = (uint32_t)value;

    if (width != 4 || dev->backend->device_id == 0)
        return;
    switch (offset) {
    case 0x014:
        dev->device_features_sel = word;
        break;
    case 0x020:
        write_driver_features(dev, word);
        break;
    case 0x024:
        dev->driver_features_sel = word;
        break;
    case 0x030:
        dev->queue_sel = word;
        break;
    case 0x050:
        if (word == 0 && virtio_alive(dev))
            dev->backend->notify(dev);
        break;
    case 0x064:
        dev->interrupt_status &= ~word;
        update_irq(dev);
        break;
    case 0x070:
        write_status(dev, word);
        break;
    default:
        write_queue(dev, offset, word);
    }
}

void virtio_init(struct virtio *dev, unsigned slot, const struct virtio_backend *backend,
                 struct bus *bus, struct irq_line irq)
{
    *dev = (struct virtio){
        .dev = {.name = "virtio",
                .base = VIRTIO_BASE + slot * VIRTIO_SIZE,
                .size = VIRTIO_SIZE,
                .read = virtio_read,
                .write = virtio_write,
                .reset = virtio_reset,
                .due = CLOCK_NEVER},
        .bus = bus,
        .irq = irq,
        .backend = backend,
    };
}
