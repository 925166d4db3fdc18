/*
 * The bus: RAM and devices in one physical address space, as the hart and as a device that reads
 * and writes memory by itself (DMA) see it. See bus.c.
 */
#ifndef EMU_BOARD_BUS_H
#define EMU_BOARD_BUS_H

#include "emu/board/device.h"

#include <stddef.h>

#define BUS_DEVICES 16

struct bus {
    uint8_t *ram; /* at RAM_BASE; owned by the board */
    uint64_t ram_size;
    struct device *devices[BUS_DEVICES];
    unsigned count;
    /* Called after a device has written guest memory, since it may have held code. May be NULL. */
    void (*written)(void *arg, uint64_t address, uint64_t size);
    void *arg;
};

/* Adds a device; its range must not overlap another's. The bus keeps the pointer. */
void bus_attach(struct bus *bus, struct device *dev);

/* Resets every device. */
void bus_reset(struct bus *bus);

/* The earliest moment at which a device wants to be called, and the calls that are due. */
uint64_t bus_next_event(const struct bus *bus);
void bus_tick(struct bus *bus, uint64_t now);

/* The host address of guest memory, or NULL unless all of it is RAM. */
void *bus_ram(const struct bus *bus, uint64_t address, uint64_t size);

/* DMA: false, and nothing done, unless all of it is RAM. */
bool bus_read(const struct bus *bus, uint64_t address, void *to, size_t size);
bool bus_write(struct bus *bus, uint64_t address, const void *from, size_t size);

#endif
