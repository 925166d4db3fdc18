/* The virtio transport over MMIO, and the split virtqueue. See virtio_mmio.c. */
#ifndef EMU_BOARD_VIRTIO_MMIO_H
#define EMU_BOARD_VIRTIO_MMIO_H

#include "emu/board/bus.h"

#define VIRTQ_MAX 256u /* largest queue offered */

struct virtqueue {
    uint32_t size; /* entries: a power of two, at most VIRTQ_MAX; 0 until the driver sets it */
    bool ready;
    uint64_t desc, driver, device; /* guest addresses of the three parts */
    uint16_t seen;                 /* next entry of the available ring to look at */
};

/* A piece of guest memory that a request names. */
struct virtq_segment {
    uint64_t address;
    uint32_t length;
    bool writable; /* by the device */
};

/* One request: a chain of descriptors, taken out of the available ring. */
struct virtq_chain {
    uint16_t head;
    unsigned count;
    struct virtq_segment segment[VIRTQ_MAX];
};

struct virtio;

/* What the device behind the transport provides. */
struct virtio_backend {
    uint32_t device_id; /* virtio 1.2, section 5; 0: an empty slot */
    uint64_t features;  /* beside VIRTIO_F_VERSION_1 */
    /* One byte of the device's configuration space; 0 beyond its end. */
    uint8_t (*config)(struct virtio *dev, uint64_t offset);
    /* The driver has put requests into the queue. */
    void (*notify)(struct virtio *dev);
    /* The driver has reset the device: drop every request in flight. */
    void (*reset)(struct virtio *dev);
};

struct virtio {
    struct device dev;
    struct bus *bus;
    struct irq_line irq;
    const struct virtio_backend *backend;
    /* One line about a driver's mistake, for the person who runs the board. May be NULL. */
    void (*complain)(void *arg, const char *line);
    void *arg;

    uint64_t driver_features;
    uint32_t device_features_sel, driver_features_sel, queue_sel;
    uint32_t status, interrupt_status;
    struct virtqueue queue; /* every device here has one queue */
};

/* A slot; `slot` counts from 0. `backend` is borrowed. */
void virtio_init(struct virtio *dev, unsigned slot, const struct virtio_backend *backend,
                 struct bus *bus, struct irq_line irq);

/* An empty slot's backend. */
extern const struct virtio_backend virtio_nothing;

/* True while the driver may expect its requests to be served. */
bool virtio_alive(const struct virtio *dev);

/*
 * The next request. False if there is none, or if the ring is broken: then the device has already
 * put itself into the state that needs a reset.
 */
bool virtq_take(struct virtio *dev, struct virtq_chain *chain);

/* Gives a request back with the number of bytes written to it, and interrupts the driver. */
void virtq_give(struct virtio *dev, const struct virtq_chain *chain, uint32_t written);

/* The driver has made a mistake that cannot be answered (2.1.2, DEVICE_NEEDS_RESET). */
void virtio_fail(struct virtio *dev, const char *reason);

#endif
