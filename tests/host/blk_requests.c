/* What BLK asks of the disk, and what it never does: its loop's handlers on the host, between a client and a disk of this file. */
#include <setjmp.h>
#include <string.h>
#include "suite.h"
#include <courier/endpoint.h>
#include <courier/errno.h>
#include <courier/message.h>
#include <courier/syscall.h>
#include <courier/protocol/blk.h>
#include "servers/blk/virtio.h"

int64_t k_copy_from(endpoint_t granter, uint32_t id, uint64_t offset, void *to, size_t bytes);
int64_t k_copy_to(endpoint_t granter, uint32_t id, uint64_t offset, const void *from, size_t bytes);
int64_t k_irq_ack(unsigned irq);

int blk_main(void);
#define main blk_main
#include "servers/blk/main.c"
#undef main

/* ---- the disk -------------------------------------------------------------------------------- */

#define IRQ 3

static struct {
    uint32_t type, bytes;
    uint64_t sector;
    bool given;
} asked[SEGMENTS];
static unsigned kicks, answers, wrong_sector; /* wrong_sector: how far a damaged driver is off */
static unsigned done[2 * SEGMENTS], dones;    /* segments that the disk says to have ended */
static int64_t answer;
static endpoint_t answered;
static const char *epitaph;
static jmp_buf death;

bool virtio_open(struct disk *d)
{
    *d = (struct disk){.sectors = 1000, .flushes = true};
    return true;
}

unsigned virtio_irq(void)
{
    return IRQ;
}

void *virtio_buffer(unsigned segment)
{
    static char buffer[SEGMENTS][SEGMENT_BYTES];
    return buffer[segment];
}

void virtio_submit(unsigned segment, uint32_t type, uint64_t sector, uint32_t bytes)
{
    assert_false(asked[segment].given);
    asked[segment].type = type;
    asked[segment].sector = sector + (segment == 1 ? wrong_sector : 0);
    asked[segment].bytes = bytes;
    asked[segment].given = true;
}

bool virtio_holds(unsigned segment, uint32_t type, uint64_t sector, uint32_t bytes)
{
    return asked[segment].type == type && asked[segment].sector == sector &&
           asked[segment].bytes == bytes;
}

void virtio_kick(void)
{
    kicks++;
}

void virtio_acknowledge(void) {}

bool virtio_collect(unsigned *segment, bool *good)
{
    *good = true;
    if (dones == 0)
        return false;
    *segment = done[--dones];
    asked[*segment].given = false;
    return true;
}

/* ---- the rest of the system ------------------------------------------------------------------ */

int64_t k_copy_from(endpoint_t granter, uint32_t id, uint64_t offset, void *to, size_t bytes)
{
    (void)granter, (void)id, (void)offset;
    memset(to, 1, bytes);
    return 0;
}

int64_t k_copy_to(endpoint_t granter, uint32_t id, uint64_t offset, const void *from, size_t bytes)
{
    (void)granter, (void)id, (void)offset, (void)from, (void)bytes;
    return 0;
}

int64_t k_irq_ack(unsigned irq)
{
    assert_int_equal(irq, IRQ);
    return 0;
}

void program_note(uint64_t *note)
{
    (void)note;
}

void program_check(void) {}

_Noreturn void service_panic(const char *why)
{
    epitaph = why;
    longjmp(death, 1);
}

bool service_reply(endpoint_t client, uint32_t request_type, int64_t status, struct message *m)
{
    (void)request_type, (void)m;
    answers++;
    answered = client;
    answer = status;
    return true;
}

_Noreturn void serve(void)
{
    longjmp(death, 2);
}

/* ---- playing --------------------------------------------------------------------------------- */

static int power_on(void **unused)
{
    (void)unused;
    memset(asked, 0, sizeof asked);
    memset(in_flight, 0, sizeof in_flight);
    kicks = answers = wrong_sector = dones = flying = 0;
    epitaph = NULL;
    current.client = next.client = EP_NONE;
    if (!setjmp(death))
        blk_main();
    return 0;
}

static int64_t ask_for(endpoint_t client, uint32_t type, uint64_t sector, uint32_t bytes)
{
    struct message m = {.source = client, .type = type};
    struct blk_read *b = payload(&m);
    b->sector = sector;
    b->bytes = bytes;
    return requests[type - BLK_READ](&m);
}

/* The disk's interrupt: so many segments have ended, the first ones. */
static void interrupt(unsigned segments)
{
    struct message m = {.source = EP_KERNEL, .type = MSG_NOTIFY};
    struct notification *n = payload(&m);
    n->events = NOTIFY_IRQ(IRQ);
    for (unsigned i = 0; i < segments; i++)
        done[dones++] = i;
    notified(&m);
}

/* Why it dies of this; NULL: it does not. */
#define EPITAPH_OF(deed) (setjmp(death) ? epitaph : ((deed), NULL))

/* ---- tests ----------------------------------------------------------------------------------- */

static void a_request_in_segments(void **unused)
{
    (void)unused;
    assert_int_equal(ask_for(EP_FS, BLK_READ, 990, 10 * 512), NO_REPLY);
    assert_int_equal(kicks, 1);
    assert_true(asked[1].given && !asked[2].given);
    assert_int_equal(asked[0].bytes, 4096);
    assert_int_equal(asked[1].bytes, 1024);
    assert_int_equal(asked[1].sector, 998);
    interrupt(1);
    assert_int_equal(answers, 0);
    done[dones++] = 1;
    interrupt(0);
    assert_int_equal(answers, 1);
    assert_int_equal(answered, EP_FS);
    assert_int_equal(answer, 0);
}

/* Nothing of it reaches the disk. */
static void what_is_refused(void **unused)
{
    static const struct {
        endpoint_t client;
        uint32_t type;
        uint64_t sector;
        uint32_t bytes;
        int64_t status;
    } bad[] = {
        {EP_RS, BLK_READ, 0, 512, -EPERM},
        {EP_TTY, BLK_WRITE, 0, 512, -EPERM},
        {EP_MAKE(1, 20), BLK_FLUSH, 0, 0, -EPERM},
        {EP_FS, BLK_READ, 0, 0, -EINVAL},
        {EP_FS, BLK_READ, 0, 511, -EINVAL},
        {EP_FS, BLK_WRITE, 0, 513, -EINVAL},
        {EP_FS, BLK_READ, 0, BLK_MAX_BYTES + 512, -EINVAL},
        {EP_FS, BLK_READ, 1000, 512, -EINVAL},
        {EP_FS, BLK_WRITE, 999, 1024, -EINVAL},
        {EP_FS, BLK_WRITE, 1001, 512, -EINVAL},
        {EP_FS, BLK_READ, UINT64_MAX, 512, -EINVAL},
        {EP_FS, BLK_WRITE, UINT64_MAX - 1, 2048, -EINVAL},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t status = ask_for(bad[i].client, bad[i].type, bad[i].sector, bad[i].bytes);
        if (status != bad[i].status)
            fail_msg("request %zu: %d", i, (int)status);
    }
    disk.read_only = true;
    assert_int_equal(ask_for(EP_FS, BLK_WRITE, 0, 512), -EROFS);
    present = false;
    assert_int_equal(ask_for(EP_FS, BLK_READ, 0, 512), -ENODEV);
    assert_int_equal(ask_for(EP_FS, BLK_FLUSH, 0, 0), -ENODEV);
    assert_int_equal(kicks, 0);
    assert_int_equal(ask_for(EP_FS, BLK_INFO, 0, 0), -ENODEV);
}

/* A driver that is damaged may want other sectors than it was asked for: the disk does not hear of it. */
static void what_is_not_as_asked(void **unused)
{
    (void)unused;
    wrong_sector = 8;
    assert_int_equal(ask_for(EP_FS, BLK_WRITE, 0, 4096), NO_REPLY);
    interrupt(1);
    assert_int_equal(kicks, 1);
    assert_string_equal(EPITAPH_OF(ask_for(EP_FS, BLK_WRITE, 0, 8192)),
                        "the disk would be asked for something else");
    assert_int_equal(kicks, 1);
}

/* Whose was it? BLK does not guess. */
static void an_end_of_nothing(void **unused)
{
    (void)unused;
    assert_int_equal(ask_for(EP_FS, BLK_READ, 0, 512), NO_REPLY);
    done[0] = 1;
    dones = 1;
    assert_string_equal(EPITAPH_OF(interrupt(0)), "the disk finished a request twice");
    assert_int_equal(answers, 0);
}

/* FS died, and its next incarnation asks for something else while the disk is busy for the old one. */
static void a_disowned_request(void **unused)
{
    (void)unused;
    assert_int_equal(ask_for(EP_FS, BLK_READ, 0, 512), NO_REPLY);
    assert_int_equal(ask_for(EP_FS, BLK_WRITE, 8, 512), NO_REPLY);
    assert_int_equal(kicks, 1);
    interrupt(1);
    assert_int_equal(answers, 0);
    assert_int_equal(kicks, 2);
    assert_int_equal(asked[0].type, VIRTIO_BLK_T_OUT);
    interrupt(1);
    assert_int_equal(answers, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_request_in_segments, power_on),
        cmocka_unit_test_setup(what_is_refused, power_on),
        cmocka_unit_test_setup(what_is_not_as_asked, power_on),
        cmocka_unit_test_setup(an_end_of_nothing, power_on),
        cmocka_unit_test_setup(a_disowned_request, power_on),
    };
    return RUN_SUITE("blk_requests", tests);
}
