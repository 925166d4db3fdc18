/*
 * BLK: the disk. One request at a time, cut into segments that are in flight together; the client
 * is answered when the interrupt has brought back the last of them.
 *
 * BLK has no state to save. When it dies, its client's request is delivered again to the next
 * incarnation, which resets the device first: sectors are read or written once more, which is the
 * same. When the client (FS) dies, its next incarnation asks for something else while the device is
 * still busy with the old request: that one is disowned, and the new one starts when it has ended.
 */
#include <stddef.h>
#include <sys/ipc.h>
#include <courier/protocol/blk.h>
#include "servers/lib/program.h"
#include "servers/lib/service.h"
#include "virtio.h"

_Static_assert(SEGMENTS *SEGMENT_BYTES == BLK_MAX_BYTES, "a request fits into the segments");

struct request {
    endpoint_t client; /* EP_NONE: no request, or nobody waits for its end */
    uint32_t type;
    uint64_t sector;
    uint32_t bytes;
    uint32_t grant;
};

static struct disk disk;
static bool present;
static struct request current = {.client = EP_NONE}, next = {.client = EP_NONE};
static bool in_flight[SEGMENTS];
static unsigned flying; /* how many of them */
static bool failed;     /* one of current's segments */
static uint64_t begun;  /* how many requests, so far */

static uint32_t segment_bytes(const struct request *r, unsigned segment)
{
    uint32_t left = r->bytes - segment * SEGMENT_BYTES;
    return left < SEGMENT_BYTES ? left : SEGMENT_BYTES;
}

static unsigned segment_count(const struct request *r)
{
    return (r->bytes + SEGMENT_BYTES - 1) / SEGMENT_BYTES;
}

/* Copies all segments between the client's grant and the buffers. */
static int64_t copy_data(const struct request *r)
{
    for (unsigned i = 0; i < segment_count(r); i++) {
        uint64_t offset = (uint64_t)i * SEGMENT_BYTES;
        void *buffer = virtio_buffer(i);
        uint32_t bytes = segment_bytes(r, i);
        int64_t status = r->type == BLK_READ
                             ? k_copy_to(r->client, r->grant, offset, buffer, bytes)
                             : k_copy_from(r->client, r->grant, offset, buffer, bytes);
        if (status < 0)
            return status;
    }
    return 0;
}

static void submit(unsigned segment, uint32_t type, uint64_t sector, uint32_t bytes)
{
    virtio_submit(segment, type, sector, bytes);
    in_flight[segment] = true;
    flying++;
}

/*
 * What is written is written: so all that the device will see is compared with the request once more, in another way
 * than it was made.
 */
static bool is_as_asked(const struct request *r)
{
    uint32_t type = r->type == BLK_WRITE ? VIRTIO_BLK_T_OUT : VIRTIO_BLK_T_IN, left = r->bytes;
    uint64_t sector = r->sector;
    unsigned segment = 0;
    for (; left > 0; segment++) {
        uint32_t bytes = left > SEGMENT_BYTES ? SEGMENT_BYTES : left;
        if (!in_flight[segment] || !virtio_holds(segment, type, sector, bytes))
            return false;
        sector += bytes / BLK_SECTOR;
        left -= bytes;
    }
    return segment == flying;
}

/* Gives r to the idle device, or says why not. */
static int64_t start(const struct request *r)
{
    current = *r;
    failed = false;
    begun++;
    if (r->type == BLK_FLUSH) {
        submit(0, VIRTIO_BLK_T_FLUSH, 0, 0);
    } else {
        int64_t status = r->type == BLK_WRITE ? copy_data(r) : 0;
        if (status < 0) {
            current.client = EP_NONE;
            return status;
        }
        uint32_t type = r->type == BLK_WRITE ? VIRTIO_BLK_T_OUT : VIRTIO_BLK_T_IN;
        for (unsigned i = 0; i < segment_count(r); i++)
            submit(i, type, r->sector + (uint64_t)i * (SEGMENT_BYTES / BLK_SECTOR),
                   segment_bytes(r, i));
    }
    if (r->bytes && !is_as_asked(r))
        service_panic("the disk would be asked for something else");
    virtio_kick();
    return NO_REPLY;
}

static void reply(const struct request *r, int64_t status)
{
    struct message m = {0};
    service_reply(r->client, r->type, status, &m);
}

/* All segments of current are back. */
static void finish(void)
{
    struct request done = current, waiting = next;
    int64_t status = failed ? -EIO : 0;
    current.client = next.client = EP_NONE;
    if (done.client != EP_NONE) {
        if (status == 0 && done.type == BLK_READ)
            status = copy_data(&done);
        if (done.type == BLK_READ)
            program_check(); /* nobody else could tell that it was another sector */
        reply(&done, status);
    }
    if (waiting.client != EP_NONE) {
        status = start(&waiting);
        if (status != NO_REPLY)
            reply(&waiting, status);
    }
}

static void notified(const struct message *m)
{
    const struct notification *n = (const void *)m->w;
    if (!present || m->source != EP_KERNEL || !(n->events & NOTIFY_IRQ(virtio_irq())))
        return;
    virtio_acknowledge();
    unsigned segment;
    bool good;
    while (virtio_collect(&segment, &good)) {
        if (!in_flight[segment])
            service_panic("the disk finished a request twice");
        in_flight[segment] = false;
        flying--;
        failed |= !good;
        if (flying == 0)
            finish();
    }
    k_irq_ack(virtio_irq());
}

/* ---- requests ---------------------------------------------------------------------------- */

/* A new request means that its client forgot the one before. */
static int64_t take(const struct request *r)
{
    if (flying == 0)
        return start(r);
    current.client = EP_NONE;
    next = *r;
    return NO_REPLY;
}

static int64_t do_transfer(struct message *m)
{
    const struct blk_read *b = payload(m); /* struct blk_write is the same */
    struct request r = {m->source, m->type, b->sector, b->bytes, b->grant};
    if (m->source != EP_FS)
        return -EPERM;
    if (!present)
        return -ENODEV;
    uint64_t sectors = r.bytes / BLK_SECTOR;
    if (sectors == 0 || r.bytes % BLK_SECTOR || r.bytes > BLK_MAX_BYTES ||
        r.sector > disk.sectors || sectors > disk.sectors - r.sector)
        return -EINVAL;
    if (r.type == BLK_WRITE && disk.read_only)
        return -EROFS;
    return take(&r);
}

static int64_t do_flush(struct message *m)
{
    struct request r = {.client = m->source, .type = BLK_FLUSH};
    if (m->source != EP_FS)
        return -EPERM;
    if (!present)
        return -ENODEV;
    return disk.flushes ? take(&r) : 0;
}

static int64_t do_info(struct message *m)
{
    struct blk_info_reply *info = payload(m);
    info->sectors = disk.sectors;
    info->read_only = disk.read_only;
    return present ? 0 : -ENODEV;
}

/* It keeps a request as long as the disk needs for it: never from one heartbeat to the next. */
static bool keeps(endpoint_t client)
{
    static uint64_t last;
    bool new = last != begun;
    last = begun;
    return new && (current.client == client || next.client == client);
}

static handler *const requests[] = {
    [BLK_READ - BLK_READ] = do_transfer,
    [BLK_WRITE - BLK_READ] = do_transfer,
    [BLK_FLUSH - BLK_READ] = do_flush,
    [BLK_INFO - BLK_READ] = do_info,
};

const struct service service = {
    .base = BLK_READ,
    .count = sizeof requests / sizeof *requests,
    .table = requests,
    .notified = notified,
    .keeps = keeps,
};

int main(void)
{
    static uint64_t note;
    program_note(&note);
    present = virtio_open(&disk);
    if (present)
        k_irq_ack(virtio_irq()); /* what the former incarnation left unanswered */
    serve();
}
