/*
 * Hooked addresses: observers, and the instructions of code.c.
 *
 * A hook is compiled into the code at its address, and costs nothing elsewhere. With one hook for
 * each address, though, the engine would look through all of them at every one that is met; a hook that is
 * the only one of its kind it calls directly. So there is one, for a range of addresses, and what
 * counts is the range at the moment when a block is translated:
 *
 *   1  as a rule the range is empty, and new code is translated without the hook
 *   2  the engine reports each new block before it runs; one with a hooked address in it is bare
 *   3  the hart stops before the bare block, the range becomes what is to be hooked in it, and its
 *      translation is dropped
 *   4  so it is translated again, with the hook; that is reported, too, and the range is emptied
 *
 * The engine has no call to change a range. Its handle of a hook is the address of the hook's record,
 * in which the range is found as layout.c finds registers: by the values that it was given. That a
 * hook is called wherever it was compiled in, whatever its range is by then, is tried out at start-up.
 *
 * Different code may stand at the same address in several address spaces: an observer sees all of it,
 * and code.c looks at the instruction each time.
 */
#include "emu/board/hart.h"
#include "emu/board/map.h"

#include <stdlib.h>
#include <string.h>

/* A guest could make any number of special ones; when there are this many, start afresh. */
#define SPECIAL_MAX 1024u
#define BUCKETS     256u

/* No instruction has an odd address. */
#define NOWHERE_FIRST UINT64_C(0x123456789abcde01)
#define NOWHERE_LAST  UINT64_C(0x123456789abcde03)
#define RECORD        64u /* bytes of a hook's record in which the range is looked for */

#define INSN_NOP   0x13u
#define INSN_ECALL 0x73u

struct watcher {
    struct watcher *next;
    hart_watch_fn fn;
    void *arg;
};

struct site {
    struct site *next; /* in its bucket */
    uint64_t pc;
    bool special; /* of code.c */
    struct watcher *watchers;
};

struct watch {
    struct site *bucket[BUCKETS];
    unsigned specials;
    bool failed; /* no memory for a site */
    uc_hook hook;
    uint64_t *first, *last;         /* the hook's range, inside the engine */
    uint64_t bare_pc;               /* of the bare block */
    uint64_t bare_first, bare_last; /* the sites in it */
};

static struct site **bucket_of(const struct hart *hart, uint64_t pc)
{
    return &hart->watch->bucket[pc / 2 % BUCKETS];
}

static struct site *find_site(const struct hart *hart, uint64_t pc)
{
    struct site *site = *bucket_of(hart, pc);

    while (site != NULL && site->pc != pc)
        site = site->next;
    return site;
}

static void on_code(uc_engine *uc, uint64_t pc, uint32_t size, void *arg)
{
    struct hart *hart = arg;
    struct site *site = find_site(hart, pc);
    bool seen = hart->phase == PHASE_FINISH && pc == hart->resume_pc;

    (void)uc, (void)size;
    if (site == NULL || hart->stopping)
        return;
    hart->watch_pc = pc;
    hart->watching = true;
    for (struct watcher *w = site->watchers; w != NULL && !seen; w = w->next)
        w->fn(w->arg, pc);
    hart->watching = false;
    if (site->special && !hart->stopping)
        code_at_special(hart, pc);
}

/* ---- sites ---------------------------------------------------------------------------------- */

static struct site *add_site(struct hart *hart, uint64_t pc)
{
    struct site *site = find_site(hart, pc), **bucket = bucket_of(hart, pc);

    if (site != NULL)
        return site;
    site = calloc(1, sizeof *site);
    if (site == NULL)
        return NULL;
    site->pc = pc;
    site->next = *bucket;
    *bucket = site;
    return site;
}

/* Removes the sites that nobody needs any more. */
static void prune(struct hart *hart)
{
    for (unsigned i = 0; i < BUCKETS; i++) {
        for (struct site **at = &hart->watch->bucket[i]; *at != NULL;) {
            struct site *site = *at;
            if (site->special || site->watchers != NULL) {
                at = &site->next;
                continue;
            }
            *at = site->next;
            free(site);
        }
    }
    hart->stale_code = true;
}

bool hart_watch(struct hart *hart, uint64_t pc, hart_watch_fn fn, void *arg)
{
    struct watcher *watcher = malloc(sizeof *watcher);
    struct site *site = watcher != NULL ? add_site(hart, pc) : NULL;

    if (site == NULL) {
        free(watcher);
        return false;
    }
    *watcher = (struct watcher){.next = site->watchers, .fn = fn, .arg = arg};
    site->watchers = watcher;
    hart->stale_code = true;
    return true;
}

static void free_watcher(struct site *site, hart_watch_fn fn, void *arg)
{
    for (struct watcher **at = &site->watchers; *at != NULL; at = &(*at)->next) {
        struct watcher *w = *at;
        if (w->fn == fn && w->arg == arg) {
            *at = w->next;
            free(w);
            return;
        }
    }
}

void hart_unwatch(struct hart *hart, uint64_t pc, hart_watch_fn fn, void *arg)
{
    struct site *site = find_site(hart, pc);

    if (site != NULL)
        free_watcher(site, fn, arg);
    prune(hart);
}

void watch_drop_specials(struct hart *hart)
{
    for (unsigned i = 0; i < BUCKETS; i++) {
        for (struct site *site = hart->watch->bucket[i]; site != NULL; site = site->next)
            site->special = false;
    }
    hart->watch->specials = 0;
    prune(hart);
}

void watch_add_special(struct hart *hart, uint64_t pc)
{
    struct site *site = find_site(hart, pc);

    if (site != NULL && site->special)
        return;
    if (hart->watch->specials >= SPECIAL_MAX)
        watch_drop_specials(hart);
    site = add_site(hart, pc);
    if (site == NULL) {
        hart->watch->failed = true;
        return;
    }
    site->special = true;
    hart->watch->specials++;
}

/* ---- the hook ------------------------------------------------------------------------------- */

static void set_range(struct watch *watch, uint64_t first, uint64_t last)
{
    *watch->first = first;
    *watch->last = last;
}

void watch_inspect(struct hart *hart, uint64_t pc, uint32_t size)
{
    struct watch *watch = hart->watch;
    unsigned step = hart->compressed ? 2 : 4;
    uint64_t first = UINT64_MAX, last = 0;

    for (uint64_t at = pc; at - pc < size; at += step) {
        if (find_site(hart, at) == NULL)
            continue;
        first = first == UINT64_MAX ? at : first;
        last = at;
    }
    bool hooked = *watch->first <= first && last <= *watch->last;
    if (watch->failed || (first != UINT64_MAX && !hooked)) {
        hart->bare = true;
        watch->bare_pc = pc;
        watch->bare_first = first;
        watch->bare_last = last;
    } else if (first != UINT64_MAX) {
        set_range(watch, NOWHERE_FIRST, NOWHERE_LAST);
    }
}

/* Drops the blocks that contain the bare one's first byte. Those that begin within it, and are perhaps
 * hooked already, stay: else two that overlap would drop each other for ever. */
bool watch_cover(struct hart *hart)
{
    const struct watch *watch = hart->watch;

    hart->bare = false;
    set_range(hart->watch, watch->bare_first, watch->bare_last);
    uc_ctl_remove_cache(hart->uc, watch->bare_pc, watch->bare_pc + 1);
    return !watch->failed;
}

static void on_translate(uc_engine *uc, uc_tb *block, uc_tb *previous, void *arg)
{
    struct hart *hart = arg;

    (void)uc, (void)previous;
    hart->reported = true;
    hart->effort += EFFORT_TRANSLATE + block->size / 4 * EFFORT_INSN;
    code_inspect(hart, block->pc, block->size);
    if (hart->bare)
        hart_kick(hart);
}

/* Where a hook's record has its range. */
static bool find_range(struct watch *watch)
{
    char *record = (char *)watch->hook;

    for (unsigned at = 0; at + 16 <= RECORD; at += sizeof(uint64_t)) {
        uint64_t range[2];
        memcpy(range, record + at, sizeof range);
        if (range[0] == NOWHERE_FIRST && range[1] == NOWHERE_LAST) {
            watch->first = (uint64_t *)(void *)(record + at);
            watch->last = watch->first + 1;
            return true;
        }
    }
    return false;
}

static void count_call(void *arg, uint64_t pc)
{
    (void)pc;
    ++*(unsigned *)arg;
}

static void on_ecall(uc_engine *uc, uint32_t cause, void *arg)
{
    (void)cause, (void)arg;
    uc_emu_stop(uc);
}

/* Executes a hooked instruction twice, and empties the range in between. */
static bool try_hook(struct hart *hart)
{
    const uint32_t code[] = {INSN_NOP, INSN_ECALL};
    unsigned calls = 0;
    uc_hook end;

    if (uc_hook_add(hart->uc, &end, UC_HOOK_INTR, (void *)on_ecall, NULL, 1, 0) != UC_ERR_OK ||
        !hart_watch(hart, RAM_BASE, count_call, &calls))
        return false;
    memcpy(hart->bus->ram, code, sizeof code);
    set_range(hart->watch, RAM_BASE, RAM_BASE);
    uc_emu_start(hart->uc, RAM_BASE, UINT64_MAX, 0, 0);
    set_range(hart->watch, NOWHERE_FIRST, NOWHERE_LAST);
    uc_emu_start(hart->uc, RAM_BASE, UINT64_MAX, 0, 0);
    memset(hart->bus->ram, 0, sizeof code);
    hart_unwatch(hart, RAM_BASE, count_call, &calls);
    uc_hook_del(hart->uc, end);
    uc_context_restore(hart->uc, hart->power_on);
    return calls == 2;
}

bool watch_install(struct hart *hart)
{
    uc_hook hook;

    hart->watch = calloc(1, sizeof *hart->watch);
    if (hart->watch == NULL ||
        uc_hook_add(hart->uc, &hart->watch->hook, UC_HOOK_CODE, (void *)on_code, hart,
                    NOWHERE_FIRST, NOWHERE_LAST) != UC_ERR_OK)
        return false;
    return find_range(hart->watch) && try_hook(hart) &&
           uc_hook_add(hart->uc, &hook, UC_HOOK_EDGE_GENERATED, (void *)on_translate, hart, 1, 0) ==
               UC_ERR_OK;
}

void watch_free(struct hart *hart)
{
    if (hart->watch == NULL)
        return;
    for (unsigned i = 0; i < BUCKETS; i++) {
        while (hart->watch->bucket[i] != NULL) {
            struct site *site = hart->watch->bucket[i];
            hart->watch->bucket[i] = site->next;
            while (site->watchers != NULL) {
                struct watcher *w = site->watchers;
                site->watchers = w->next;
                free(w);
            }
            free(site);
        }
    }
    free(hart->watch);
    hart->watch = NULL;
}
