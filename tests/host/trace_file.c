// Trace files: what the writer writes, the reader reads; and what is left of a file that lost its end.
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>
#include "suite.h"
#include "trace_events.h"
#include "emu/trace/pcapng.h"
#include "emu/trace/reader.h"
#include "emu/trace/ring.h"
#include "emu/trace/writer.h"

static char directory[] = "/tmp/courier-trace.XXXXXX";
static char path[64], other[64];

// Writes `count` events of this seed. False: the writer said so at the end.
static bool write_events(const char *to, uint64_t seed, unsigned count)
{
    char why[256] = "";
    struct events s = {.random = seed};
    struct writer *w = writer_open(to, why, sizeof why);
    assert_non_null(w);
    for (unsigned i = 0; i < count && !writer_failed(w); i++) {
        struct event e = events_any(&s);
        writer_sink(w)->event(writer_sink(w), &e);
    }
    bool whole = writer_close(w, why, sizeof why);
    assert_true(whole == (*why == '\0'));
    return whole;
}

// Reads on, and compares with the events of this seed; returns how many there were.
static unsigned read_events(struct reader *r, uint64_t seed, enum reader_result *end)
{
    struct events s = {.random = seed};
    struct event e;
    unsigned count = 0;
    while ((*end = reader_next(r, &e)) == READER_EVENT) {
        struct event wanted = events_any(&s);
        assert_true(events_same(&e, &wanted));
        count++;
    }
    assert_int_equal(reader_next(r, &e), *end); // it stays so
    return count;
}

static struct reader *open_reader(const char *from)
{
    char why[256];
    struct reader *r = reader_open(from, why, sizeof why);
    if (!r)
        fail_msg("%s", why);
    return r;
}

static uint8_t *load(const char *from, size_t *size)
{
    FILE *f = fopen(from, "rb");
    uint8_t *bytes = malloc(1 << 24);
    assert_non_null(f);
    *size = fread(bytes, 1, 1 << 24, f);
    fclose(f);
    return bytes;
}

static void save(const char *to, const uint8_t *bytes, size_t size)
{
    FILE *f = fopen(to, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(bytes, 1, size, f), size);
    assert_int_equal(fclose(f), 0);
}

static void what_is_written_is_read(void **state)
{
    (void)state;
    enum { COUNT = 50000 };
    enum reader_result end;
    assert_true(write_events(path, 1, COUNT));
    struct reader *r = open_reader(path);
    assert_false(reader_is_stream(r));
    assert_int_equal(read_events(r, 1, &end), COUNT);
    assert_int_equal(end, READER_END);
    assert_string_equal(reader_remark(r), "");
    assert_true(reader_share(r) == 1.0);
    reader_close(r);
}

static void no_events_are_a_trace_too(void **state)
{
    (void)state;
    enum reader_result end;
    assert_true(write_events(path, 1, 0));
    struct reader *r = open_reader(path);
    assert_int_equal(read_events(r, 1, &end), 0);
    assert_int_equal(end, READER_END);
    reader_close(r);
}

static void equal_runs_give_equal_files(void **state)
{
    (void)state;
    size_t size, size2;
    assert_true(write_events(path, 5, 20000));
    assert_true(write_events(other, 5, 20000));
    uint8_t *a = load(path, &size), *b = load(other, &size2);
    assert_int_equal(size, size2);
    assert_memory_equal(a, b, size);
    free(a);
    free(b);
}

// ---- a slow file ------------------------------------------------------------------------------------

struct slow {
    pthread_t thread;
    unsigned count;
    enum reader_result end;
};

static void *read_slowly(void *arg)
{
    struct slow *slow = arg;
    struct reader *r = open_reader(path);
    assert_true(reader_is_stream(r));
    assert_false(reader_seek(r, &(struct reader_place){0}));
    slow->count = read_events(r, 7, &slow->end);
    reader_close(r);
    return NULL;
}

// A pipe takes nothing but what its reader takes, who checks each event. The ring, which is
// smaller, fills up many times.
static void a_full_ring_loses_nothing(void **state)
{
    (void)state;
    enum { COUNT = 100000 };
    struct slow slow;
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_int_equal(pthread_create(&slow.thread, NULL, read_slowly, &slow), 0);
    assert_true(COUNT * (size_t)RECORD_HEADER > 2 * RING_CHUNK * RING_CHUNKS);
    assert_true(write_events(path, 7, COUNT));
    pthread_join(slow.thread, NULL);
    assert_int_equal(slow.count, COUNT);
    assert_int_equal(slow.end, READER_END);
    unlink(path);
}

// While the run goes on, and without another event, what there is gets into the file.
static void what_is_there_is_written_soon(void **state)
{
    (void)state;
    char why[256];
    struct events s = {.random = 9};
    struct event e, back;
    unlink(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    int fd = open(path, O_RDONLY | O_NONBLOCK);
    struct writer *w = writer_open(path, why, sizeof why);
    assert_non_null(w);
    e = events_next(&s, EVENT_CALL);
    writer_sink(w)->event(writer_sink(w), &e);
    uint8_t got[4096], packet[PCAPNG_PACKET_MAX];
    size_t wanted = pcapng_packet(packet, &e), have = 0;
    wanted += pcapng_header((uint8_t[PCAPNG_HEADER_MAX]){0});
    while (have < wanted) {
        struct pollfd p = {.fd = fd, .events = POLLIN};
        assert_int_equal(poll(&p, 1, 10000), 1);
        ssize_t n = read(fd, got + have, sizeof got - have);
        assert_true(n > 0);
        have += (size_t)n;
    }
    assert_true(record_decode(&back, got + have - 4 - 136, 136));
    assert_true(events_same(&e, &back));
    assert_true(writer_close(w, why, sizeof why));
    close(fd);
    unlink(path);
}

static void what_was_put_in_can_be_read_again(void **state)
{
    char why[256];
    struct events s = {.random = 5};
    struct event e;
    struct writer *w = writer_open(path, why, sizeof why);
    unsigned count = 0;
    (void)state;
    assert_non_null(w);
    for (int i = 0; i < 20000; i++) {
        e = events_any(&s);
        writer_sink(w)->event(writer_sink(w), &e);
    }
    assert_true(writer_sync(w));
    struct reader *r = reader_open(path, why, sizeof why);
    assert_non_null(r);
    while (reader_next(r, &e) == READER_EVENT)
        count++;
    assert_int_equal(count, 20000);
    assert_string_equal(reader_remark(r), "");
    reader_close(r);
    assert_true(writer_close(w, why, sizeof why));
}

static void a_file_that_cannot_be_written(void **state)
{
    (void)state;
    char why[256] = "";
    assert_null(writer_open("/nonexistent/x", why, sizeof why));
    assert_string_equal(why, "/nonexistent/x: No such file or directory");
    assert_false(
        write_events("/dev/full", 1, 1000000)); // nobody waits for a file that takes no more
}

// ---- files that lost their end ----------------------------------------------------------------------

// Cut at every byte: all whole events are read, and it is said that something is missing, unless a
// block ends there.
static void cut_at_every_byte(void **state)
{
    (void)state;
    enum { COUNT = 40 };
    size_t size, whole = 0;
    unsigned before = 0;
    assert_true(write_events(path, 3, COUNT));
    uint8_t *bytes = load(path, &size);
    for (size_t n = 0; n < size; n++) {
        char why[256];
        enum reader_result end;
        save(other, bytes, n);
        struct reader *r = reader_open(other, why, sizeof why);
        if (!r) {
            assert_non_null(strstr(why, other));
            assert_int_equal(before, 0);
            continue;
        }
        unsigned count = read_events(r, 3, &end);
        assert_in_range(count, before, before + 1);
        before = count;
        assert_int_equal(end, *reader_remark(r) ? READER_CUT : READER_END);
        whole += end == READER_END;
        reader_close(r);
    }
    assert_int_equal(before, COUNT);
    assert_int_equal(whole, 1 + COUNT); // after the header, and after each event
    free(bytes);
}

// Any byte changed: whatever is read then, it is in order, and there is an end.
static void damaged_at_every_byte(void **state)
{
    (void)state;
    size_t size;
    assert_true(write_events(path, 4, 25));
    uint8_t *bytes = load(path, &size);
    for (size_t n = 0; n < size; n++) {
        char why[256];
        struct event e;
        uint64_t number = 0, time = 0;
        uint8_t was = bytes[n];
        bytes[n] ^= (uint8_t)(1 + n % 255);
        save(other, bytes, size);
        bytes[n] = was;
        struct reader *r = reader_open(other, why, sizeof why);
        while (r && reader_next(r, &e) == READER_EVENT) {
            assert_true(e.number == ++number);
            assert_true(e.time >= time);
            time = e.time;
        }
        reader_close(r);
    }
    free(bytes);
}

// ---- places -----------------------------------------------------------------------------------------

static void going_back_gives_the_same(void **state)
{
    (void)state;
    enum { COUNT = 20000, EVERY = 777 };
    struct reader_place place[COUNT / EVERY + 1];
    struct event wanted[COUNT / EVERY + 1], e;
    assert_true(write_events(path, 6, COUNT));
    struct reader *r = open_reader(path);
    for (unsigned i = 0; i < COUNT; i++) {
        struct reader_place here = reader_place(r);
        assert_int_equal(reader_next(r, &e), READER_EVENT);
        if (i % EVERY == 0) {
            place[i / EVERY] = here;
            wanted[i / EVERY] = e;
        }
    }
    assert_int_equal(reader_next(r, &e), READER_END);
    for (unsigned k = 0; k < 1000; k++) {
        unsigned i = k * 7919 % (COUNT / EVERY + 1);
        assert_true(reader_seek(r, &place[i]));
        assert_int_equal(reader_next(r, &e), READER_EVENT);
        assert_true(events_same(&e, &wanted[i]));
    }
    reader_close(r);
}

static int make_directory(void **state)
{
    (void)state;
    if (!mkdtemp(directory))
        return -1;
    snprintf(path, sizeof path, "%s/a.pcapng", directory);
    snprintf(other, sizeof other, "%s/b.pcapng", directory);
    return 0;
}

static int remove_directory(void **state)
{
    (void)state;
    unlink(path);
    unlink(other);
    return rmdir(directory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read),
        cmocka_unit_test(no_events_are_a_trace_too),
        cmocka_unit_test(equal_runs_give_equal_files),
        cmocka_unit_test(a_full_ring_loses_nothing),
        cmocka_unit_test(what_is_there_is_written_soon),
        cmocka_unit_test(what_was_put_in_can_be_read_again),
        cmocka_unit_test(a_file_that_cannot_be_written),
        cmocka_unit_test(cut_at_every_byte),
        cmocka_unit_test(damaged_at_every_byte),
        cmocka_unit_test(going_back_gives_the_same),
    };
    return suite_end(
        "trace_file", sizeof tests / sizeof tests[0],
        cmocka_run_group_tests_name("trace_file", tests, make_directory, remove_directory));
}
