/*
 * Hooked addresses: observers, and the instructions of code.c.
 *
 * A hook limited to one address costs nothing elsewhere. It is compiled into the code around it,
 * so code that was translated before is translated again. Different code may stand at the same
 * address in several address spaces: an observer sees all of it, and code.c looks at the
 * instruction each time.
 */
#include "emu/board/hart.h"

#include <stdlib.h>

/* A guest could make any number of special ones; when there are this many, start afresh. */
#define SPECIAL_MAX 1024u

struct watcher {
    struct watcher *next;
    hart_watch_fn fn;
    void *arg;
};

struct site {
    struct site *next;
    struct hart *hart;
    uint64_t pc;
    uc_hook hook;
    bool special; /* of code.c */
    struct watcher *watchers;
};

static void on_code(uc_engine *uc, uint64_t pc, uint32_t size, void *arg)
{
    struct site *site = arg;
    struct hart *hart = site->hart;
    bool seen = hart->phase == PHASE_FINISH && pc == hart->resume_pc;

    (void)uc, (void)size;
    if (hart->stopping)
        return;
    hart->watch_pc = pc;
    hart->watching = true;
    for (struct watcher *w = site->watchers; w != NULL && !seen; w = w->next)
        w->fn(w->arg, pc);
    hart->watching = false;
    if (site->special && !hart->stopping)
        code_at_special(hart, pc);
}

static struct site *find_site(struct hart *hart, uint64_t pc)
{
    struct site *site = hart->sites;

    while (site != NULL && site->pc != pc)
        site = site->next;
    return site;
}

static struct site *add_site(struct hart *hart, uint64_t pc)
{
    struct site *site = find_site(hart, pc);

    if (site != NULL)
        return site;
    site = calloc(1, sizeof *site);
    if (site == NULL)
        return NULL;
    site->hart = hart;
    site->pc = pc;
    if (uc_hook_add(hart->uc, &site->hook, UC_HOOK_CODE, (void *)on_code, site, pc, pc) !=
        UC_ERR_OK) {
        free(site);
        return NULL;
    }
    site->next = hart->sites;
    hart->sites = site;
    hart->stale_code = true;
    return site;
}

/* Removes the sites that nobody needs any more. */
static void prune(struct hart *hart)
{
    for (struct site **at = &hart->sites; *at != NULL;) {
        struct site *site = *at;
        if (site->special || site->watchers != NULL) {
            at = &site->next;
            continue;
        }
        *at = site->next;
        uc_hook_del(hart->uc, site->hook);
        free(site);
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
    return true;
}

void hart_unwatch(struct hart *hart, uint64_t pc, hart_watch_fn fn, void *arg)
{
    struct site *site = find_site(hart, pc);
    struct watcher **at = site != NULL ? &site->watchers : NULL;

    while (at != NULL && *at != NULL) {
        struct watcher *w = *at;
        if (w->fn == fn && w->arg == arg) {
            *at = w->next;
            free(w);
            break;
        }
        at = &w->next;
    }
    prune(hart);
}

bool watch_has_special(struct hart *hart, uint64_t pc)
{
    struct site *site = find_site(hart, pc);

    return site != NULL && site->special;
}

void watch_drop_specials(struct hart *hart)
{
    for (struct site *site = hart->sites; site != NULL; site = site->next)
        site->special = false;
    hart->special_sites = 0;
    prune(hart);
}

bool watch_add_special(struct hart *hart)
{
    if (hart->special_sites >= SPECIAL_MAX)
        watch_drop_specials(hart);
    struct site *site = add_site(hart, hart->new_site);
    hart->new_site = SITE_NONE;
    if (site == NULL)
        return false;
    site->special = true;
    hart->special_sites++;
    return true;
}

static void on_translate(uc_engine *uc, uc_tb *block, uc_tb *previous, void *arg)
{
    struct hart *hart = arg;

    (void)uc, (void)previous;
    code_inspect(hart, block->pc, block->size);
    if (hart->new_site != SITE_NONE)
        hart_kick(hart);
}

bool watch_install(struct hart *hart)
{
    uc_hook hook;

    return uc_hook_add(hart->uc, &hook, UC_HOOK_EDGE_GENERATED, (void *)on_translate, hart, 1, 0) ==
           UC_ERR_OK;
}

void watch_free(struct hart *hart)
{
    while (hart->sites != NULL) {
        struct site *site = hart->sites;
        hart->sites = site->next;
        while (site->watchers != NULL) {
            struct watcher *w = site->watchers;
            site->watchers = w->next;
            free(w);
        }
        free(site);
    }
}
