/*
 * The board: hart, memory and devices wired together, and the loop that runs them.
 *
 * The loop stands at a natural boundary of the hart whenever it does something: devices whose
 * moment has come are called, an interrupt is taken, and the hart is sent off until the next
 * event. All of this depends on virtual time alone, so that a run can be repeated to the byte.
 */
#include "emu/board/board.h"
#include "emu/board/clint.h"
#include "emu/board/disk.h"
#include "emu/board/fdt.h"
#include "emu/board/finisher.h"
#include "emu/board/rtc.h"
#include "emu/board/hart.h"
#include "emu/board/loader.h"
#include "emu/board/map.h"
#include "emu/board/mmu.h"
#include "emu/board/plic.h"
#include "emu/board/uart16550.h"
#include "emu/board/virtio_blk.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define FDT_ROOM  16384u
#define FDT_ALIGN (UINT64_C(2) << 20) /* as QEMU places it, below the end of memory */
#define MIB       (UINT64_C(1) << 20)

#define COMPLAINTS_MAX 10u

struct board {
    struct board_config config;
    struct bus bus;
    struct hart hart;
    struct image image;
    struct disk disk;
    struct clint clint;
    struct plic plic;
    struct uart uart;
    struct finisher finisher;
    struct rtc rtc;
    struct sstc sstc;
    struct virtio_blk blk;
    struct virtio slots[VIRTIO_SLOTS]; /* slot 0 is unused while there is a disk */
    bool waiting;                      /* in wfi */
    bool stop_requested;
    unsigned complaints;
    char why[200];
};

/* ---- wiring --------------------------------------------------------------------------------- */

static void set_line(void *controller, unsigned bit, bool level)
{
    hart_set_lines(controller, bit, level ? bit : 0);
}

static struct irq_line hart_line(struct board *b, unsigned bit)
{
    return (struct irq_line){.set = set_line, .controller = &b->hart, .number = bit};
}

static void on_transmit(void *arg, uint8_t byte)
{
    struct board *b = arg;

    if (b->config.output != NULL)
        b->config.output(b->config.arg, byte);
}

static void on_room(void *arg)
{
    struct board *b = arg;

    if (b->config.room != NULL)
        b->config.room(b->config.arg);
}

/* A driver may make the same mistake for ever. */
static void on_complaint(void *arg, const char *line)
{
    struct board *b = arg;

    if (b->config.complain == NULL || b->complaints == COMPLAINTS_MAX)
        return;
    b->config.complain(b->config.arg, line);
    if (++b->complaints == COMPLAINTS_MAX)
        b->config.complain(b->config.arg, "further complaints about drivers are not shown");
}

static void on_dma(void *arg, uint64_t address, uint64_t size)
{
    hart_forget_code(arg, address, size);
}

static void wire_slots(struct board *b)
{
    for (unsigned slot = 0; slot < VIRTIO_SLOTS; slot++) {
        struct irq_line irq = plic_source(&b->plic, VIRTIO_IRQ + slot);
        struct virtio *v = &b->slots[slot];
        if (slot == 0 && b->disk.fd >= 0) {
            virtio_blk_init(&b->blk, slot, &b->bus, irq, &b->hart.clock, &b->disk);
            b->blk.may_write = b->config.may_write;
            b->blk.arg = b->config.arg;
            v = &b->blk.v;
        } else {
            virtio_init(v, slot, &virtio_nothing, &b->bus, irq);
        }
        v->complain = on_complaint;
        v->arg = b;
        bus_attach(&b->bus, &v->dev);
    }
}

static void wire(struct board *b)
{
    clint_init(&b->clint, &b->hart.clock, hart_line(b, MIP_MSIP), hart_line(b, MIP_MTIP));
    sstc_init(&b->sstc, &b->clint, hart_line(b, MIP_STIP));
    plic_init(&b->plic, hart_line(b, MIP_MEIP), hart_line(b, MIP_SEIP));
    uart_init(&b->uart, plic_source(&b->plic, UART_IRQ));
    b->uart.transmit = on_transmit;
    b->uart.room = on_room;
    b->uart.arg = b;
    finisher_init(&b->finisher);
    rtc_init(&b->rtc, &b->hart.clock, b->config.epoch, plic_source(&b->plic, RTC_IRQ));
    bus_attach(&b->bus, &b->finisher.dev);
    bus_attach(&b->bus, &b->rtc.dev);
    bus_attach(&b->bus, &b->clint.dev);
    bus_attach(&b->bus, &b->sstc.dev);
    bus_attach(&b->bus, &b->plic.dev);
    bus_attach(&b->bus, &b->uart.dev);
    wire_slots(b);
}

static bool map_devices(struct board *b)
{
    for (unsigned i = 0; i < b->bus.count; i++) {
        if (b->bus.devices[i]->size != 0 && !hart_map(&b->hart, b->bus.devices[i]))
            return false;
    }
    return true;
}

/* ---- making and ending ---------------------------------------------------------------------- */

static bool fail(struct board *b, const char *line)
{
    snprintf(b->why, sizeof b->why, "%s", line);
    return false;
}

static bool make_memory(struct board *b)
{
    uint64_t size = b->config.memory * MIB;

    if (b->config.memory < BOARD_MEMORY_MIN || b->config.memory > BOARD_MEMORY_MAX)
        return fail(b, "memory must be 1 to 2048 MiB");
    void *ram = mmap(NULL, size, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (ram == MAP_FAILED)
        return fail(b, "not enough memory on the host");
    b->bus.ram = ram;
    b->bus.ram_size = size;
    return true;
}

/* As new, and without pages that the guest had touched. */
static bool clear_memory(struct board *b)
{
    void *ram = mmap(b->bus.ram, b->bus.ram_size, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);

    return ram != MAP_FAILED || fail(b, "not enough memory on the host");
}

static bool place_fdt(struct board *b, uint64_t *address)
{
    uint64_t end = RAM_BASE + b->bus.ram_size;

    *address = (end - FDT_ROOM) & ~(FDT_ALIGN - 1);
    if (*address < b->image.end)
        *address = (end - FDT_ROOM) & ~UINT64_C(4095);
    void *to = bus_ram(&b->bus, *address, FDT_ROOM);
    if (to == NULL || *address < b->image.end)
        return fail(b, "no room for the device tree above the kernel");
    if (fdt_build(to, FDT_ROOM, b->bus.ram_size, b->config.seed) == 0)
        return fail(b, "the device tree does not fit");
    return true;
}

/* Image, device tree and registers as at power on. */
static bool power_on(struct board *b)
{
    uint64_t fdt;

    if (!image_load(&b->image, &b->bus, b->why, sizeof b->why) || !place_fdt(b, &fdt))
        return false;
    hart_reset(&b->hart, b->image.entry, 0, fdt);
    bus_reset(&b->bus);
    b->waiting = false;
    return true;
}

static bool start(struct board *b)
{
    if (!image_open(&b->image, b->config.kernel, b->why, sizeof b->why) || !make_memory(b))
        return false;
    if (b->config.disk != NULL &&
        !disk_open(&b->disk, b->config.disk, b->config.disk_private, b->why, sizeof b->why))
        return false;
    if (!hart_open(&b->hart, &b->bus, &b->sstc))
        return fail(b, b->hart.why);
    b->bus.written = on_dma;
    b->bus.arg = &b->hart;
    wire(b);
    if (!map_devices(b) || (b->image.compressed && !hart_allow_compressed(&b->hart)))
        return fail(b, b->hart.why);
    return power_on(b);
}

struct board *board_create(const struct board_config *config, char *why, size_t size)
{
    struct board *b = calloc(1, sizeof *b);

    if (b == NULL) {
        snprintf(why, size, "not enough memory on the host");
        return NULL;
    }
    b->config = *config;
    b->disk.fd = -1;
    if (!start(b)) {
        snprintf(why, size, "%s", b->why);
        board_destroy(b);
        return NULL;
    }
    return b;
}

void board_destroy(struct board *b)
{
    hart_close(&b->hart);
    disk_close(&b->disk);
    image_close(&b->image);
    if (b->bus.ram != NULL)
        munmap(b->bus.ram, b->bus.ram_size);
    free(b);
}

bool board_disk_read(const struct board *b, void *to, size_t size, uint64_t offset)
{
    uint64_t bytes = b->disk.fd >= 0 ? b->disk.sectors * SECTOR_SIZE : 0;

    return offset <= bytes && size <= bytes - offset && disk_read(&b->disk, to, size, offset);
}

uint64_t board_disk_size(const struct board *b)
{
    return b->disk.fd >= 0 ? b->disk.sectors * SECTOR_SIZE : 0;
}

bool board_reset(struct board *b)
{
    return clear_memory(b) && power_on(b);
}

/* ---- running -------------------------------------------------------------------------------- */

static struct board_stop because(enum board_reason reason)
{
    return (struct board_stop){.reason = reason, .next = BOARD_NEVER};
}

/* At a boundary: a reason to return to the front end, if there is one. */
static bool must_return(struct board *b, uint64_t until, struct board_stop *stop)
{
    *stop = because(BOARD_SLICE);
    if (b->finisher.request == FINISHER_POWER_OFF) {
        stop->reason = BOARD_POWER_OFF;
        stop->status = b->finisher.status;
        return true;
    }
    if (b->finisher.request == FINISHER_RESET) {
        stop->reason = BOARD_RESET;
        return true;
    }
    if (b->stop_requested) {
        b->stop_requested = false;
        stop->reason = BOARD_STOPPED;
        return true;
    }
    return b->hart.clock >= until;
}

/* At a boundary: devices, interrupts, sleep. True if the guest is idle. */
static bool look_around(struct board *b)
{
    bus_tick(&b->bus, b->hart.clock);
    if (b->waiting && hart_wakes(&b->hart))
        b->waiting = false;
    if (hart_take_interrupt(&b->hart))
        b->waiting = false;
    return b->waiting;
}

struct board_stop board_run(struct board *b, uint64_t until)
{
    struct board_stop stop;

    for (;;) {
        uint64_t target = 0;
        if (hart_at_boundary(&b->hart)) {
            if (must_return(b, until, &stop))
                return stop;
            bool idle = look_around(b);
            if (b->stop_requested)
                continue; /* at the trap of an interrupt */
            if (idle) {
                stop = because(BOARD_IDLE);
                stop.next = bus_next_event(&b->bus);
                return stop;
            }
            target = bus_next_event(&b->bus);
            target = target < until ? target : until;
        }
        switch (hart_run(&b->hart, target)) {
        case HART_BOUNDARY:
            break;
        case HART_WFI:
            b->waiting = true;
            break;
        case HART_WATCH:
            b->stop_requested = false;
            return because(BOARD_STOPPED);
        case HART_BROKEN:
            stop = because(BOARD_FAULT);
            stop.message = b->hart.why;
            return stop;
        }
    }
}

void board_skip(struct board *b, uint64_t until)
{
    uint64_t next = bus_next_event(&b->bus);

    if (b->waiting && hart_at_boundary(&b->hart))
        hart_skip(&b->hart, until < next ? until : next);
}

size_t board_input(struct board *b, const void *bytes, size_t n)
{
    return uart_receive(&b->uart, bytes, n);
}

void board_request_stop(struct board *b)
{
    if (b->hart.watching) {
        hart_stop_here(&b->hart);
    } else {
        b->stop_requested = true;
        hart_kick(&b->hart);
    }
}

/* ---- counters and observers ----------------------------------------------------------------- */

uint64_t board_clock(const struct board *b)
{
    return b->hart.clock + b->hart.ahead;
}

uint64_t board_instructions(const struct board *b)
{
    return hart_instructions(&b->hart);
}

uint64_t board_effort(const struct board *b)
{
    return b->hart.effort;
}

uint64_t board_traps(const struct board *b)
{
    return b->hart.traps;
}

uint64_t board_mtime(const struct board *b)
{
    return clint_mtime(&b->clint);
}

bool board_watch_pc(struct board *b, uint64_t pc, board_watch_fn fn, void *arg)
{
    return hart_watch(&b->hart, pc, fn, arg);
}

void board_unwatch_pc(struct board *b, uint64_t pc, board_watch_fn fn, void *arg)
{
    hart_unwatch(&b->hart, pc, fn, arg);
}

void board_watch_crossings(struct board *b, board_crossing_fn fn, void *arg)
{
    hart_watch_crossings(&b->hart, fn, arg);
}

uint64_t board_reg(const struct board *b, unsigned n)
{
    return n < 32 ? hart_reg(&b->hart, n) : 0;
}

uint64_t board_pc(const struct board *b)
{
    return hart_pc(&b->hart);
}

uint64_t board_satp(struct board *b)
{
    return hart_word(&b->hart, W_SATP);
}

unsigned board_privilege(struct board *b)
{
    return (unsigned)hart_word(&b->hart, W_PRIV);
}

bool board_read(const struct board *b, uint64_t pa, void *to, size_t size)
{
    return bus_read(&b->bus, pa, to, size);
}

bool board_write(struct board *b, uint64_t pa, const void *from, size_t size)
{
    return bus_write(&b->bus, pa, from, size);
}

bool board_translate(const struct board *b, uint64_t satp, uint64_t va, uint64_t *pa)
{
    return mmu_walk(&b->bus, satp, va, pa);
}

bool board_read_virtual(const struct board *b, uint64_t satp, uint64_t va, void *to, size_t size)
{
    return mmu_read(&b->bus, satp, va, to, size);
}
