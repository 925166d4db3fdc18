/*
 * Messages by name: the generated table against the headers, fields, replies, errors, and whatever
 * a guest may send.
 */
#include <stdlib.h>
#include <string.h>
#include "tests/host/suite.h"
#include <courier/errno.h>
#include <courier/protocol/blk.h>
#include <courier/protocol/fs.h>
#include <courier/protocol/pm.h>
#include <courier/protocol/rs.h>
#include <courier/protocol/tty.h>
#include <courier/syscall.h>
#include "emu/trace/names.h"

static const char *who(const void *context, endpoint_t ep)
{
    (void)context;
    return ep == EP_FS ? "fs" : ep == EP_MAKE(3u, 20) ? "sh" : NULL;
}

static char text[NAMES_MESSAGE_BYTES];

static const char *show(uint32_t type, const void *payload_bytes)
{
    struct message m = {.type = type};
    memcpy(m.w, payload_bytes, sizeof m.w);
    return names_message(text, sizeof text, &m, who, NULL);
}

static void every_protocol_is_known(void **state)
{
    (void)state;
    assert_string_equal(names_type(MSG_NOTIFY), "MSG_NOTIFY");
    assert_string_equal(names_type(RS_STATUS), "RS_STATUS");
    assert_string_equal(names_type(SERVICE_HANG), "SERVICE_HANG");
    assert_string_equal(names_type(PM_SIGRETURN), "PM_SIGRETURN");
    assert_string_equal(names_type(FS_OPEN_FOR), "FS_OPEN_FOR");
    assert_string_equal(names_type(FS_OPEN_FOR | MSG_REPLY), "FS_OPEN_FOR");
    assert_string_equal(names_type(TTY_PENDING), "TTY_PENDING");
    assert_string_equal(names_type(BLK_FLUSH), "BLK_FLUSH");
    /* Constants that look like types, but lie in another range. */
    assert_string_equal(names_type(FD_GET_CLOEXEC), "RS_STATUS");
    assert_null(names_type(0x999));
}

static void requests_show_their_fields(void **state)
{
    struct fs_read read = {.fd = 3, .grant = 2, .bytes = 512};
    struct fs_seek seek = {.fd = -1, .whence = 1, .offset = -4096};
    struct fs_mkdir mkdir = {.path = 5, .path_bytes = 4, .mode = 0755};
    struct fs_open open = {.path = 5, .path_bytes = 4, .flags = O_CREAT | O_TRUNC};
    struct fs_fork fork = {.parent = EP_MAKE(3u, 20), .child = EP_MAKE(7u, 21)};
    struct fs_truncate truncate = {.path = 1, .path_bytes = 2, .length = 1ull << 40};
    struct fs_control flags = {.fd = 1, .op = FD_SET_FLAGS, .value = O_NONBLOCK};
    struct tty_control mode = {.op = TTY_GET_MODE}, unknown = {.op = 99, .value = 1};
    (void)state;
    assert_string_equal(show(FS_READ, &read), "FS_READ fd=3 grant=2 bytes=512");
    assert_string_equal(show(FS_SEEK, &seek), "FS_SEEK fd=-1 whence=1 offset=-4096");
    assert_string_equal(show(FS_MKDIR, &mkdir), "FS_MKDIR path=5 path_bytes=4 mode=0755");
    assert_string_equal(show(FS_OPEN, &open), "FS_OPEN path=5 path_bytes=4 flags=0x240 mode=0");
    assert_string_equal(show(FS_FORK, &fork), "FS_FORK parent=sh child=21.7");
    assert_string_equal(show(FS_TRUNCATE, &truncate),
                        "FS_TRUNCATE path=1 path_bytes=2 length=0x10000000000");
    assert_string_equal(show(FS_CONTROL, &flags), "FS_CONTROL fd=1 op=FD_SET_FLAGS value=2048");
    assert_string_equal(show(TTY_CONTROL, &mode), "TTY_CONTROL op=TTY_GET_MODE value=0");
    assert_string_equal(show(TTY_CONTROL, &unknown), "TTY_CONTROL op=99 value=1");
}

static void replies_show_a_status_and_more_if_it_is_good(void **state)
{
    int64_t count[7] = {512}, error[7] = {-ENOENT}, unknown[7] = {-9999};
    struct fs_pipe_reply pipe = {.status = 0, .read_fd = 3, .write_fd = 4};
    struct fs_pipe_reply full = {.status = -EMFILE, .read_fd = 3, .write_fd = 4};
    (void)state;
    assert_string_equal(show(FS_READ | MSG_REPLY, count), "FS_READ reply 512");
    assert_string_equal(show(FS_OPEN | MSG_REPLY, error), "FS_OPEN reply ENOENT");
    assert_string_equal(show(FS_OPEN | MSG_REPLY, unknown), "FS_OPEN reply -9999");
    assert_string_equal(show(FS_PIPE | MSG_REPLY, &pipe), "FS_PIPE reply 0 read_fd=3 write_fd=4");
    assert_string_equal(show(FS_PIPE | MSG_REPLY, &full), "FS_PIPE reply EMFILE");
}

static void the_kernels_own_messages(void **state)
{
    struct notification n = {.events =
                                 NOTIFY_IRQ(1) | NOTIFY_IRQ(10) | NOTIFY_TIMER | NOTIFY_CRASH};
    struct notification plain = {.time = 5};
    struct ipc_cycle cycle = {.length = 3, .member = {EP_FS, EP_MAKE(3u, 20), EP_BLK}};
    (void)state;
    assert_string_equal(show(MSG_NOTIFY, &n), "MSG_NOTIFY irq1 irq10 timer crash");
    assert_string_equal(show(MSG_NOTIFY, &plain), "MSG_NOTIFY");
    assert_string_equal(show(MSG_CYCLE, &cycle), "MSG_CYCLE length=3 member=fs,sh,5");
}

static void unknown_types_show_their_words(void **state)
{
    uint64_t w[7] = {1, 0, 4096};
    uint64_t none[7] = {0};
    (void)state;
    assert_string_equal(show(0x1001, w), "0x1001 1 0 0x1000");
    assert_string_equal(show(0x1001 | MSG_REPLY, none), "0x1001 reply");
}

static void errors_calls_and_endpoints(void **state)
{
    char name[32];
    (void)state;
    assert_string_equal(names_error(-EDEADSRCDST), "EDEADSRCDST");
    assert_string_equal(names_error(ELOCKED), "ELOCKED");
    assert_null(names_error(0));
    assert_null(names_error(INT64_MIN));
    assert_string_equal(names_call(IPC_SENDREC | IPC_DEADLINE), "IPC_SENDREC");
    assert_string_equal(names_call(K_POWER), "K_POWER");
    assert_null(names_call(0));
    assert_string_equal(names_status(name, sizeof name, -EIO), "EIO");
    assert_string_equal(names_status(name, sizeof name, 5), "5"); /* a count, not EIO */
    assert_string_equal(names_endpoint(name, sizeof name, EP_ANY, NULL, NULL), "any");
    assert_string_equal(names_endpoint(name, sizeof name, EP_KERNEL, who, NULL), "kernel");
    assert_string_equal(names_endpoint(name, sizeof name, EP_MAKE(9u, 30), who, NULL), "30.9");
    assert_string_equal(names_endpoint(name, sizeof name, EP_PM, who, NULL), "2");
}

static void names_are_found_again(void **state)
{
    uint64_t number = 0;
    unsigned kinds;
    (void)state;
    assert_true(names_number(NAMES_TYPES, "FS_READ", &number));
    assert_int_equal(number, FS_READ);
    assert_true(names_number(NAMES_ERRORS, "ENOENT", &number));
    assert_int_equal(number, ENOENT);
    assert_true(names_number(NAMES_CALLS, "K_COPY", &number));
    assert_int_equal(number, K_COPY);
    assert_true(names_number(NAMES_OPS, "FD_SET_FLAGS", &number));
    assert_int_equal(number, FD_SET_FLAGS);
    assert_false(names_number(NAMES_TYPES, "ENOENT", &number));
    assert_false(names_number(NAMES_FIELDS, "fd", &number));
    assert_true(names_field_kinds("parent", &kinds)); /* FS_FORK has an endpoint, PM_GETPID a pid */
    assert_int_equal(kinds, 1u << NAMES_ENDPOINT | 1u << NAMES_SIGNED);
    assert_false(names_field_kinds("status_", &kinds));
    for (enum names_table table = NAMES_TYPES; table < NAMES_FIELDS; table++)
        for (size_t i = 0; names_listed(table, i); i++)
            assert_true(names_number(table, names_listed(table, i), &number));
}

static void fields_are_read_by_name(void **state)
{
    struct message m = {.type = FS_SEEK};
    struct fs_seek seek = {.fd = -1, .whence = 1, .offset = -4096};
    struct names_field f[NAMES_MESSAGE_FIELDS], one;
    (void)state;
    memcpy(m.w, &seek, sizeof seek);
    assert_int_equal(names_fields(&m, f), 3);
    assert_string_equal(f[2].name, "offset");
    assert_int_equal(f[2].bytes, 8);
    assert_int_equal((int64_t)f[2].element[0], -4096);
    assert_true(names_field(&m, "fd", &one));
    assert_int_equal((int64_t)one.element[0], -1);
    assert_int_equal(one.elements, 1);
    assert_false(names_field(&m, "sector", &one));
    m.type |= MSG_REPLY;
    m.status = -ENOENT;
    assert_int_equal(names_fields(&m, f), 1);
    assert_string_equal(f[0].name, "status");
    m.type = 0x999;
    assert_int_equal(names_fields(&m, f), 0);
}

/* Seeded: all types with random payloads, into buffers of every size. */
static void any_message_fits_any_buffer(void **state)
{
    (void)state;
    srand(3);
    for (int i = 0; i < 100000; i++) {
        struct message m = {.type = (uint32_t)rand() % 0x700};
        size_t size = (size_t)rand() % 160;
        char *out = malloc(size + 1);
        if (rand() % 3 == 0)
            m.type |= MSG_REPLY;
        for (int w = 0; w < MSG_PAYLOAD_WORDS; w++)
            m.w[w] = rand() % 2 ? (uint64_t)rand() << 33 | (uint64_t)rand() : 0;
        names_message(out, size, &m, who, NULL);
        struct names_field field[NAMES_MESSAGE_FIELDS];
        assert_true(names_fields(&m, field) <= NAMES_MESSAGE_FIELDS);
        if (size)
            assert_true(strlen(out) < size);
        free(out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_protocol_is_known),
        cmocka_unit_test(requests_show_their_fields),
        cmocka_unit_test(replies_show_a_status_and_more_if_it_is_good),
        cmocka_unit_test(the_kernels_own_messages),
        cmocka_unit_test(unknown_types_show_their_words),
        cmocka_unit_test(errors_calls_and_endpoints),
        cmocka_unit_test(names_are_found_again),
        cmocka_unit_test(fields_are_read_by_name),
        cmocka_unit_test(any_message_fits_any_buffer),
    };
    return RUN_SUITE("trace_names", tests);
}
