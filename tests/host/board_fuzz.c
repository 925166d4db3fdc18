// Whatever a guest does, the emulator goes on: seeded random register accesses, rings, kernels and
// ELF files. Nothing is compared; the run must end, in time, and under sanitizers without a
// finding.
#include "suite.h"
#include "board_guest.h"
#include "emu/board/clint.h"
#include "emu/board/finisher.h"
#include "emu/board/loader.h"
#include "emu/board/plic.h"
#include "emu/board/rtc.h"
#include "emu/board/sstc.h"
#include "emu/board/uart16550.h"
#include "emu/board/virtio_blk.h"

#include <fcntl.h>

static uint64_t random_state;

/* xorshift64* (Vigna 2016). */
static uint64_t rnd(void)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * UINT64_C(0x2545f4914f6cdd1d);
}

static unsigned below(unsigned n)
{
    return (unsigned)(rnd() >> 33) % n;
}

static void seed(uint64_t n)
{
    random_state = n * UINT64_C(0x9e3779b97f4a7c15) + 1;
}

/* Small numbers, single bits, all ones, and anything. */
static uint64_t odd_value(void)
{
    switch (below(5)) {
    case 0:
        return below(20);
    case 1:
        return UINT64_C(1) << below(64);
    case 2:
        return UINT64_MAX - below(3);
    case 3:
        return RAM_BASE + below(1 << 16);
    default:
        return rnd();
    }
}

/* ---- devices -------------------------------------------------------------------------------- */

#define RAM_SIZE 65536u

struct rig {
    uint8_t ram[RAM_SIZE];
    struct bus bus;
    uint64_t clock;
    struct clint clint;
    struct sstc sstc;
    struct plic plic;
    struct uart uart;
    struct rtc rtc;
    struct finisher finisher;
    struct disk disk;
    struct virtio_blk blk;
    struct virtio empty;
    unsigned complaints;
};

static void on_room(void *arg)
{
    struct rig *rig = arg;
    uint8_t bytes[4] = {1, 2, 3, 4};

    uart_receive(&rig->uart, bytes, below(5));
}

static void on_complaint(void *arg, const char *line)
{
    struct rig *rig = arg;

    assert_true(strlen(line) > 10 && strchr(line, '\n') == NULL);
    rig->complaints++;
}

static int disk_file(unsigned sectors)
{
    char path[] = "/tmp/courier-disk.XXXXXX";
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    unlink(path);
    assert_int_equal(ftruncate(fd, sectors * SECTOR_SIZE), 0);
    return fd;
}

static struct rig *make_rig(int fd)
{
    struct rig *rig = calloc(1, sizeof *rig);
    struct irq_line none = {0};

    assert_non_null(rig);
    rig->bus = (struct bus){.ram = rig->ram, .ram_size = RAM_SIZE};
    clint_init(&rig->clint, &rig->clock, none, none);
    sstc_init(&rig->sstc, &rig->clint, none);
    plic_init(&rig->plic, none, none);
    uart_init(&rig->uart, plic_source(&rig->plic, UART_IRQ));
    rig->uart.room = on_room;
    rig->uart.arg = rig;
    rtc_init(&rig->rtc, &rig->clock, 0, plic_source(&rig->plic, RTC_IRQ));
    finisher_init(&rig->finisher);
    rig->disk = (struct disk){.fd = fd, .sectors = 64};
    virtio_blk_init(&rig->blk, 0, &rig->bus, plic_source(&rig->plic, 1), &rig->clock, &rig->disk);
    rig->blk.v.complain = on_complaint;
    rig->blk.v.arg = rig;
    virtio_init(&rig->empty, 1, &virtio_nothing, &rig->bus, plic_source(&rig->plic, 2));
    struct device *const all[] = {&rig->clint.dev, &rig->sstc.dev, &rig->plic.dev,
                                  &rig->uart.dev,  &rig->rtc.dev,  &rig->finisher.dev,
                                  &rig->blk.v.dev, &rig->empty.dev};
    for (unsigned i = 0; i < sizeof all / sizeof all[0]; i++)
        bus_attach(&rig->bus, all[i]);
    bus_reset(&rig->bus);
    return rig;
}

static void poke(struct rig *rig, struct device *dev)
{
    unsigned width = 1u << below(3);
    uint64_t offset = below(4) == 0 ? rnd() % dev->size : below(0x140);

    offset = offset % dev->size & ~(uint64_t)(width - 1);
    if (below(2))
        dev->write(dev, offset, width, odd_value());
    else
        dev->read(dev, offset, width);
    if (below(8) == 0) {
        uint64_t next = bus_next_event(&rig->bus);
        rig->clock = next != CLOCK_NEVER && below(2) ? next : rig->clock + below(100000);
        bus_tick(&rig->bus, rig->clock);
    }
}

static void devices_take_anything(void **state)
{
    int fd = disk_file(64);
    struct rig *rig = make_rig(fd);

    (void)state;
    seed(1);
    for (unsigned i = 0; i < 400000; i++) {
        struct device *dev = rig->bus.devices[below(rig->bus.count)];
        if (dev->size != 0)
            poke(rig, dev);
        if (below(2000) == 0)
            bus_reset(&rig->bus);
        if (below(64) == 0)
            rig->ram[below(RAM_SIZE)] = (uint8_t)rnd();
    }
    free(rig);
    close(fd);
}

static void put(struct rig *rig, uint64_t offset, uint32_t value)
{
    rig->blk.v.dev.write(&rig->blk.v.dev, offset, 4, value);
}

static void negotiate(struct rig *rig)
{
    put(rig, 0x70, 0);
    put(rig, 0x70, 3);
    put(rig, 0x24, 1);
    put(rig, 0x20, 1);
    put(rig, 0x70, 11);
    put(rig, 0x38, 1u << below(9));
    put(rig, 0x80, RAM_BASE + 16 * below(16));
    put(rig, 0x90, RAM_BASE + 0x1000 + 2 * below(16));
    put(rig, 0xa0, RAM_BASE + 0x2000 + 4 * below(16));
    if (below(16) == 0)
        put(rig, 0x80 + 4 * below(10), (uint32_t)odd_value());
    put(rig, 0x44, 1);
    put(rig, 0x70, 15);
}

/* Descriptors that are nearly right are more dangerous than noise. */
static void scribble_descriptor(struct rig *rig)
{
    uint32_t at = 16 * below(32);
    uint64_t address = below(8) ? RAM_BASE + below(RAM_SIZE) : odd_value();
    uint32_t length = below(4) ? 1u << below(12) : (uint32_t)odd_value();
    uint16_t flags = (uint16_t)(below(8) ? below(4) : rnd());
    uint16_t next = (uint16_t)(below(8) ? below(32) : rnd());

    memcpy(rig->ram + at, &address, 8);
    memcpy(rig->ram + at + 8, &length, 4);
    memcpy(rig->ram + at + 12, &flags, 2);
    memcpy(rig->ram + at + 14, &next, 2);
}

static void rings_hold_anything(void **state)
{
    int fd = disk_file(64);
    struct rig *rig = make_rig(fd);
    uint16_t idx;

    (void)state;
    seed(2);
    for (unsigned round = 0; round < 30000; round++) {
        if (round % 8 == 0 || !virtio_alive(&rig->blk.v))
            negotiate(rig);
        for (unsigned i = 0; i < 8; i++)
            scribble_descriptor(rig);
        uint16_t head = (uint16_t)(below(8) ? below(32) : rnd());
        memcpy(rig->ram + 0x1000 + 4 + 2 * below(64), &head, 2);
        memcpy(&idx, rig->ram + 0x1002, 2);
        idx = (uint16_t)(below(16) ? idx + below(3) : rnd());
        memcpy(rig->ram + 0x1002, &idx, 2);
        put(rig, 0x50, 0);
        for (unsigned i = 0; i < 4 && rig->blk.v.dev.due != CLOCK_NEVER; i++) {
            rig->clock = rig->blk.v.dev.due;
            bus_tick(&rig->bus, rig->clock);
        }
    }
    assert_true(rig->complaints > 100);
    assert_true(rig->blk.reads + rig->blk.writes > 100);
    free(rig);
    close(fd);
}

/* ---- kernels -------------------------------------------------------------------------------- */

static const uint32_t device_pages[] = {
    FINISHER_BASE >> 12, CLINT_BASE >> 12, 0x2004,  0x200b,
    PLIC_BASE >> 12,     0xc002,           0xc200,  UART_BASE >> 12,
    VIRTIO_BASE >> 12,   RTC_BASE >> 12,   0x80000, 0x80001};

static const uint16_t csrs[] = {0x300, 0x301, 0x302, 0x303, 0x304, 0x305, 0x306, 0x340, 0x341,
                                0x342, 0x343, 0x344, 0x3a0, 0x3b0, 0x3b1, 0x100, 0x104, 0x105,
                                0x106, 0x140, 0x141, 0x142, 0x143, 0x144, 0x180, 0xc00, 0xc01,
                                0xc02, 0xb00, 0xb02, 0x14d, 0x30a, 0x001, 0x7a0, 0xf14};

static const uint32_t specials[] = {ECALL,      EBREAK,     MRET,       0x10200073,
                                    WFI,        FENCE_I,    0x0ff0000f, 0x12000073,
                                    0x00008067, 0x00000000, 0x30200073, 0x10002573};

/* An instruction that is likely to mean something. */
static uint32_t likely_insn(void)
{
    unsigned rd = below(32), rs1 = below(32), rs2 = below(32);

    switch (below(10)) {
    case 0:
        return lui(rd, device_pages[below(sizeof device_pages / sizeof device_pages[0])]);
    case 1:
        return i_type(0x03, below(8), rd, rs1, (int)below(4096));
    case 2:
        return s_type(below(4), rs1, rs2, (int)below(4096));
    case 3:
        return i_type(0x73, 1 + below(7), rd, rs1, csrs[below(sizeof csrs / sizeof csrs[0])]);
    case 4:
        return specials[below(sizeof specials / sizeof specials[0])];
    case 5:
        return b_type(below(8), rs1, rs2, (int)(4 * below(64)) - 128);
    case 6:
        return (uint32_t)rnd() << 27 | rs2 << 20 | rs1 << 15 | (2 + below(2)) << 12 | rd << 7 |
               0x2f;
    case 7:
        return (uint32_t)rnd();
    default:
        return i_type(0x13, below(8), rd, rs1, (int)below(4096));
    }
}

/* Runs a kernel for a while; resets it when it asks for that. */
static void run_kernel(const void *code, size_t size, unsigned flags, const char *disk)
{
    char path[32], why[256];
    struct board_config config = {.kernel = path, .disk = disk, .memory = 1};

    write_elf(path, code, size, flags);
    struct board *board = board_create(&config, why, sizeof why);
    unlink(path);
    assert_non_null(board);
    for (unsigned i = 0; i < 20 && board_clock(board) < 20000; i++) {
        struct board_stop stop = board_run(board, 20000);
        board_input(board, "abc", 3);
        if (stop.reason == BOARD_IDLE)
            board_skip(board, board_clock(board) + 1000);
        else if (stop.reason == BOARD_RESET)
            assert_true(board_reset(board));
        else if (stop.reason == BOARD_FAULT)
            fail_msg("%s", stop.message);
        else if (stop.reason == BOARD_POWER_OFF)
            break;
    }
    board_destroy(board);
}

static void kernels_do_anything(void **state)
{
    uint32_t code[512];
    char disk[] = "/tmp/courier-disk.XXXXXX";
    int fd = mkstemp(disk);

    (void)state;
    assert_int_equal(ftruncate(fd, 64 * SECTOR_SIZE), 0);
    close(fd);
    for (unsigned n = 0; n < 100; n++) {
        seed(1000 + n);
        for (unsigned i = 0; i < sizeof code / sizeof code[0]; i++)
            code[i] = n % 4 == 3 ? (uint32_t)rnd() : likely_insn();
        if (n % 2 == 0) { /* a handler, so that more of it is executed */
            code[0] = auipc(T0, 0);
            code[1] = addi(T0, T0, 12);
            code[2] = csrw(CSR_MTVEC, T0);
        }
        run_kernel(code, sizeof code, n % 3 == 0, disk);
    }
    unlink(disk);
}

/* ---- ELF files ------------------------------------------------------------------------------ */

static void images_hold_anything(void **state)
{
    uint8_t file[512], ram[8192];
    struct bus bus = {.ram = ram, .ram_size = sizeof ram};
    char path[32], why[256];
    struct image image;
    unsigned opened = 0;

    (void)state;
    seed(3);
    for (unsigned n = 0; n < 5000; n++) {
        memset(file, 0x13, sizeof file);
        if (n % 1000 == 0)
            write_elf(path, file, 256, 0);
        int fd = open(path, O_RDWR);
        assert_int_equal(pread(fd, file, 376, 0), 376);
        for (unsigned i = 0; i < 1 + below(3); i++) {
            uint64_t value = odd_value();
            memcpy(file + below(120), &value, 1u << below(4));
        }
        char other[] = "/tmp/courier-image.XXXXXX";
        int out = mkstemp(other);
        assert_int_equal(write(out, file, 376 - below(2) * below(376)) > 0, 1);
        close(out);
        close(fd);
        if (image_open(&image, other, why, sizeof why)) {
            image_load(&image, &bus, why, sizeof why);
            image_close(&image);
            opened++;
        }
        unlink(other);
        if (n % 1000 == 999)
            unlink(path);
    }
    assert_true(opened > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(devices_take_anything),
        cmocka_unit_test(rings_hold_anything),
        cmocka_unit_test(kernels_do_anything),
        cmocka_unit_test(images_hold_anything),
    };
    return RUN_SUITE("board_fuzz", tests);
}
