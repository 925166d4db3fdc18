/*
 * The heap: one list of free blocks, ordered by address, first fit.
 *
 * A block is a header of 16 bytes and the bytes behind it. free() puts a block back where it
 * belongs and joins it with its neighbours, so the list never holds two blocks that touch. When no
 * block is large enough, brk moves up by at least GROW bytes.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct block {
    size_t bytes;       /* header included, a multiple of UNIT */
    struct block *next; /* in the free list */
};
#define UNIT sizeof(struct block)
#define GROW 16384
_Static_assert(UNIT == 16, "memory is aligned to 16 bytes");

static struct block *free_list;

static char *end_of(struct block *b)
{
    return (char *)b + b->bytes;
}

/* Puts b into the list and joins it with the blocks it touches. */
static void insert(struct block *b)
{
    struct block *before = NULL, *after = free_list;
    while (after && after < b)
        before = after, after = after->next;
    b->next = after;
    if (after && end_of(b) == (char *)after) {
        b->bytes += after->bytes;
        b->next = after->next;
    }
    if (!before) {
        free_list = b;
    } else if (end_of(before) == (char *)b) {
        before->bytes += b->bytes;
        before->next = b->next;
    } else {
        before->next = b;
    }
}

/* Moves brk up by enough for `bytes`; 0, or -1 when memory is at an end. */
static int grow(size_t bytes)
{
    if (bytes < GROW)
        bytes = GROW;
    uintptr_t misfit = (uintptr_t)sbrk(0) & (UNIT - 1);
    size_t padding = misfit ? UNIT - misfit : 0;
    char *p = sbrk((intptr_t)(bytes + padding));
    if (p == (char *)-1)
        return -1;
    struct block *b = (struct block *)(p + padding);
    b->bytes = bytes;
    insert(b);
    return 0;
}

/* Takes `bytes` from the first block that has them; NULL: none has. */
static struct block *take(size_t bytes)
{
    for (struct block **link = &free_list; *link; link = &(*link)->next) {
        struct block *b = *link;
        if (b->bytes < bytes)
            continue;
        if (b->bytes == bytes) {
            *link = b->next;
            return b;
        }
        b->bytes -= bytes; /* the upper part goes, so the list stays as it is */
        struct block *upper = (struct block *)end_of(b);
        upper->bytes = bytes;
        return upper;
    }
    return NULL;
}

void *malloc(size_t bytes)
{
    if (bytes > PTRDIFF_MAX - 4 * UNIT) {
        errno = ENOMEM;
        return NULL;
    }
    size_t need = (bytes + 2 * UNIT - 1) & ~(UNIT - 1);
    if (need == UNIT)
        need = 2 * UNIT; /* malloc(0) is a pointer of its own */
    struct block *b = take(need);
    if (!b) {
        if (grow(need) < 0)
            return NULL;
        b = take(need);
    }
    return b + 1;
}

void free(void *p)
{
    if (p)
        insert((struct block *)p - 1);
}

void *calloc(size_t count, size_t bytes)
{
    size_t total;
    if (__builtin_mul_overflow(count, bytes, &total)) {
        errno = ENOMEM;
        return NULL;
    }
    void *p = malloc(total);
    return p ? memset(p, 0, total) : NULL;
}

void *realloc(void *p, size_t bytes)
{
    if (!p)
        return malloc(bytes);
    size_t room = ((struct block *)p - 1)->bytes - UNIT;
    if (bytes <= room)
        return p;
    void *larger = malloc(bytes);
    if (!larger)
        return NULL;
    memcpy(larger, p, room);
    free(p);
    return larger;
}
