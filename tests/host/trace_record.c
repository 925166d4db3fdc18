// Records: events as bytes, and back. The offsets are those of docs/trace-format.md; other programs
// read them.
#include "suite.h"
#include "trace_events.h"
#include "emu/trace/record.h"

#define MANY 2000

static uint64_t load(const uint8_t *at, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++)
        value |= (uint64_t)at[i] << (8 * i);
    return value;
}

static void nothing_is_lost(void **state)
{
    (void)state;
    struct events s = {.random = 1};
    for (unsigned i = 0; i < MANY; i++) {
        uint8_t bytes[RECORD_MAX], again[RECORD_MAX];
        struct event e = events_next(&s, (enum event_kind)(i % EVENT_KINDS)), back;
        memset(bytes, 0xaa, sizeof bytes);
        size_t size = record_encode(&e, bytes);
        assert_in_range(size, RECORD_HEADER, RECORD_MAX);
        assert_true(record_decode(&back, bytes, size));
        assert_true(events_same(&e, &back));
        assert_int_equal(record_encode(&back, again), size);
        assert_memory_equal(bytes, again, size);
    }
}

static void the_header_is_as_documented(void **state)
{
    (void)state;
    struct event e = {.kind = EVENT_FAIL,
                      .number = 0x1122334455667788,
                      .transaction = 91,
                      .parent = 90,
                      .status = -11,
                      .time = 0x11223344556677,
                      .who = EP_MAKE(3, 17),
                      .peer = EP_FS,
                      .call = IPC_SENDREC};
    uint8_t b[RECORD_MAX];
    assert_int_equal(record_encode(&e, b), 64);
    assert_int_equal(b[0], 2);
    assert_int_equal(b[1], 4);
    assert_int_equal(load(b + 2, 6), 0); // flags, and no type
    assert_int_equal(load(b + 8, 4), EP_MAKE(3, 17));
    assert_int_equal(load(b + 12, 4), EP_FS);
    assert_true(load(b + 16, 8) == e.number);
    assert_int_equal(load(b + 24, 8), 91);
    assert_int_equal(load(b + 32, 8), 90);
    assert_true((int64_t)load(b + 40, 8) == -11);
    assert_true(load(b + 48, 8) == e.time);
    assert_int_equal(load(b + 56, 8), IPC_SENDREC);
}

// What arrives at `who` has it for its destination.
static void messages_point_to_their_destination(void **state)
{
    (void)state;
    struct event e = {.kind = EVENT_DELIVER, .who = EP_FS, .peer = EP_PM, .frame = 0x80001000};
    uint8_t b[RECORD_MAX];
    e.message = (struct message){.source = EP_PM, .type = 0x301, .w = {1, 2, 3, 4, 5, 6, 7}};
    assert_int_equal(record_encode(&e, b), 128);
    assert_int_equal(load(b + 4, 4), 0x301);
    assert_int_equal(load(b + 8, 4), EP_PM);
    assert_int_equal(load(b + 12, 4), EP_FS);
    assert_memory_equal(b + 56, &e.message, 64);
    assert_int_equal(load(b + 120, 8), 0x80001000);
    e.kind = EVENT_CALL;
    e.call = IPC_SEND | IPC_NONBLOCK;
    assert_int_equal(record_encode(&e, b), 136);
    assert_int_equal(load(b + 8, 4), EP_FS);
    assert_int_equal(load(b + 128, 8), IPC_SEND | IPC_NONBLOCK);
}

static void crossings_have_their_registers(void **state)
{
    (void)state;
    struct event e = {.kind = EVENT_TRAP, .who = EP_NONE, .peer = EP_NONE};
    uint8_t b[RECORD_MAX];
    e.satp = 1;
    e.cause = 8;
    e.pc = 3;
    e.address = 4;
    for (unsigned i = 0; i < CROSSING_REGS; i++)
        e.x[i] = 5 + i;
    e.message.w[6] = 77;
    assert_int_equal(record_encode(&e, b), 192);
    assert_int_equal(load(b + 8, 4), 0x1fe);
    assert_int_equal(load(b + 56 + 56, 8), 77);
    assert_int_equal(load(b + 120, 8), 1);
    assert_int_equal(load(b + 128, 8), 8);
    assert_int_equal(load(b + 136, 8), 3);
    assert_int_equal(load(b + 144, 8), 4);
    for (unsigned i = 0; i < CROSSING_REGS; i++)
        assert_int_equal(load(b + 152 + 8 * i, 8), 5 + i);
}

// A record that is cut short is refused, and its last byte was needed. Text may have any length.
static void short_records_are_refused(void **state)
{
    (void)state;
    struct events s = {.random = 2};
    for (int kind = 0; kind < EVENT_KINDS; kind++) {
        struct event e = events_next(&s, (enum event_kind)kind), back;
        uint8_t bytes[RECORD_MAX];
        size_t size = record_encode(&e, bytes) - e.length;
        for (size_t n = 0; n < size; n++) {
            uint8_t *exact = malloc(n + 1); // so that a sanitizer sees a byte too far
            memcpy(exact, bytes, n);
            assert_false(record_decode(&back, exact, n));
            free(exact);
        }
        assert_true(record_decode(&back, bytes, size));
    }
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    struct events s = {.random = 3};
    struct event e = events_next(&s, EVENT_CONSOLE), back;
    uint8_t bytes[2 * RECORD_MAX] = {0};
    size_t size = record_encode(&e, bytes);
    assert_false(record_decode(&back, bytes, RECORD_HEADER + EVENT_TEXT + 1));
    bytes[1] = EVENT_KINDS;
    assert_false(record_decode(&back, bytes, size));
    bytes[1] = EVENT_CONSOLE;
    bytes[0] = 1;
    assert_false(record_decode(&back, bytes, size));
    bytes[0] = 2;
    memset(bytes + 48, 0xff, 8); // a time far away
    assert_false(record_decode(&back, bytes, size));
    e = events_next(&s, EVENT_SPAWN);
    size = record_encode(&e, bytes);
    memset(bytes + 56, 'x', NAME_BYTES);
    assert_true(record_decode(&back, bytes, size));
    assert_string_equal(back.name, "xxxxxxxxxxxxxxx");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_is_lost),
        cmocka_unit_test(the_header_is_as_documented),
        cmocka_unit_test(messages_point_to_their_destination),
        cmocka_unit_test(crossings_have_their_registers),
        cmocka_unit_test(short_records_are_refused),
        cmocka_unit_test(nonsense_is_refused),
    };
    return RUN_SUITE("trace_record", tests);
}
