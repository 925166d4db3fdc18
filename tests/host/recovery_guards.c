// Guards that only damage reaches: one thing goes wrong inside a server, and is found before it does harm; the command that
// was running succeeds all the same.
#include "suite.h"
#include <courier/probe.h>
#include <courier/protocol/blk.h>
#include "control_guest.h"

static const char *const read_line[] = {"cksum /bin/usertests >/dev/null && echo same", NULL};

/* To the prompt: the output is right, and the service, and nobody else, died so often. */
static void ends_well(struct os *os, endpoint_t service, unsigned deaths)
{
    os_run(os, 10 * SECOND);
    assert_true(os->at_prompt);
    assert_non_null(strstr(os->text, "\nsame\r\n"));
    assert_int_equal(os_count(os, 0, EVENT_CRASH, service, EP_ANY), deaths);
    assert_int_equal(os_count(os, 0, EVENT_CRASH, EP_ANY, EP_ANY), deaths);
}

/* ---- BLK's queue (virtio 1.2, 2.7): its page begins with the descriptors of segment 0 ---------- */

#define QUEUE_SIZE 64u
#define USED       1160u /* the used ring, behind descriptors and available ring */
#define DMA_PAGES  64u

struct descriptor {
    uint64_t address;
    uint32_t length;
    uint16_t flags, next;
};

static uint64_t find_queue(const struct os *os, struct descriptor d[3])
{
    uint64_t satp = os->fault.process[EP_BLK].satp;
    for (uint64_t at = DEVICE_BASE; at < DEVICE_BASE + DMA_PAGES * PAGE_SIZE; at += PAGE_SIZE)
        if (board_read_virtual(os->board, satp, at, d, 3 * sizeof *d) && d[0].length == 16 &&
            d[0].flags == 1 && d[2].length == 1)
            return at;
    fail_msg("BLK has no queue");
    return 0;
}

/* Where BLK keeps this number among its variables. */
static uint64_t find_variable(const struct os *os, uint64_t value)
{
    static uint64_t page[PAGE_SIZE / 8];
    uint64_t satp = os->fault.process[EP_BLK].satp;
    for (uint64_t at = USER_BASE; at < USER_BASE + 128 * PAGE_SIZE; at += PAGE_SIZE)
        if (board_read_virtual(os->board, satp, at, page, sizeof page))
            for (unsigned i = 0; i < PAGE_SIZE / 8; i++)
                if (page[i] == value)
                    return at + 8 * i;
    fail_msg("BLK does not keep it");
    return 0;
}

/* Boots, and stops where FS is about to ask for a block. */
static struct os *stopped_at_read(void)
{
    static struct wanted read = {IPC_SENDREC, EP_FS, EP_BLK, BLK_READ};
    struct breakpoint_hit hit;
    struct os *os = os_open(read_line, true);
    os_boot(os);
    int number = breakpoint_add(&os->breakpoints, BREAK_MESSAGE, is_wanted, &read);
    assert_int_equal(os_run(os, 5 * SECOND), BOARD_STOPPED);
    assert_true(breakpoints_take(&os->breakpoints, &hit));
    assert_true(breakpoint_remove(&os->breakpoints, number));
    return os;
}

/* A wrong address of a buffer, and the device would write into anybody's memory. */
static void address_of_a_buffer(void **state)
{
    (void)state;
    struct descriptor d[3];
    struct os *os = stopped_at_read();
    find_queue(os, d);
    uint64_t at = find_variable(os, d[1].address);
    assert_true(fault_flip_memory(&os->fault, EP_BLK, at + 1, 4));
    ends_well(os, EP_BLK, 1);
    os_close(os);
}

/* The device has ended a request and BLK has not looked yet; the number of it flips. */
struct damage {
    struct sink sink;
    struct os *os;
    uint64_t queue;
    unsigned done;
};

static void on_interrupt(struct sink *self, const struct event *e)
{
    struct damage *g = (struct damage *)self;
    struct fault *f = &g->os->fault;
    uint16_t index;
    if (e->who != EP_BLK || e->peer != EP_KERNEL || g->done)
        return;
    assert_true(board_read_virtual(g->os->board, f->process[EP_BLK].satp, g->queue + USED + 2,
                                   &index, sizeof index));
    uint64_t id = g->queue + USED + 4 + 8 * ((index - 1u) % QUEUE_SIZE);
    assert_true(fault_flip_memory(f, EP_BLK, id, 0));
    g->done++;
}

static void number_of_a_request(void **state)
{
    (void)state;
    struct descriptor d[3];
    struct os *os = stopped_at_read();
    struct damage g = {.sink = {.kinds = EVENT_BIT(EVENT_DELIVER), .event = on_interrupt},
                       .os = os,
                       .queue = find_queue(os, d)};
    trace_subscribe(os->trace, &g.sink);
    ends_well(os, EP_BLK, 1);
    assert_int_equal(g.done, 1);
    os_close(os);
}

/* ---- PM: a child that was made, and never started ---------------------------------------------- */

static bool skipped;

/* As if PM had not made the call that lets a forked child run. */
static void skip_start(void *arg, struct board_crossing *c)
{
    const struct os *os = arg;
    fault_crossing((void *)&os->fault, c);
    bool starts = c->entering && c->cause == 8 && c->x[5] == K_EXEC && c->x[12] == 0;
    if (!starts || skipped || os->fault.running != EP_PM)
        return;
    skipped = c->skip = c->changed = true;
    c->x[5] = 0;
}

static void child_that_was_not_started(void **state)
{
    static const char *const line[] = {"cat /etc/motd; echo same", NULL};
    (void)state;
    struct os *os = os_open(line, true);
    os_boot(os);
    trace_intercept(os->trace, skip_start, os);
    os_run(os, 2 * SECOND);
    assert_true(skipped);
    assert_false(os->at_prompt);
    assert_true(fault_kill(&os->fault, EP_PM));
    ends_well(os, EP_PM, 1);
    os_close(os);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(address_of_a_buffer),
        cmocka_unit_test(number_of_a_request),
        cmocka_unit_test(child_that_was_not_started),
    };
    return RUN_SUITE("recovery_guards", tests);
}
