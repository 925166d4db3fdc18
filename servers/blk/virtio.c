/*
 * virtio-blk over virtio-mmio, version 2, with one split queue. Section numbers are those of
 * "Virtual I/O Device (VIRTIO) Version 1.2".
 *
 * Segment n owns descriptors 3n to 3n+2 (header, data, status) for ever, so there is no allocator:
 * a used element's id says which segment it is.
 *
 *   queue page    descriptors 16 * 64 | available ring | used ring
 *   request page  a header and a status byte a segment
 *   data pages    one a segment; pages of their own, for a restarted driver may find no long run
 */
#include <stddef.h>
#include <sys/ipc.h>
#include <courier/protocol/blk.h>
#include "servers/lib/service.h"
#include "virtio.h"

/* Where the slots are: QEMU's `virt`, and so our board. */
#define SLOT_BASE  0x10001000ul
#define SLOT_BYTES 0x1000ul
#define SLOTS      8
#define SLOT_IRQ   1 /* of the first; the others follow */

/* 4.2.2, MMIO device register layout: byte offsets; registers are 32 bits. */
enum mmio {
    MAGIC_VALUE = 0x000,
    VERSION = 0x004,
    DEVICE_ID = 0x008,
    DEVICE_FEATURES = 0x010,
    DEVICE_FEATURES_SEL = 0x014,
    DRIVER_FEATURES = 0x020,
    DRIVER_FEATURES_SEL = 0x024,
    QUEUE_SEL = 0x030,
    QUEUE_NUM_MAX = 0x034,
    QUEUE_NUM = 0x038,
    QUEUE_READY = 0x044,
    QUEUE_NOTIFY = 0x050,
    INTERRUPT_STATUS = 0x060,
    INTERRUPT_ACK = 0x064,
    STATUS = 0x070,
    QUEUE_DESC = 0x080, /* low half, then high half; the next two likewise */
    QUEUE_DRIVER = 0x090,
    QUEUE_DEVICE = 0x0a0,
    CONFIG = 0x100
};
#define MAGIC           0x74726976u /* "virt" */
#define VERSION_CURRENT 2
#define ID_BLOCK        2 /* 5.2.1 */

/* 2.1, device status field. */
#define STATUS_ACKNOWLEDGE 1
#define STATUS_DRIVER      2
#define STATUS_DRIVER_OK   4
#define STATUS_FEATURES_OK 8

/* 5.2.3 and 6, feature bits. */
#define F_RO        (1ull << 5)
#define F_FLUSH     (1ull << 9)
#define F_VERSION_1 (1ull << 32)

/* 2.7, split virtqueues. */
#define QUEUE_SIZE 64
#define F_NEXT     1
#define F_WRITE    2 /* the device writes */
struct descriptor {
    uint64_t address;
    uint32_t length;
    uint16_t flags, next;
};
struct available {
    uint16_t flags, index, ring[QUEUE_SIZE], used_event;
};
struct used {
    uint16_t flags, index;
    struct {
        uint32_t id, length;
    } ring[QUEUE_SIZE];
    uint16_t avail_event;
};
struct queue {
    struct descriptor descriptors[QUEUE_SIZE];
    struct available available;
    _Alignas(4) struct used used;
};
_Static_assert(sizeof(struct queue) <= PAGE_SIZE && 3 * SEGMENTS <= QUEUE_SIZE, "one page, enough");

/* 5.2.6, device operation. */
struct header {
    uint32_t type, reserved;
    uint64_t sector;
};
#define STATUS_OK    0
#define STATUS_UNSET 0xff
struct requests {
    struct header headers[SEGMENTS];
    uint8_t status[SEGMENTS];
};

static volatile uint32_t *registers;
static unsigned irq;
static volatile struct queue *queue;
static volatile struct requests *requests;
static uint64_t requests_physical;
static struct {
    void *address;
    uint64_t physical;
} buffers[SEGMENTS];
static uint16_t used_seen;
static uint64_t
    setup; /* what never changes of all that, xored: a wrong address here, and the device writes to anybody's memory */

/* Memory and device registers in the order of the program, for the device to see (2.7.13.3). */
static void barrier(void)
{
    __asm__ volatile("fence iorw, iorw" ::: "memory");
}

static uint32_t get(enum mmio r)
{
    return registers[r / 4];
}

static void put(enum mmio r, uint32_t value)
{
    registers[r / 4] = value;
}

static void put_address(enum mmio r, uint64_t physical)
{
    put(r, (uint32_t)physical);
    put(r + 4, (uint32_t)(physical >> 32));
}

/* ---- set-up ------------------------------------------------------------------------------ */

static bool find(void)
{
    void *slots;
    if (k_map_device(SLOT_BASE, SLOTS * SLOT_BYTES, &slots) < 0)
        service_panic("cannot map the virtio slots");
    for (unsigned n = 0; n < SLOTS; n++) {
        registers = (volatile uint32_t *)((char *)slots + n * SLOT_BYTES);
        irq = SLOT_IRQ + n;
        if (get(MAGIC_VALUE) == MAGIC && get(VERSION) == VERSION_CURRENT &&
            get(DEVICE_ID) == ID_BLOCK)
            return true;
    }
    return false;
}

static uint64_t device_features(void)
{
    put(DEVICE_FEATURES_SEL, 1);
    uint64_t high = get(DEVICE_FEATURES);
    put(DEVICE_FEATURES_SEL, 0);
    return high << 32 | get(DEVICE_FEATURES);
}

static void set_features(uint64_t features)
{
    put(DRIVER_FEATURES_SEL, 1);
    put(DRIVER_FEATURES, (uint32_t)(features >> 32));
    put(DRIVER_FEATURES_SEL, 0);
    put(DRIVER_FEATURES, (uint32_t)features);
}

/* One page, for the device and us. */
static void *dma_page(uint64_t *physical)
{
    void *address;
    if (k_dma(PAGE_SIZE, &address, physical) < 0)
        service_panic("no DMA memory");
    return address;
}

/* 4.2.3.2, virtqueue configuration. */
static bool set_up_queue(void)
{
    uint64_t physical;
    put(QUEUE_SEL, 0);
    if (get(QUEUE_READY) || get(QUEUE_NUM_MAX) < QUEUE_SIZE)
        return false;
    queue = dma_page(&physical);
    requests = dma_page(&requests_physical);
    for (unsigned i = 0; i < SEGMENTS; i++)
        buffers[i].address = dma_page(&buffers[i].physical);
    put(QUEUE_NUM, QUEUE_SIZE);
    put_address(QUEUE_DESC, physical);
    put_address(QUEUE_DRIVER, physical + offsetof(struct queue, available));
    put_address(QUEUE_DEVICE, physical + offsetof(struct queue, used));
    barrier();
    put(QUEUE_READY, 1);
    return true;
}

static uint64_t sum_of_setup(void)
{
    uint64_t sum =
        (uintptr_t)registers ^ (uintptr_t)queue ^ (uintptr_t)requests ^ requests_physical;
    for (unsigned i = 0; i < SEGMENTS; i++)
        sum ^= (uintptr_t)buffers[i].address ^ buffers[i].physical;
    return sum;
}

/* 3.1.1, driver requirements: device initialization. The reset comes first, before any DMA memory:
 * a former incarnation's requests end there. */
bool virtio_open(struct disk *disk)
{
    if (!find())
        return false;
    put(STATUS, 0);
    while (get(STATUS))
        ;
    put(STATUS, STATUS_ACKNOWLEDGE);
    put(STATUS, STATUS_ACKNOWLEDGE | STATUS_DRIVER);
    uint64_t features = device_features() & (F_VERSION_1 | F_FLUSH | F_RO);
    set_features(features);
    put(STATUS, STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK);
    if (!(features & F_VERSION_1) || !(get(STATUS) & STATUS_FEATURES_OK) || !set_up_queue())
        return false;
    if (k_irq_attach(irq) < 0)
        service_panic("cannot attach the disk's interrupt");
    put(STATUS, STATUS_ACKNOWLEDGE | STATUS_DRIVER | STATUS_FEATURES_OK | STATUS_DRIVER_OK);
    setup = sum_of_setup();
    disk->sectors = get(CONFIG) | (uint64_t)get(CONFIG + 4) << 32; /* 5.2.4 */
    disk->read_only = features & F_RO;
    disk->flushes = features & F_FLUSH;
    return true;
}

unsigned virtio_irq(void)
{
    return irq;
}

/* ---- requests ---------------------------------------------------------------------------- */

void *virtio_buffer(unsigned segment)
{
    return buffers[segment].address;
}

static void describe(unsigned i, uint64_t address, uint32_t length, uint16_t flags, uint16_t next)
{
    volatile struct descriptor *d = &queue->descriptors[i];
    d->address = address;
    d->length = length;
    d->flags = flags;
    d->next = next;
}

/* 2.7.13, supplying buffers to the device. */
void virtio_submit(unsigned segment, uint32_t type, uint64_t sector, uint32_t bytes)
{
    uint16_t first = (uint16_t)(3 * segment), last = first + 2;
    requests->headers[segment].type = type;
    requests->headers[segment].sector = sector;
    requests->status[segment] = STATUS_UNSET;
    describe(first,
             requests_physical + offsetof(struct requests, headers) +
                 segment * sizeof(struct header),
             sizeof(struct header), F_NEXT, bytes ? first + 1 : last);
    describe(first + 1, buffers[segment].physical, bytes,
             type == VIRTIO_BLK_T_IN ? F_NEXT | F_WRITE : F_NEXT, last);
    describe(last, requests_physical + offsetof(struct requests, status) + segment, 1, F_WRITE, 0);

    uint16_t index = queue->available.index;
    queue->available.ring[index % QUEUE_SIZE] = first;
    barrier();
    queue->available.index = index + 1;
}

bool virtio_holds(unsigned segment, uint32_t type, uint64_t sector, uint32_t bytes)
{
    const volatile struct descriptor *d = &queue->descriptors[3 * segment];
    const volatile struct header *h = &requests->headers[segment];
    return h->type == type && h->sector == sector && d[1].address == buffers[segment].physical &&
           d[1].length == bytes && d[0].next == 3 * segment + 1 && d[1].next == 3 * segment + 2 &&
           d[0].address ==
               requests_physical + offsetof(struct requests, headers) + segment * sizeof *h;
}

void virtio_kick(void)
{
    if (sum_of_setup() != setup)
        service_panic("an address of the queue is not as it was");
    barrier();
    put(QUEUE_NOTIFY, 0);
}

void virtio_acknowledge(void)
{
    put(INTERRUPT_ACK, get(INTERRUPT_STATUS));
    barrier();
}

/* 2.7.14, receiving used buffers from the device. */
bool virtio_collect(unsigned *segment, bool *good)
{
    if (queue->used.index == used_seen)
        return false;
    barrier();
    uint32_t id = queue->used.ring[used_seen++ % QUEUE_SIZE].id;
    if (id % 3 || id / 3 >= SEGMENTS)
        service_panic("the disk finished a request that it never had");
    *segment = id / 3;
    *good = requests->status[*segment] == STATUS_OK;
    return true;
}
