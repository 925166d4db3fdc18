/*
 * The undo log, and the guards around it. Region: header, log, canary, state, canary. A log entry is the old bytes,
 * padded to 8, and behind them where they were, how many, and a checksum of all that: so the log is undone from its
 * end, without an index.
 */
#include <string.h>
#include <sys/ipc.h>
#include "program.h"
#include "region.h"
#include "service.h"

#define MAGIC  0x5245474e4f495243ull
#define CANARY 0x9e3779b97f4a7c15ull
#define PRIME  0x100000001b3ull /* of FNV-1a */

struct header {
    uint64_t log_used; /* the kernel's commit point: it stores 0 here when it takes a reply */
    uint64_t magic;
    uint64_t log_bytes, bytes;
    uint64_t program; /* program.h */
};

struct entry {
    uint32_t offset, bytes; /* of the saved bytes, within the state */
    uint64_t checksum;
};

static struct header *header; /* NULL: this service has no region */
static char *log, *state;
static uint64_t *below, *above;       /* the canaries */
static size_t log_bytes, state_bytes; /* as they must stand in the header */

static size_t padded(size_t bytes)
{
    return (bytes + 7) & ~(size_t)7;
}

/* ---- damage ---------------------------------------------------------------------------------- */

void region_damaged(enum region_damage what)
{
    header->magic = ~MAGIC; /* until all of it is zero */
    header->log_used = 0;
    memset(log, 0, log_bytes);
    memset(state, 0, state_bytes);
    __asm__ volatile("" ::: "memory");
    header->magic = 0;
    *(volatile uint64_t *)REGION_DAMAGED(what) = 0;
    service_panic("the state region is damaged");
}

/* Is there anything to see on the header and the canaries? */
static bool look(enum region_damage *what)
{
    *what = REGION_HEADER;
    if (header->magic != MAGIC || header->bytes != state_bytes || header->log_bytes != log_bytes ||
        header->log_used > log_bytes)
        return false;
    *what = REGION_CANARY;
    return *below == CANARY && *above == CANARY;
}

void region_check(void)
{
    enum region_damage what;
    if (header && !look(&what))
        service_panic("the state region is damaged");
}

void region_spoil(void)
{
    if (header)
        *above ^= 1;
}

/* ---- the log --------------------------------------------------------------------------------- */

/* Of an entry and the words before it. */
static inline uint64_t checksum(const uint64_t *saved, size_t words, uint32_t offset,
                                uint32_t bytes)
{
    uint64_t sum = ((uint64_t)offset << 32 | bytes) ^ CANARY;
    for (size_t i = 0; i < words; i++)
        sum = (sum ^ saved[i]) * PRIME;
    return sum;
}

#ifndef REGIONS_UNRECORDED
/* Where the next entry goes, of so many bytes with all that belongs to it. */
static inline uint64_t *room(size_t need, size_t offset, size_t bytes)
{
    if (header->log_used + need > log_bytes || offset + bytes > state_bytes)
        service_panic("the undo log is full, or a change is outside the state");
    return (uint64_t *)(log + header->log_used);
}

/* The bytes are saved at `at`: puts the entry behind them. */
static inline void enter(uint64_t *at, size_t words, size_t offset, size_t bytes)
{
    struct entry *e = (struct entry *)(at + words);
    *e = (struct entry){(uint32_t)offset, (uint32_t)bytes,
                        checksum(at, words, (uint32_t)offset, (uint32_t)bytes)};
    __asm__ volatile("" ::: "memory"); /* the entry is whole before the log owns it */
    header->log_used += 8 * words + sizeof *e;
    __asm__ volatile("" ::: "memory"); /* and saved before the caller changes the bytes */
}

static __attribute__((noinline)) void touch_many(void *p, size_t bytes)
{
    size_t words = padded(bytes) / 8, offset = (size_t)((char *)p - state);
    uint64_t *at = room(8 * words + sizeof(struct entry), offset, bytes);
    memcpy(at, p, bytes);
    enter(at, words, offset, bytes);
}

/* Most changes are of a number: that is short, and calls nothing. */
void region_touch(void *p, size_t bytes)
{
    size_t offset = (size_t)((char *)p - state);
    if (bytes != 2 && bytes != 4 && bytes != 8) {
        touch_many(p, bytes);
        return;
    }
    uint64_t *at = room(8 + sizeof(struct entry), offset, bytes);
    *at = bytes == 4   ? *(const uint32_t *)p
          : bytes == 2 ? *(const uint16_t *)p
                       : *(const uint64_t *)p;
    enter(at, 1, offset, bytes);
}
#endif

void region_commit(void)
{
    __asm__ volatile("" ::: "memory");
    header->log_used = 0;
}

/* The last entry of a log that is `used` bytes long, if it is sound. */
static const struct entry *last_entry(uint64_t used)
{
    const struct entry *e = (const struct entry *)(log + used) - 1;
    if (used % 8 || used < sizeof *e || e->bytes > used - sizeof *e ||
        padded(e->bytes) > used - sizeof *e || e->offset > state_bytes ||
        e->bytes > state_bytes - e->offset)
        return NULL;
    const uint64_t *saved = (const uint64_t *)e - padded(e->bytes) / 8;
    return e->checksum == checksum(saved, padded(e->bytes) / 8, e->offset, e->bytes) ? e : NULL;
}

/* False: an entry is damaged. */
static bool roll_back(void)
{
    while (header->log_used) {
        const struct entry *e = last_entry(header->log_used);
        if (!e)
            return false;
        memcpy(state + e->offset, (const char *)e - padded(e->bytes), e->bytes);
        __asm__ volatile("" ::: "memory");
        header->log_used -= padded(e->bytes) + sizeof *e;
    }
    return true;
}

void region_abort(void)
{
    if (!roll_back())
        service_panic("the undo log is damaged");
}

/* ---- the beginning --------------------------------------------------------------------------- */

static void lay_out(char *start, size_t bytes, size_t log_size)
{
    log_bytes = padded(log_size);
    state_bytes = padded(bytes);
    header = (struct header *)start;
    log = (char *)(header + 1);
    below = (uint64_t *)(log + log_bytes);
    state = (char *)(below + 1);
    above = (uint64_t *)(state + state_bytes);
}

void *region_open(size_t bytes, size_t log_size, bool *fresh)
{
    void *address;
    uint64_t incarnation;
    enum region_damage what;
    size_t all = sizeof *header + padded(log_size) + padded(bytes) + 2 * sizeof *below;
    if (k_region(all, &address, &incarnation) < 0)
        service_panic("no memory for the state region");
    lay_out(address, bytes, log_size);
    *fresh = header->magic == 0;
    if (*fresh) {
        header->bytes = state_bytes;
        header->log_bytes = log_bytes;
        *below = *above = CANARY;
        header->magic = MAGIC;
    }
    if (!look(&what))
        region_damaged(what);
    program_note(&header->program);
    if (!roll_back())
        region_damaged(REGION_LOG);
    return state;
}
