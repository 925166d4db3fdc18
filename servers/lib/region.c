/*
 * The undo log. Region: header, log, state. A log entry is the old bytes, padded to 8, and behind
 * them where they were and how many: so the log is undone from its end, without an index.
 */
#include <string.h>
#include <sys/ipc.h>
#include "region.h"
#include "service.h"

#define MAGIC 0x5245474e4f495243ull

struct header {
    uint64_t log_used; /* the kernel's commit point: it stores 0 here when it takes a reply */
    uint64_t magic;
    uint64_t log_bytes, bytes;
};

struct entry {
    uint32_t offset, bytes; /* of the saved bytes, within the state */
};

static struct header *header;
static char *log, *state;

static size_t padded(size_t bytes)
{
    return (bytes + 7) & ~(size_t)7;
}

void *region_open(size_t bytes, size_t log_bytes, bool *fresh)
{
    void *address;
    uint64_t incarnation;
    log_bytes = padded(log_bytes);
    if (k_region(sizeof *header + log_bytes + bytes, &address, &incarnation) < 0)
        service_panic("no memory for the state region");
    header = address;
    log = (char *)(header + 1);
    state = log + log_bytes;
    *fresh = header->magic == 0;
    if (!*fresh && (header->magic != MAGIC || header->bytes != bytes ||
                    header->log_bytes != log_bytes || header->log_used > log_bytes))
        service_panic("the state region is damaged");
    header->bytes = bytes;
    header->log_bytes = log_bytes;
    header->magic = MAGIC;
    region_abort();
    return state;
}

void region_touch(void *p, size_t bytes)
{
    size_t need = padded(bytes) + sizeof(struct entry);
    size_t offset = (size_t)((char *)p - state);
    if (header->log_used + need > header->log_bytes || offset + bytes > header->bytes)
        service_panic("the undo log is full, or a change is outside the state");
    char *at = log + header->log_used;
    memcpy(at, p, bytes);
    struct entry *e = (struct entry *)(at + padded(bytes));
    *e = (struct entry){(uint32_t)offset, (uint32_t)bytes};
    __asm__ volatile("" ::: "memory"); /* the entry is whole before the log owns it */
    header->log_used += need;
    __asm__ volatile("" ::: "memory"); /* and saved before the caller changes the bytes */
}

void region_commit(void)
{
    __asm__ volatile("" ::: "memory");
    header->log_used = 0;
}

void region_abort(void)
{
    while (header->log_used) {
        struct entry *e = (struct entry *)(log + header->log_used) - 1;
        memcpy(state + e->offset, (char *)e - padded(e->bytes), e->bytes);
        __asm__ volatile("" ::: "memory");
        header->log_used -= padded(e->bytes) + sizeof *e;
    }
}
