/*
 * The bus: finds what lies at a physical address.
 *
 * Loads and stores of the hart go to RAM directly, inside the CPU engine, and to a device through
 * its own functions; neither passes here. What passes here is everything around that: reset, the
 * devices' appointments in virtual time, and DMA, of which every single address is checked, because
 * a guest's driver may put anything into a descriptor.
 */
#include "emu/board/bus.h"
#include "emu/board/map.h"

#include <assert.h>
#include <string.h>

void bus_attach(struct bus *bus, struct device *dev)
{
    assert(bus->count < BUS_DEVICES);
    bus->devices[bus->count++] = dev;
}

void bus_reset(struct bus *bus)
{
    for (unsigned i = 0; i < bus->count; i++) {
        if (bus->devices[i]->reset != 0)
            bus->devices[i]->reset(bus->devices[i]);
    }
}

uint64_t bus_next_event(const struct bus *bus)
{
    uint64_t next = CLOCK_NEVER;

    for (unsigned i = 0; i < bus->count; i++) {
        if (bus->devices[i]->due < next)
            next = bus->devices[i]->due;
    }
    return next;
}

void bus_tick(struct bus *bus, uint64_t now)
{
    for (unsigned i = 0; i < bus->count; i++) {
        struct device *dev = bus->devices[i];
        if (dev->due <= now && dev->tick != 0)
            dev->tick(dev, now);
    }
}

void *bus_ram(const struct bus *bus, uint64_t address, uint64_t size)
{
    if (address < RAM_BASE || size > bus->ram_size)
        return NULL;
    if (address - RAM_BASE > bus->ram_size - size)
        return NULL;
    return bus->ram + (address - RAM_BASE);
}

bool bus_read(const struct bus *bus, uint64_t address, void *to, size_t size)
{
    const void *from = bus_ram(bus, address, size);

    if (from != NULL)
        memcpy(to, from, size);
    return from != NULL;
}

bool bus_write(struct bus *bus, uint64_t address, const void *from, size_t size)
{
    void *to = bus_ram(bus, address, size);

    if (to == NULL)
        return false;
    memcpy(to, from, size);
    if (bus->written != NULL)
        bus->written(bus->arg, address, size);
    return true;
}
