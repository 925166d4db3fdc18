// The virtio block device as a driver meets it: negotiation, requests, and every broken ring that
// a driver might hand over.
#include "suite.h"
#include "emu/board/map.h"
#include "emu/board/virtio_blk.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RAM_SIZE 65536u
#define SECTORS  64u
#define QUEUE    8u

/* Where the driver of these tests keeps things, as offsets into RAM. */
#define DESC   0x1000u
#define AVAIL  0x2000u
#define USED   0x3000u
#define HEADER 0x4000u
#define STATUS 0x4800u
#define DATA   0x5000u

#define F_NEXT  1u
#define F_WRITE 2u

static uint8_t ram[RAM_SIZE];
static struct bus bus;
static struct disk disk;
static struct virtio_blk blk;
static uint64_t now;
static bool irq;
static int fd = -1;
static char complaint[200];
static uint64_t dma_bytes;
static unsigned next_desc;

static void on_irq(void *arg, unsigned number, bool level)
{
    (void)arg, (void)number;
    irq = level;
}

static void on_complaint(void *arg, const char *line)
{
    (void)arg;
    snprintf(complaint, sizeof complaint, "%s", line);
}

static void on_dma(void *arg, uint64_t address, uint64_t size)
{
    (void)arg;
    assert_in_range(address, RAM_BASE, RAM_BASE + RAM_SIZE - size);
    dma_bytes += size;
}

static uint32_t get(uint64_t offset)
{
    return (uint32_t)blk.v.dev.read(&blk.v.dev, offset, 4);
}

static void put(uint64_t offset, uint32_t value)
{
    blk.v.dev.write(&blk.v.dev, offset, 4, value);
}

static void put16(uint32_t at, uint16_t value)
{
    memcpy(ram + at, &value, sizeof value);
}

static uint16_t get16(uint32_t at)
{
    uint16_t value;
    memcpy(&value, ram + at, sizeof value);
    return value;
}

static void start_with(bool read_only)
{
    char path[] = "/tmp/courier-disk.XXXXXX";
    uint8_t sector[SECTOR_SIZE];

    if (fd >= 0)
        close(fd);
    fd = mkstemp(path);
    assert_true(fd >= 0);
    unlink(path);
    for (unsigned i = 0; i < SECTORS; i++) {
        memset(sector, (int)i, sizeof sector);
        assert_int_equal(pwrite(fd, sector, sizeof sector, i * SECTOR_SIZE), SECTOR_SIZE);
    }
    memset(ram, 0, sizeof ram);
    bus = (struct bus){.ram = ram, .ram_size = RAM_SIZE, .written = on_dma};
    now = 1000;
    irq = false;
    complaint[0] = '\0';
    dma_bytes = 0;
    next_desc = 0;
    disk = (struct disk){.fd = fd, .sectors = SECTORS, .read_only = read_only};
    virtio_blk_init(&blk, 0, &bus, (struct irq_line){.set = on_irq}, &now, &disk);
    blk.v.complain = on_complaint;
    blk.v.dev.reset(&blk.v.dev);
}

static int power_on(void **state)
{
    (void)state;
    start_with(false);
    return 0;
}

static void put_address(uint64_t reg, uint32_t offset)
{
    put(reg, RAM_BASE + offset);
    put(reg + 4, 0);
}

/* The initialization of section 3.1.1. */
static void initialize(void)
{
    put(0x070, 0);
    put(0x070, 1);
    put(0x070, 3);
    put(0x024, 0);
    put(0x020, 0);
    put(0x024, 1);
    put(0x020, 1);
    put(0x070, 11);
    assert_int_equal(get(0x070), 11);
    put(0x030, 0);
    put(0x038, QUEUE);
    put_address(0x080, DESC);
    put_address(0x090, AVAIL);
    put_address(0x0a0, USED);
    put(0x044, 1);
    assert_int_equal(get(0x044), 1);
    put(0x070, 15);
}

static unsigned describe(uint64_t address, uint32_t length, uint16_t flags)
{
    unsigned i = next_desc++ % QUEUE;
    uint32_t at = DESC + 16 * i;

    memcpy(ram + at, &address, 8);
    memcpy(ram + at + 8, &length, 4);
    put16(at + 12, flags);
    put16(at + 14, (uint16_t)((i + 1) % QUEUE));
    return i;
}

static void offer(unsigned head)
{
    uint16_t idx = get16(AVAIL + 2);

    put16(AVAIL + 4 + 2 * (idx % QUEUE), (uint16_t)head);
    put16(AVAIL + 2, (uint16_t)(idx + 1));
}

static void header(uint32_t type, uint64_t sector)
{
    memset(ram + HEADER, 0, 16);
    memcpy(ram + HEADER, &type, 4);
    memcpy(ram + HEADER + 8, &sector, 8);
    ram[STATUS] = 0xff;
}

/* A request of three descriptors, as every driver makes them. */
static void request(uint32_t type, uint64_t sector, uint32_t bytes)
{
    header(type, sector);
    unsigned head = describe(RAM_BASE + HEADER, 16, F_NEXT);
    if (bytes > 0)
        describe(RAM_BASE + DATA, bytes, type == 1 ? F_NEXT : F_NEXT | F_WRITE);
    describe(RAM_BASE + STATUS, 1, F_WRITE);
    offer(head);
    put(0x050, 0);
}

/* Lets the device do one thing. */
static void step(void)
{
    assert_int_not_equal(blk.v.dev.due, CLOCK_NEVER);
    now = blk.v.dev.due;
    blk.v.dev.tick(&blk.v.dev, now);
}

static void assert_broken(const char *part)
{
    assert_int_equal(get(0x070) & 64, 64);
    assert_int_equal(get(0x060) & 2, 2);
    assert_true(irq);
    if (strstr(complaint, part) == NULL)
        fail_msg("no '%s' in '%s'", part, complaint);
    assert_int_equal(get16(USED + 2), 0);
    put(0x050, 0); /* nothing more happens */
    assert_int_equal(blk.v.dev.due, CLOCK_NEVER);
    initialize();
    assert_int_equal(get(0x070), 15);
}

/* ---- negotiation ---------------------------------------------------------------------------- */

static void identifies_itself(void **state)
{
    (void)state;
    assert_int_equal(get(0x000), 0x74726976);
    assert_int_equal(get(0x004), 2);
    assert_int_equal(get(0x008), 2);
    assert_int_equal(get(0x100), SECTORS);
    assert_int_equal(get(0x104), 0);
    assert_int_equal(get(0x114), 512);
    assert_int_equal(blk.v.dev.read(&blk.v.dev, 0x100, 1), SECTORS);
    assert_int_equal(get(0xf00), 0);
    assert_int_equal(get(0x034), VIRTQ_MAX);
    put(0x030, 1);
    assert_int_equal(get(0x034), 0);
}

static void offers_features(void **state)
{
    (void)state;
    put(0x014, 0);
    assert_int_equal(get(0x010) & 1u << 9, 1u << 9);
    assert_int_equal(get(0x010) & 1u << 5, 0);
    put(0x014, 1);
    assert_int_equal(get(0x010), 1);
    put(0x014, 2);
    assert_int_equal(get(0x010), 0);
}

static void refuses_foreign_features(void **state)
{
    (void)state;
    put(0x070, 3);
    put(0x024, 0);
    put(0x020, 1u << 28);
    put(0x024, 1);
    put(0x020, 1);
    put(0x070, 11);
    assert_int_equal(get(0x070), 3);
    put(0x024, 0);
    put(0x020, 0);
    put(0x024, 1);
    put(0x020, 0); /* without VERSION_1 */
    put(0x070, 11);
    assert_int_equal(get(0x070), 3);
}

static void queue_sizes(void **state)
{
    static const uint32_t bad[] = {0, 3, 257, 512, 0x80000000u, 0xffffffffu};

    (void)state;
    for (unsigned i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        put(0x038, bad[i]);
        put(0x044, 1);
        assert_int_equal(get(0x044), 0);
    }
    put(0x038, 256);
    put(0x080, RAM_BASE + 8); /* not aligned */
    put(0x044, 1);
    assert_int_equal(get(0x044), 0);
}

static void empty_slot(void **state)
{
    struct virtio empty;

    (void)state;
    virtio_init(&empty, 3, &virtio_nothing, &bus, (struct irq_line){.set = on_irq});
    assert_int_equal(empty.dev.base, 0x10004000);
    assert_int_equal(empty.dev.read(&empty.dev, 0, 4), 0x74726976);
    assert_int_equal(empty.dev.read(&empty.dev, 8, 4), 0);
    assert_int_equal(empty.dev.read(&empty.dev, 0x100, 4), 0);
    empty.dev.write(&empty.dev, 0x70, 4, 15);
    empty.dev.write(&empty.dev, 0x44, 4, 1);
    empty.dev.write(&empty.dev, 0x50, 4, 0);
    assert_int_equal(empty.dev.read(&empty.dev, 0x70, 4), 0);
}

/* ---- requests ------------------------------------------------------------------------------- */

static void reads_a_sector(void **state)
{
    (void)state;
    initialize();
    request(0, 5, 512);
    assert_int_equal(get16(USED + 2), 0);
    assert_int_equal(blk.v.dev.due, now + BLK_LATENCY);
    step();
    assert_int_equal(get16(USED + 2), 1);
    assert_int_equal(ram[STATUS], 0);
    assert_int_equal(ram[DATA], 5);
    assert_int_equal(ram[DATA + 511], 5);
    assert_int_equal(ram[DATA + 512], 0);
    assert_true(irq);
    assert_int_equal(get(0x060), 1);
    put(0x064, 1);
    assert_false(irq);
    assert_true(dma_bytes >= 513);
}

static void writes_sectors(void **state)
{
    uint8_t sector[SECTOR_SIZE];

    (void)state;
    initialize();
    memset(ram + DATA, 0xab, 1024);
    request(1, 62, 1024);
    step();
    assert_int_equal(ram[STATUS], 0);
    assert_int_equal(pread(fd, sector, sizeof sector, 63 * SECTOR_SIZE), SECTOR_SIZE);
    assert_int_equal(sector[0], 0xab);
    assert_int_equal(sector[511], 0xab);
    request(4, 0, 0);
    step();
    assert_int_equal(ram[STATUS], 0);
    assert_int_equal(blk.flushes, 1);
}

static void answers_errors(void **state)
{
    static const struct {
        uint32_t type;
        uint64_t sector;
        uint32_t bytes;
        uint8_t status;
    } rows[] = {
        {0, SECTORS, 512, 1},    {0, SECTORS - 1, 1024, 1},
        {0, UINT64_MAX, 512, 1}, {0, UINT64_MAX / 512, 512, 1},
        {0, 0, 511, 1},          {1, SECTORS, 512, 1},
        {1, 0, 100, 1},          {77, 0, 512, 2},
        {0, SECTORS, 0, 0},
    };

    (void)state;
    initialize();
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        next_desc = 0;
        request(rows[i].type, rows[i].sector, rows[i].bytes);
        step();
        assert_int_equal(ram[STATUS], rows[i].status);
        step();
    }
    assert_int_equal(get(0x070), 15);
}

static void tells_its_name(void **state)
{
    (void)state;
    initialize();
    request(8, 0, 20);
    step();
    assert_int_equal(ram[STATUS], 0);
    assert_string_equal((char *)ram + DATA, "courier-disk");
}

static void read_only_disk(void **state)
{
    (void)state;
    start_with(true);
    put(0x014, 0);
    assert_int_equal(get(0x010) & 1u << 5, 1u << 5);
    initialize();
    request(1, 0, 512);
    step();
    assert_int_equal(ram[STATUS], 1);
    step();
    request(4, 0, 0);
    step();
    assert_int_equal(ram[STATUS], 0);
}

static void file_that_shrank(void **state)
{
    (void)state;
    initialize();
    assert_int_equal(ftruncate(fd, 10 * SECTOR_SIZE), 0);
    request(0, 20, 512);
    step();
    assert_int_equal(ram[STATUS], 1);
}

/* How the bytes are cut into descriptors is the driver's affair (2.7.4.2). */
static void any_framing(void **state)
{
    (void)state;
    initialize();
    header(0, 3);
    unsigned head = describe(RAM_BASE + HEADER, 5, F_NEXT);
    describe(RAM_BASE + HEADER + 5, 11, F_NEXT);
    describe(RAM_BASE + DATA, 100, F_NEXT | F_WRITE);
    describe(RAM_BASE + DATA + 0x1000, 0, F_NEXT | F_WRITE);
    describe(RAM_BASE + DATA + 100, 413, F_WRITE); /* the last byte is the status */
    offer(head);
    put(0x050, 0);
    step();
    assert_int_equal(ram[DATA], 3);
    assert_int_equal(ram[DATA + 511], 3);
    assert_int_equal(ram[DATA + 512], 0);
    assert_int_equal(get16(USED + 2), 1);
}

static void several_in_flight(void **state)
{
    (void)state;
    initialize();
    for (unsigned i = 0; i < 2; i++) {
        memset(ram + HEADER + 16 * i, 0, 16);
        ram[HEADER + 16 * i + 8] = (uint8_t)(7 + i);
        unsigned head = describe(RAM_BASE + HEADER + 16 * i, 16, F_NEXT);
        describe(RAM_BASE + DATA + 512 * i, 512, F_NEXT | F_WRITE);
        describe(RAM_BASE + STATUS + i, 1, F_WRITE);
        offer(head);
    }
    put(0x050, 0);
    step();
    assert_int_equal(get16(USED + 2), 1);
    step();
    assert_int_equal(get16(USED + 2), 2);
    assert_int_equal(ram[DATA], 7);
    assert_int_equal(ram[DATA + 512], 8);
    assert_int_equal(ram[USED + 4], 0);
    assert_int_equal(ram[USED + 12], 3);
    step();
    assert_int_equal(blk.v.dev.due, CLOCK_NEVER);
}

static void no_interrupt_if_unwanted(void **state)
{
    (void)state;
    initialize();
    put16(AVAIL, 1);
    request(0, 0, 512);
    step();
    assert_int_equal(get16(USED + 2), 1);
    assert_false(irq);
}

static void reset_drops_requests(void **state)
{
    (void)state;
    initialize();
    request(0, 5, 512);
    put(0x070, 0);
    assert_int_equal(blk.v.dev.due, CLOCK_NEVER);
    assert_int_equal(get(0x044), 0);
    assert_int_equal(ram[DATA], 0);
}

static void many_rounds(void **state)
{
    (void)state;
    initialize();
    for (unsigned i = 0; i < 70000; i++) { /* the index wraps at 65536 */
        next_desc = 0;
        request(0, i % SECTORS, 512);
        step();
        assert_int_equal(ram[DATA], i % SECTORS);
        step();
    }
    assert_int_equal(get16(USED + 2), (uint16_t)70000);
}

/* ---- broken rings --------------------------------------------------------------------------- */

static void chain_without_end(void **state)
{
    (void)state;
    initialize();
    header(0, 0);
    for (unsigned i = 0; i < QUEUE; i++)
        describe(RAM_BASE + HEADER, 16, F_NEXT);
    offer(0);
    put(0x050, 0);
    step();
    assert_broken("without an end");
}

static void descriptor_outside_queue(void **state)
{
    (void)state;
    initialize();
    offer(QUEUE);
    put(0x050, 0);
    step();
    assert_broken("outside the queue");
}

static void buffer_outside_memory(void **state)
{
    static const struct {
        uint64_t address;
        uint32_t length;
    } rows[] = {
        {0, 512},
        {RAM_BASE - 1, 512},
        {RAM_BASE + RAM_SIZE - 511, 512},
        {RAM_BASE, 0xffffffff},
        {UINT64_MAX, 2},
        {UINT64_MAX - 511, 512},
        {0x10000000, 1},
    };

    (void)state;
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        power_on(state);
        initialize();
        header(0, 0);
        unsigned head = describe(RAM_BASE + HEADER, 16, F_NEXT);
        describe(rows[i].address, rows[i].length, F_NEXT | F_WRITE);
        describe(RAM_BASE + STATUS, 1, F_WRITE);
        offer(head);
        put(0x050, 0);
        step();
        assert_broken("outside memory");
        assert_int_equal(dma_bytes, 0);
    }
}

static void rings_outside_memory(void **state)
{
    static const uint64_t registers[] = {0x080, 0x090, 0x0a0};
    static const char *const part[] = {"descriptor table", "available ring", "used ring"};

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        for (unsigned high = 0; high < 2; high++) {
            power_on(state);
            initialize();
            put(0x044, 0);
            put(registers[i], high ? RAM_BASE : 0x1000);
            put(registers[i] + 4, high ? 0xffffffff : 0);
            put(0x044, 1);
            request(0, 0, 512);
            step();
            assert_broken(part[i]);
        }
    }
}

static void index_runs_ahead(void **state)
{
    (void)state;
    initialize();
    put16(AVAIL + 2, QUEUE + 1);
    put(0x050, 0);
    step();
    assert_broken("ahead");
}

static void indirect_was_not_offered(void **state)
{
    (void)state;
    initialize();
    offer(describe(RAM_BASE + HEADER, 16, 4));
    put(0x050, 0);
    step();
    assert_broken("indirect");
}

static void reading_after_writing(void **state)
{
    (void)state;
    initialize();
    unsigned head = describe(RAM_BASE + HEADER, 16, F_NEXT | F_WRITE);
    describe(RAM_BASE + HEADER, 16, 0);
    offer(head);
    put(0x050, 0);
    step();
    assert_broken("to read after");
}

static void no_header_or_status(void **state)
{
    (void)state;
    initialize();
    offer(describe(RAM_BASE + HEADER, 16, 0));
    put(0x050, 0);
    step();
    assert_broken("without a header");
    power_on(state);
    initialize();
    unsigned head = describe(RAM_BASE + HEADER, 15, F_NEXT);
    describe(RAM_BASE + STATUS, 1, F_WRITE);
    offer(head);
    put(0x050, 0);
    step();
    assert_broken("without a header");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(identifies_itself, power_on),
        cmocka_unit_test_setup(offers_features, power_on),
        cmocka_unit_test_setup(refuses_foreign_features, power_on),
        cmocka_unit_test_setup(queue_sizes, power_on),
        cmocka_unit_test_setup(empty_slot, power_on),
        cmocka_unit_test_setup(reads_a_sector, power_on),
        cmocka_unit_test_setup(writes_sectors, power_on),
        cmocka_unit_test_setup(answers_errors, power_on),
        cmocka_unit_test_setup(tells_its_name, power_on),
        cmocka_unit_test_setup(read_only_disk, power_on),
        cmocka_unit_test_setup(file_that_shrank, power_on),
        cmocka_unit_test_setup(any_framing, power_on),
        cmocka_unit_test_setup(several_in_flight, power_on),
        cmocka_unit_test_setup(no_interrupt_if_unwanted, power_on),
        cmocka_unit_test_setup(reset_drops_requests, power_on),
        cmocka_unit_test_setup(many_rounds, power_on),
        cmocka_unit_test_setup(chain_without_end, power_on),
        cmocka_unit_test_setup(descriptor_outside_queue, power_on),
        cmocka_unit_test_setup(buffer_outside_memory, power_on),
        cmocka_unit_test_setup(rings_outside_memory, power_on),
        cmocka_unit_test_setup(index_runs_ahead, power_on),
        cmocka_unit_test_setup(indirect_was_not_offered, power_on),
        cmocka_unit_test_setup(reading_after_writing, power_on),
        cmocka_unit_test_setup(no_header_or_status, power_on),
    };
    return RUN_SUITE("board_virtio", tests);
}
