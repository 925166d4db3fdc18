// The reader and files of other origin: any legal pcapng is taken apart, anything else refused in one line.
#include <unistd.h>
#include "suite.h"
#include "trace_events.h"
#include "emu/trace/pcapng.h"
#include "emu/trace/reader.h"

#define LINKTYPE_ETHERNET 1
#define BLOCK_CUSTOM      0xbadu

static char path[] = "/tmp/courier-reader.XXXXXX";

// ---- a file being made ------------------------------------------------------------------------------

struct file {
    bool swapped; // big-endian
    size_t size;
    uint8_t bytes[1 << 16];
};

static void put(struct file *f, const void *from, size_t n)
{
    assert_true(f->size + n <= sizeof f->bytes);
    memcpy(f->bytes + f->size, from, n);
    f->size += n;
}

static void put32(struct file *f, uint32_t value)
{
    if (f->swapped)
        value = __builtin_bswap32(value);
    put(f, &value, sizeof value);
}

static void put16(struct file *f, uint16_t value)
{
    if (f->swapped)
        value = __builtin_bswap16(value);
    put(f, &value, sizeof value);
}

// A block: so many numbers, and then bytes.
static void block(struct file *f, uint32_t type, const uint32_t *words, size_t count,
                  const void *body, size_t n)
{
    uint32_t length = (uint32_t)(12 + 4 * count + (n + 3) / 4 * 4);
    put32(f, type);
    put32(f, length);
    for (size_t i = 0; i < count; i++)
        put32(f, words[i]);
    put(f, body, n);
    put(f, "\0\0\0", (4 - n % 4) % 4);
    put32(f, length);
}

static void section(struct file *f)
{
    put32(f, BLOCK_SECTION);
    put32(f, 28);
    put32(f, BYTE_ORDER_MAGIC);
    put16(f, 1);
    put16(f, 0);
    put32(f, UINT32_MAX);
    put32(f, UINT32_MAX);
    put32(f, 28);
}

static void interface(struct file *f, uint16_t linktype)
{
    put32(f, BLOCK_INTERFACE);
    put32(f, 20);
    put16(f, linktype);
    put16(f, 0);
    put32(f, 0);
    put32(f, 20);
}

static void packet(struct file *f, uint32_t interface, const void *data, size_t n)
{
    uint32_t words[] = {interface, 0, 0, (uint32_t)n, (uint32_t)n};
    block(f, BLOCK_PACKET, words, 5, data, n);
}

static void event(struct file *f, uint32_t interface, const struct event *e)
{
    uint8_t record[RECORD_MAX];
    size_t n = record_encode(e, record);
    packet(f, interface, record, n);
}

// A section with one interface of ours.
static void begin(struct file *f)
{
    section(f);
    interface(f, LINKTYPE_USER0);
}

static void save(const struct file *f)
{
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(f->bytes, 1, f->size, out), f->size);
    assert_int_equal(fclose(out), 0);
}

// The file is refused at once, with this line behind its name.
static void refused(const struct file *f, const char *line)
{
    char why[320] = "", wanted[320];
    save(f);
    struct reader *r = reader_open(path, why, sizeof why);
    assert_null(r);
    snprintf(wanted, sizeof wanted, "%s: %s", path, line);
    assert_string_equal(why, wanted);
}

// The file has these events, and ends like this.
static void has(const struct file *f, uint64_t seed, unsigned count, enum reader_result end,
                const char *remark)
{
    char why[320] = "";
    struct events s = {.random = seed};
    struct event e;
    save(f);
    struct reader *r = reader_open(path, why, sizeof why);
    assert_string_equal(why, "");
    for (unsigned i = 0; i < count; i++) {
        struct event wanted = events_any(&s);
        assert_int_equal(reader_next(r, &e), READER_EVENT);
        assert_true(events_same(&e, &wanted));
    }
    assert_int_equal(reader_next(r, &e), end);
    const char *said = reader_remark(r);
    assert_string_equal(*said ? said + strlen(path) + 2 : "", remark);
    reader_close(r);
}

// ---- files of others --------------------------------------------------------------------------------

static void what_is_no_pcapng(void **state)
{
    (void)state;
    char why[320] = "";
    struct file f = {0};
    refused(&f, "not a pcapng file");
    put(&f, "\xd4\xc3\xb2\xa1", 4); // a capture in the old format
    put(&f, (char[20]){2, 0, 4}, 20);
    refused(&f, "not a pcapng file");
    f = (struct file){0};
    put(&f, "a text file that somebody opened by mistake\n", 44);
    refused(&f, "not a pcapng file");
    unlink(path);
    assert_null(reader_open(path, why, sizeof why));
    assert_non_null(strstr(why, "No such file"));
    assert_null(reader_open("/tmp", why, sizeof why));
    assert_string_equal(why, "/tmp: Is a directory");
}

static void another_programs_capture(void **state)
{
    (void)state;
    struct file f = {0};
    section(&f);
    refused(&f, "no interface with Courier's events");
    interface(&f, LINKTYPE_ETHERNET);
    packet(&f, 0, "\xff\xff\xff\xff\xff\xff an Ethernet frame", 24);
    refused(&f, "no interface with Courier's events");
}

static void another_version(void **state)
{
    (void)state;
    uint8_t record[112] = {1};
    struct file f = {0};
    begin(&f);
    packet(&f, 0, record, sizeof record);
    refused(&f, "version 1 of the events is older than this program reads");
    record[0] = 3;
    f = (struct file){0};
    begin(&f);
    packet(&f, 0, record, sizeof record);
    refused(&f, "version 3 of the events is newer than this program");
    record[0] = 2;
    record[1] = EVENT_KINDS;
    f = (struct file){0};
    begin(&f);
    packet(&f, 0, record, sizeof record);
    refused(&f, "event 1 is damaged, or not Courier's");
}

// ---- legal, if unusual ------------------------------------------------------------------------------

// What tools may add: comments, names, packets and interfaces of others, blocks that nobody knows,
// another section.
static void other_blocks_are_passed_over(void **state)
{
    (void)state;
    for (int swapped = 0; swapped < 2; swapped++) {
        struct events s = {.random = 11};
        struct file f = {.swapped = swapped};
        section(&f);
        block(&f, BLOCK_CUSTOM, NULL, 0, "what is this?", 13);
        interface(&f, LINKTYPE_ETHERNET);
        interface(&f, LINKTYPE_USER0);
        packet(&f, 0, "an Ethernet frame", 17);
        struct event e = events_any(&s);
        event(&f, 1, &e);
        block(&f, BLOCK_STATISTICS, (uint32_t[]){1, 0, 0}, 3, "", 0);
        f.swapped = !f.swapped; // joined with a file from another machine
        begin(&f);
        block(&f, 4, NULL, 0, "\0\0\0\0", 4); // names
        e = events_any(&s);
        event(&f, 0, &e);
        block(&f, BLOCK_CUSTOM, NULL, 0, "", 0);
        has(&f, 11, 2, READER_END, "");
    }
}

static void simple_packets(void **state)
{
    (void)state;
    struct events s = {.random = 12};
    struct file f = {0};
    uint8_t record[RECORD_MAX];
    begin(&f);
    for (int i = 0; i < 20; i++) {
        struct event e = events_any(&s);
        uint32_t n = (uint32_t)record_encode(&e, record);
        block(&f, BLOCK_SIMPLE, &n, 1, record, n);
    }
    has(&f, 12, 20, READER_END, "");
}

// An interface beyond those that are tracked is not ours; the file stays legal.
static void many_interfaces(void **state)
{
    (void)state;
    struct events s = {.random = 13};
    struct file f = {0};
    section(&f);
    for (int i = 0; i < 100; i++)
        interface(&f, LINKTYPE_USER0);
    struct event e = events_any(&s), elsewhere = events_any(&(struct events){.random = 1});
    event(&f, 99, &elsewhere);
    event(&f, 63, &e);
    has(&f, 13, 1, READER_END, "");
}

// Events that were taken out of the file leave no gap in the numbers.
static void an_edited_file(void **state)
{
    (void)state;
    struct events s = {.random = 14};
    struct file f = {0};
    begin(&f);
    for (int i = 0; i < 3; i++) {
        struct event e = events_any(&s);
        e.number = 100 * (uint64_t)(i + 1);
        event(&f, 0, &e);
    }
    has(&f, 14, 3, READER_END, "");
}

// ---- damage -----------------------------------------------------------------------------------------

static void time_goes_forward(void **state)
{
    (void)state;
    struct events s = {.random = 15};
    struct file f = {0};
    begin(&f);
    struct event first = events_any(&s), second = events_any(&s);
    event(&f, 0, &first);
    event(&f, 0, &second);
    event(&f, 0, &first);
    assert_true(first.time < second.time);
    has(&f, 15, 2, READER_DAMAGED, "event 3 goes back in time");
}

// A file whose second block has this length, as it says itself.
static void with_length(struct file *f, uint32_t length)
{
    struct events s = {.random = 16};
    *f = (struct file){0};
    begin(f);
    struct event e = events_any(&s);
    event(f, 0, &e);
    size_t at = f->size;
    block(f, BLOCK_CUSTOM, NULL, 0, "12345678", 8);
    memcpy(f->bytes + at + 4, &length, sizeof length);
}

static void lengths_that_cannot_be(void **state)
{
    (void)state;
    static const uint32_t lengths[] = {0, 4, 8, 11, 13, 16, 1u << 30, UINT32_MAX};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        struct file f;
        char remark[64];
        with_length(&f, lengths[i]);
        snprintf(remark, sizeof remark, "the block at byte %zu is damaged", f.size - 20);
        has(&f, 16, 1, READER_DAMAGED, remark);
    }
    struct file f;
    char remark[64];
    with_length(&f, 24); // longer than the file
    snprintf(remark, sizeof remark, "ends in the middle of a block, at byte %zu", f.size);
    has(&f, 16, 1, READER_CUT, remark);
}

static void packets_that_cannot_be(void **state)
{
    (void)state;
    static const uint32_t bad[][5] = {
        {1, 0, 0, 56, 56},         // of no interface
        {0, 0, 0, 61, 61},         // longer than its block
        {0, 0, 0, UINT32_MAX, 56}, // much longer
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct events s = {.random = 17};
        struct file f = {0};
        char remark[64];
        begin(&f);
        struct event e = events_any(&s);
        event(&f, 0, &e);
        snprintf(remark, sizeof remark, "the block at byte %zu is damaged", f.size);
        block(&f, BLOCK_PACKET, bad[i], 5, (uint8_t[60]){2}, 60);
        has(&f, 17, 1, READER_DAMAGED, remark);
    }
    struct file f = {0};
    begin(&f);
    packet(&f, 0, (uint8_t[55]){2}, 55); // no record is so short
    refused(&f, "event 1 is damaged, or not Courier's");
    f = (struct file){0};
    begin(&f);
    block(&f, BLOCK_PACKET, NULL, 0, "", 0);
    refused(&f, "the block at byte 48 is damaged");
}

static int make_file(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int remove_file(void **state)
{
    (void)state;
    return unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_no_pcapng),      cmocka_unit_test(another_programs_capture),
        cmocka_unit_test(another_version),        cmocka_unit_test(other_blocks_are_passed_over),
        cmocka_unit_test(simple_packets),         cmocka_unit_test(many_interfaces),
        cmocka_unit_test(an_edited_file),         cmocka_unit_test(time_goes_forward),
        cmocka_unit_test(lengths_that_cannot_be), cmocka_unit_test(packets_that_cannot_be),
    };
    return suite_end("trace_reader", sizeof tests / sizeof tests[0],
                     cmocka_run_group_tests_name("trace_reader", tests, make_file, remove_file));
}
