/*
 * The actors' buffers: pages of guest memory that the host reads and writes where they physically are, and a copy of how
 * they should be. So a kernel that lets two processes share a page instead of copying is found out by the pages.
 */
#include <stdlib.h>
#include <string.h>
#include "grader/engine/play.h"

#define RAM_BASE 0x80000000u

uint64_t address(const struct actor *a, uint64_t offset)
{
    (void)a;
    return ACTOR_BUFFER + offset;
}

static bool is_anothers(const struct play *p, const struct actor *a, unsigned n)
{
    for (const struct actor *b = p->actor; b < p->actor + p->actors; b++) {
        if (!b->known)
            continue;
        for (unsigned i = 0; i < ACTOR_PAGES; i++)
            if (b->page[i] == a->page[n] && (a != b || i != n))
                return true;
    }
    return false;
}

bool memory_known(struct play *p, struct actor *a)
{
    for (unsigned i = 0; i < ACTOR_PAGES; i++)
        if (!board_translate(p->board, a->satp, ACTOR_BUFFER + i * PAGE_SIZE, &a->page[i]))
            return breaks(p, p->crossings, "a process has the memory that was mapped for it");
    for (unsigned i = 0; i < ACTOR_PAGES; i++)
        if (is_anothers(p, a, i))
            return breaks(p, p->crossings, "no two processes have the same page of memory");
    a->should = a->should ? a->should : play_alloc(p, BUFFER_BYTES);
    if (a->should)
        memset(a->should, 0, BUFFER_BYTES);
    return a->should != NULL;
}

/* Goes through a range of a buffer page by page. */
static void transfer(const struct actor *a, uint64_t offset, uint8_t *bytes, size_t n, bool write)
{
    struct play *p = a->play;
    if (offset > BUFFER_BYTES || n > BUFFER_BYTES - offset || a->is_module) {
        play_fails(p, "outside of an actor's buffer");
        return;
    }
    for (size_t part; n > 0; offset += part, bytes += part, n -= part) {
        part = PAGE_SIZE - offset % PAGE_SIZE < n ? PAGE_SIZE - offset % PAGE_SIZE : n;
        uint64_t pa = a->page[offset / PAGE_SIZE] + offset % PAGE_SIZE;
        if (!(write ? board_write(p->board, pa, bytes, part)
                    : board_read(p->board, pa, bytes, part)))
            breaks(p, p->crossings, "a process has the memory that was mapped for it");
    }
}

void poke(struct actor *a, uint64_t offset, const void *bytes, size_t n)
{
    transfer(a, offset, (uint8_t *)(uintptr_t)bytes, n, true);
    if (all_well(a->play) && a->should)
        memcpy(a->should + offset, bytes, n);
}

void memory_stored(struct actor *a, const struct op *op)
{
    size_t n = op->kind == OP_STORE8 ? 1 : op->kind == OP_STORE64 ? sizeof op->number : 0;
    uint64_t offset = op->peer - ACTOR_BUFFER;
    if (a->should && offset < BUFFER_BYTES && n <= BUFFER_BYTES - offset)
        memcpy(a->should + offset, &op->number, n);
}

void peek(const struct actor *a, uint64_t offset, void *bytes, size_t n)
{
    memset(bytes, 0, n);
    transfer(a, offset, bytes, n, false);
}

void fill(struct actor *a, uint64_t offset, size_t n)
{
    for (size_t part; n > 0; offset += part, n -= part) {
        uint64_t bytes = random_word(&a->play->nonces);
        part = n < sizeof bytes ? n : sizeof bytes;
        poke(a, offset, &bytes, part);
    }
}

void expect_copy(struct actor *to, uint64_t to_offset, const struct actor *from,
                 uint64_t from_offset, size_t n)
{
    bool fits = to_offset <= BUFFER_BYTES && n <= BUFFER_BYTES - to_offset &&
                from_offset <= BUFFER_BYTES && n <= BUFFER_BYTES - from_offset;
    if (!fits)
        play_fails(to->play, "outside of an actor's buffer");
    else if (to->should && from->should)
        memmove(to->should + to_offset, from->should + from_offset, n);
}

void expect_bytes(struct actor *a, uint64_t offset, const void *bytes, size_t n)
{
    if (offset > BUFFER_BYTES || n > BUFFER_BYTES - offset)
        play_fails(a->play, "outside of an actor's buffer");
    else if (a->should)
        memcpy(a->should + offset, bytes, n);
}

bool pages_are_own(struct play *p, const struct actor *a, const struct op *op)
{
    for (unsigned i = 0; i < ACTOR_PAGES; i++) {
        uint64_t pa = 0;
        bool mapped = board_translate(p->board, a->satp, ACTOR_BUFFER + i * PAGE_SIZE, &pa);
        if (!rule(p, mapped && pa == a->page[i], op,
                  "messages and copies move bytes: the pages of %s's memory are its own, "
                  "before and after",
                  a->name))
            return false;
    }
    return true;
}

/* Of who has crashed, as the case wanted it, nothing may be left. */
static bool has_memory(const struct actor *a)
{
    return a->known && !a->has_crashed;
}

bool memory_is_apart(struct play *p, const struct op *op)
{
    for (const struct actor *a = p->actor; a < p->actor + p->actors; a++)
        if (has_memory(a) && !pages_are_own(p, a, op))
            return false;
    return all_well(p);
}

static bool check_contents(struct play *p, const struct actor *a, const struct op *op)
{
    static uint8_t found[BUFFER_BYTES];
    peek(a, 0, found, sizeof found);
    return rule(p, !memcmp(found, a->should, sizeof found), op,
                "%s's memory holds what was copied there, and nothing else has changed", a->name);
}

bool rule_memory(struct play *p, const struct op *op)
{
    memory_is_apart(p, op);
    for (const struct actor *a = p->actor; a < p->actor + p->actors && all_well(p); a++)
        if (has_memory(a) && a->should)
            check_contents(p, a, op);
    return all_well(p);
}

/* A window over all of memory; each next one begins with the end of the last, so that nothing is cut in two. */
unsigned found_in_memory(struct play *p, const void *bytes, size_t n)
{
    enum { WINDOW = 1 << 20 };
    uint64_t end = RAM_BASE + ((uint64_t)STAGE_MEMORY << 20);
    uint8_t *window = n > 0 && n < WINDOW ? play_alloc(p, WINDOW) : NULL;
    unsigned found = 0;
    for (uint64_t at = RAM_BASE; window && at < end; at += WINDOW - (n - 1)) {
        size_t size = end - at < WINDOW ? end - at : WINDOW;
        if (!board_read(p->board, at, window, size))
            break;
        for (uint8_t *hit = window;
             (hit = memmem(hit, size - (size_t)(hit - window), bytes, n)) != NULL; hit++)
            found++;
    }
    free(window);
    return found;
}

/* ---- the module's state region ----------------------------------------------------------------------------- */

static const struct call *region_call(struct play *p)
{
    const struct call *last = NULL, *call;
    for (uint32_t i = 0; (call = nth_call(module(p), i))->entered; i++)
        if (call->number == K_REGION && call->returned && call->status == 0)
            last = call;
    return last;
}

static uint64_t first_word(const struct message *m)
{
    uint64_t word;
    memcpy(&word, m, sizeof word);
    return word;
}

uint64_t region_bytes(struct play *p)
{
    const struct call *call = region_call(p);
    return call ? first_word(&call->sent) : 0;
}

/* Page by page, where the module has it mapped. */
static bool transfer_region(struct play *p, uint64_t offset, uint8_t *bytes, size_t n, bool write)
{
    const struct call *call = region_call(p);
    uint64_t all = region_bytes(p), pa;
    bool good = offset <= all && n <= all - offset;
    for (size_t part; good && n > 0; offset += part, bytes += part, n -= part) {
        uint64_t va = first_word(&call->got) + offset;
        part = PAGE_SIZE - va % PAGE_SIZE < n ? PAGE_SIZE - va % PAGE_SIZE : n;
        good = board_translate(p->board, module(p)->satp, va, &pa) &&
               (write ? board_write(p->board, pa, bytes, part)
                      : board_read(p->board, pa, bytes, part));
    }
    return good || breaks(p, p->crossings, "the server keeps what it knows in its state region");
}

bool peek_region(struct play *p, uint64_t offset, void *bytes, size_t n)
{
    memset(bytes, 0, n);
    return transfer_region(p, offset, bytes, n, false);
}

bool poke_region(struct play *p, uint64_t offset, const void *bytes, size_t n)
{
    return transfer_region(p, offset, (uint8_t *)(uintptr_t)bytes, n, true);
}
