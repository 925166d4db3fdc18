/* The disk, as the core wants it: requests to BLK. And FS's own words on the console, through TTY.
 */
#include <string.h>
#include <courier/protocol/blk.h>
#include <courier/protocol/tty.h>
#include "fs.h"
#include "servers/lib/program.h"

#define RTC_BASE 0x101000ul /* of the `virt` machine */

static int transfer(uint32_t type, uint64_t sector, uint32_t sectors, const void *data,
                    unsigned access)
{
    uint32_t bytes = sectors * BLK_SECTOR;
    int64_t grant = k_grant(EP_BLK, data, bytes, access);
    if (grant < 0)
        return -EIO;
    struct message m = {.type = type};
    struct blk_read *request = payload(&m); /* struct blk_write is the same */
    *request = (struct blk_read){.sector = sector, .bytes = bytes, .grant = (uint32_t)grant};
    int64_t status = ask(EP_BLK, &m);
    k_revoke((uint32_t)grant);
    return status < 0 || m.status < 0 ? -EIO : 0;
}

static int disk_read(void *ctx, uint64_t sector, uint32_t sectors, void *data)
{
    (void)ctx;
    return transfer(BLK_READ, sector, sectors, data, GRANT_WRITE);
}

static int disk_write(void *ctx, uint64_t sector, uint32_t sectors, const void *data)
{
    (void)ctx;
    return transfer(BLK_WRITE, sector, sectors, data, GRANT_READ);
}

static int disk_flush(void *ctx)
{
    (void)ctx;
    struct message m = {.type = BLK_FLUSH};
    return ask(EP_BLK, &m) < 0 || m.status < 0 ? -EIO : 0;
}

static struct blk_info_reply info(void)
{
    struct message m = {.type = BLK_INFO};
    struct blk_info_reply reply = {.status = -EIO};
    if (ask(EP_BLK, &m) == 0)
        reply = *(struct blk_info_reply *)payload(&m);
    return reply;
}

static uint64_t disk_sectors(void *ctx)
{
    (void)ctx;
    return info().sectors;
}

int64_t disk_info(bool *read_only)
{
    struct blk_info_reply reply = info();
    *read_only = reply.read_only;
    return reply.status;
}

/* Seconds since 1970, from the goldfish real-time clock: nanoseconds, the low half first, which
 * latches the high one. */
static uint32_t disk_now(void *ctx)
{
    (void)ctx;
    static volatile uint32_t *rtc;
    void *address;
    if (!rtc && k_map_device(RTC_BASE, PAGE_SIZE, &address) == 0)
        rtc = address;
    if (!rtc)
        return 0;
    uint64_t low = rtc[0], high = rtc[1];
    return (uint32_t)((high << 32 | low) / 1000000000u);
}

static void disk_broken(void *ctx, const char *what)
{
    (void)ctx;
    service_panic(what);
}

static void disk_verify(void *ctx)
{
    (void)ctx;
    program_check();
}

static void disk_touch(void *ctx, void *p, size_t bytes)
{
    (void)ctx;
    region_touch(p, bytes);
}

static void disk_log(void *ctx, const char *text)
{
    (void)ctx;
    char line[160] = "fs: ";
    strncat(line, text, sizeof line - 6);
    log_line(strcat(line, "\n"));
}

const struct mfs_ops disk_ops = {.read = disk_read,
                                 .write = disk_write,
                                 .flush = disk_flush,
                                 .sectors = disk_sectors,
                                 .now = disk_now,
                                 .touch = disk_touch,
                                 .broken = disk_broken,
                                 .verify = disk_verify,
                                 .log = disk_log};

void log_line(const char *text)
{
    size_t bytes = strlen(text);
    int64_t grant = k_grant(EP_TTY, text, bytes, GRANT_READ);
    if (grant < 0)
        return;
    struct message m = {.type = TTY_WRITE};
    struct tty_write *request = payload(&m);
    *request = (struct tty_write){.grant = (uint32_t)grant, .bytes = (uint32_t)bytes};
    ask(EP_TTY, &m);
    k_revoke((uint32_t)grant);
}
