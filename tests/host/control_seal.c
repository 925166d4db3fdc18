// What flips while a server waits: registers, its stack, its program. No program that runs sees a wrong byte; where something can
// have gone wrong before it was noticed, the console says so.
#include "suite.h"
#include <courier/protocol/tty.h>
#include "control_guest.h"

static const char *const echo_line[] = {"echo same", NULL};
static const char *const wait_line[] = {"echo same; sleep 2", NULL};

/* Boots, types, and stops at such a message: its sender has made the call, the kernel has not seen it. */
static struct os *stopped_at(const char *const *line, struct wanted *w)
{
    struct breakpoint_hit hit;
    struct os *os = os_open(line, true);
    os_boot(os);
    int number = breakpoint_add(&os->breakpoints, BREAK_MESSAGE, is_wanted, w);
    assert_int_equal(os_run(os, 5 * SECOND), BOARD_STOPPED);
    assert_true(breakpoints_take(&os->breakpoints, &hit));
    assert_true(breakpoint_remove(&os->breakpoints, number));
    return os;
}

/* Goes on to the prompt. The output is right in any case; how often did the service die? */
static unsigned deaths_until_prompt(struct os *os, endpoint_t service)
{
    os_run(os, 10 * SECOND);
    assert_true(os->at_prompt);
    assert_non_null(strstr(os->text, "\nsame\r\n"));
    unsigned deaths = os_count(os, 0, EVENT_CRASH, service, EP_ANY);
    assert_int_equal(os_count(os, 0, EVENT_CRASH, EP_ANY, EP_ANY), deaths);
    return deaths;
}

static void flip_each(struct wanted *w, const unsigned *registers, size_t count, unsigned deaths)
{
    for (size_t i = 0; i < count; i++) {
        struct os *os = stopped_at(echo_line, w);
        assert_true(fault_flip_register(&os->fault, EP_FS, registers[i], 4));
        unsigned died = deaths_until_prompt(os, EP_FS);
        if (died != deaths)
            fail_msg("x%u: %u deaths instead of %u", registers[i], died, deaths);
        assert_null(strstr(os->text, "damaged"));
        os_close(os);
    }
}

/* Between two requests: sp and gp are made anew, the message has a check word, nothing else counts. */
static void registers_in_the_loop(void **state)
{
    static struct wanted write = {IPC_SENDREC, EP_ANY, EP_FS, FS_WRITE};
    static const unsigned free[] = {1, 2, 3, 4, 7, 8, 9, 18, 27, 28, 31};
    static const unsigned checked[] = {5, 6, 10, 11, 12, 13, 17};
    (void)state;
    flip_each(&write, free, sizeof free / sizeof *free, 0);
    flip_each(&write, checked, sizeof checked / sizeof *checked, 1);
}

/* In the middle of a request: what was kept on the stack comes back from there. */
static void registers_in_a_request(void **state)
{
    static struct wanted write = {IPC_SENDREC, EP_FS, EP_TTY, TTY_WRITE};
    static const unsigned kept[] = {1, 3, 4, 18, 19, 26, 27};
    static const unsigned checked[] = {2, 5, 6, 8, 9, 10, 11, 17};
    (void)state;
    flip_each(&write, kept, sizeof kept / sizeof *kept, 0);
    flip_each(&write, checked, sizeof checked / sizeof *checked, 1);
}

static void stack_in_a_request(void **state)
{
    static struct wanted write = {IPC_SENDREC, EP_FS, EP_TTY, TTY_WRITE};
    (void)state;
    for (uint64_t below = 1; below < 256; below += 27) {
        struct os *os = stopped_at(echo_line, &write);
        assert_true(fault_flip_memory(&os->fault, EP_FS, USER_STACK_TOP - below, 2));
        assert_int_equal(deaths_until_prompt(os, EP_FS), 1);
        os_close(os);
    }
}

/* Where a string stands in the service's memory, from `start` on. */
static uint64_t find_text(const struct os *os, endpoint_t service, uint64_t start, const char *text)
{
    static char image[4 << 20];
    uint64_t satp = os->fault.process[service].satp;
    for (size_t at = 0; at < sizeof image; at += PAGE_SIZE)
        if (!board_read_virtual(os->board, satp, start + at, image + at, PAGE_SIZE))
            memset(image + at, 0, PAGE_SIZE);
    const char *found = memmem(image, sizeof image, text, strlen(text));
    assert_non_null(found);
    return start + (uint64_t)(found - image);
}

/* A constant that is not even used: the next heartbeat finds it, and the console tells. */
static void program(void **state)
{
    static struct wanted write = {IPC_SENDREC, EP_FS, EP_TTY, TTY_WRITE};
    (void)state;
    struct os *os = stopped_at(wait_line, &write);
    uint64_t at = find_text(os, EP_TTY, USER_BASE + PAGE_SIZE, "cannot map the UART");
    assert_true(fault_flip_memory(&os->fault, EP_TTY, at, 5));
    assert_int_equal(deaths_until_prompt(os, EP_TTY), 1);
    assert_non_null(strstr(os->text, "rs: the program of tty was damaged in memory"));
    os_close(os);
}

/* A death of something else does not hide it. */
static void program_of_the_dead(void **state)
{
    static struct wanted write = {IPC_SENDREC, EP_FS, EP_TTY, TTY_WRITE};
    (void)state;
    for (int flipped = 0; flipped < 2; flipped++) {
        struct os *os = stopped_at(wait_line, &write);
        uint64_t at = find_text(os, EP_PM, USER_BASE + PAGE_SIZE, "cannot map the real-time clock");
        if (flipped)
            assert_true(fault_flip_memory(&os->fault, EP_PM, at, 5));
        assert_true(fault_kill(&os->fault, EP_PM));
        assert_int_equal(deaths_until_prompt(os, EP_PM), 1);
        bool told = strstr(os->text, "rs: the program of pm was damaged in memory");
        assert_int_equal(told, flipped);
        os_close(os);
    }
}

/* Blocks that a damaged FS has not written yet are written if all agrees with all. */
static void program_with_dirty_blocks(void **state)
{
    static const char *const line[] = {"cp /etc/motd /tmp/quite; echo same; sleep 2",
                                       "cmp /etc/motd /tmp/quite && echo there", NULL};
    static struct wanted write = {IPC_SENDREC, EP_FS, EP_TTY, TTY_WRITE};
    (void)state;
    for (int wrong = 0; wrong < 2; wrong++) {
        struct os *os = stopped_at(line, &write);
        uint64_t at = find_text(os, EP_FS, USER_BASE + PAGE_SIZE, "the state region is damaged");
        assert_true(fault_flip_memory(&os->fault, EP_FS, at, 5));
        uint64_t name = find_text(os, EP_FS, REGION_BASE, "quite");
        if (wrong) /* the entry's inode number */
            assert_true(fault_flip_memory(&os->fault, EP_FS, name - 4, 3));
        os_run(os, 10 * SECOND);
        assert_non_null(strstr(os->text, "rs: the program of fs was damaged in memory"));
        bool empty =
            strstr(os->text, "rs: the state region of fs is damaged (by a damaged program)");
        assert_int_equal(empty, wrong);
        assert_int_equal(strstr(os->text, "\nthere") != NULL, !wrong);
        os_close(os);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(registers_in_the_loop), cmocka_unit_test(registers_in_a_request),
        cmocka_unit_test(stack_in_a_request),    cmocka_unit_test(program),
        cmocka_unit_test(program_of_the_dead),   cmocka_unit_test(program_with_dirty_blocks),
    };
    return RUN_SUITE("control_seal", tests);
}
