/*
 * The device tree, with the nodes and the `compatible` strings of QEMU's `virt` machine, so that a
 * kernel which reads it finds the same board. Devicetree specification 0.4; the bindings are those
 * of the Linux kernel's documentation.
 *
 * The 32 bytes of /chosen/rng-seed come from --seed: a kernel that wants random numbers gets the
 * same ones in every run with the same seed.
 */
#include "emu/board/fdt.h"
#include "emu/board/map.h"

#include <libfdt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum phandle { PHANDLE_CPU = 1, PHANDLE_INTC, PHANDLE_PLIC, PHANDLE_TEST };

#define PLIC_NDEV 95u

/* Interrupt numbers of the hart's local controller. */
#define IRQ_M_SOFT  3u
#define IRQ_M_TIMER 7u
#define IRQ_S_EXT   9u
#define IRQ_M_EXT   11u

struct tree {
    void *fdt;
    bool full; /* something did not fit */
};

static void check(struct tree *t, int err)
{
    t->full = t->full || err != 0;
}

static void begin(struct tree *t, const char *name)
{
    check(t, fdt_begin_node(t->fdt, name));
}

static void begin_at(struct tree *t, const char *name, uint64_t address)
{
    char full[40];

    snprintf(full, sizeof full, "%s@%llx", name, (unsigned long long)address);
    begin(t, full);
}

static void end(struct tree *t)
{
    check(t, fdt_end_node(t->fdt));
}

static void text(struct tree *t, const char *name, const char *value)
{
    check(t, fdt_property_string(t->fdt, name, value));
}

static void cell(struct tree *t, const char *name, uint32_t value)
{
    check(t, fdt_property_u32(t->fdt, name, value));
}

static void flag(struct tree *t, const char *name)
{
    check(t, fdt_property(t->fdt, name, NULL, 0));
}

static void cells(struct tree *t, const char *name, const uint32_t *values, unsigned n)
{
    fdt32_t raw[16];

    for (unsigned i = 0; i < n; i++)
        raw[i] = cpu_to_fdt32(values[i]);
    check(t, fdt_property(t->fdt, name, raw, (int)(n * sizeof raw[0])));
}

static void reg(struct tree *t, uint64_t address, uint64_t size)
{
    const uint32_t values[] = {(uint32_t)(address >> 32), (uint32_t)address, (uint32_t)(size >> 32),
                               (uint32_t)size};

    cells(t, "reg", values, 4);
}

/* A list of strings, each with its NUL. */
#define strings(t, name, list) check(t, fdt_property((t)->fdt, name, list, (int)sizeof(list)))

static void cpus(struct tree *t)
{
    begin(t, "cpus");
    cell(t, "#address-cells", 1);
    cell(t, "#size-cells", 0);
    cell(t, "timebase-frequency", CLINT_HZ);
    begin(t, "cpu@0");
    cell(t, "phandle", PHANDLE_CPU);
    text(t, "device_type", "cpu");
    cell(t, "reg", 0);
    text(t, "status", "okay");
    text(t, "compatible", "riscv");
    text(t, "riscv,isa", "rv64imafdc_zicsr_zifencei_sstc");
    text(t, "mmu-type", "riscv,sv39");
    begin(t, "interrupt-controller");
    cell(t, "#interrupt-cells", 1);
    flag(t, "interrupt-controller");
    text(t, "compatible", "riscv,cpu-intc");
    cell(t, "phandle", PHANDLE_INTC);
    end(t);
    end(t);
    end(t);
}

static void clint(struct tree *t)
{
    static const uint32_t irqs[] = {PHANDLE_INTC, IRQ_M_SOFT, PHANDLE_INTC, IRQ_M_TIMER};

    begin_at(t, "clint", CLINT_BASE);
    strings(t, "compatible", "sifive,clint0\0riscv,clint0");
    reg(t, CLINT_BASE, CLINT_SIZE);
    cells(t, "interrupts-extended", irqs, 4);
    end(t);
}

static void plic(struct tree *t)
{
    static const uint32_t irqs[] = {PHANDLE_INTC, IRQ_M_EXT, PHANDLE_INTC, IRQ_S_EXT};

    begin_at(t, "plic", PLIC_BASE);
    cell(t, "phandle", PHANDLE_PLIC);
    cell(t, "#interrupt-cells", 1);
    cell(t, "#address-cells", 0);
    strings(t, "compatible", "sifive,plic-1.0.0\0riscv,plic0");
    flag(t, "interrupt-controller");
    reg(t, PLIC_BASE, PLIC_SIZE);
    cells(t, "interrupts-extended", irqs, 4);
    cell(t, "riscv,ndev", PLIC_NDEV);
    end(t);
}

static void interrupt(struct tree *t, uint32_t irq)
{
    cell(t, "interrupt-parent", PHANDLE_PLIC);
    cell(t, "interrupts", irq);
}

static void uart(struct tree *t)
{
    begin_at(t, "serial", UART_BASE);
    text(t, "compatible", "ns16550a");
    reg(t, UART_BASE, UART_SIZE);
    cell(t, "clock-frequency", UART_HZ);
    interrupt(t, UART_IRQ);
    end(t);
}

static void virtio(struct tree *t, unsigned slot)
{
    uint64_t base = VIRTIO_BASE + (uint64_t)slot * VIRTIO_SIZE;

    begin_at(t, "virtio_mmio", base);
    text(t, "compatible", "virtio,mmio");
    reg(t, base, VIRTIO_SIZE);
    interrupt(t, VIRTIO_IRQ + slot);
    end(t);
}

static void finisher(struct tree *t)
{
    begin_at(t, "test", FINISHER_BASE);
    cell(t, "phandle", PHANDLE_TEST);
    strings(t, "compatible", "sifive,test1\0sifive,test0\0syscon");
    reg(t, FINISHER_BASE, FINISHER_SIZE);
    end(t);
}

static void rtc(struct tree *t)
{
    begin_at(t, "rtc", RTC_BASE);
    text(t, "compatible", "google,goldfish-rtc");
    reg(t, RTC_BASE, RTC_SIZE);
    interrupt(t, RTC_IRQ);
    end(t);
}

static void soc(struct tree *t)
{
    begin(t, "soc");
    cell(t, "#address-cells", 2);
    cell(t, "#size-cells", 2);
    text(t, "compatible", "simple-bus");
    flag(t, "ranges");
    uart(t);
    for (unsigned slot = 0; slot < VIRTIO_SLOTS; slot++)
        virtio(t, slot);
    plic(t);
    clint(t);
    finisher(t);
    rtc(t);
    end(t);
}

/* How a kernel uses the finisher: a value to write to one of its registers. */
static void syscon(struct tree *t, const char *name, const char *compatible, uint32_t value)
{
    begin(t, name);
    text(t, "compatible", compatible);
    cell(t, "regmap", PHANDLE_TEST);
    cell(t, "offset", 0);
    cell(t, "value", value);
    end(t);
}

/* A 64-bit mixer (SplitMix64, Steele, Lea and Flood 2014): the seed in, 32 bytes out. */
static uint64_t mix(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static void chosen(struct tree *t, uint64_t seed)
{
    uint64_t random[4];

    for (unsigned i = 0; i < 4; i++)
        random[i] = mix(&seed);
    begin(t, "chosen");
    text(t, "stdout-path", "/soc/serial@10000000");
    check(t, fdt_property(t->fdt, "rng-seed", random, sizeof random));
    end(t);
}

static void memory_node(struct tree *t, uint64_t size)
{
    begin_at(t, "memory", RAM_BASE);
    text(t, "device_type", "memory");
    reg(t, RAM_BASE, size);
    end(t);
}

size_t fdt_build(void *to, size_t room, uint64_t memory, uint64_t seed)
{
    struct tree t = {.fdt = to};

    check(&t, fdt_create(to, (int)room));
    check(&t, fdt_finish_reservemap(to));
    begin(&t, "");
    cell(&t, "#address-cells", 2);
    cell(&t, "#size-cells", 2);
    text(&t, "compatible", "riscv-virtio");
    text(&t, "model", "riscv-virtio,courier");
    chosen(&t, seed);
    memory_node(&t, memory);
    cpus(&t);
    syscon(&t, "poweroff", "syscon-poweroff", 0x5555);
    syscon(&t, "reboot", "syscon-reboot", 0x7777);
    soc(&t);
    end(&t);
    check(&t, fdt_finish(to));
    return t.full ? 0 : fdt_totalsize(to);
}
