/* The hidden cases of lab phoenix: death again and again, in every part of the
 * work, and a store that is full. */
#include "lab/phoenix/cases.h"

#define REQUESTS 60
#define CLIENTS  3
#define KEYS     12

/* Mostly the request survives the first death; sometimes the second one, too. It may be answered before the server dies. */
static void die_and_die(struct play *p)
{
    static void (*const dies[])(struct play *, uint32_t) = {dies_at_message, dies_before_call,
                                                            dies_after_call, dies_at_interrupt};
    uint64_t address;
    for (uint64_t deaths = chance(p, 4); deaths > 1; deaths--) {
        dies[chance(p, 4)](p, 1 + (uint32_t)chance(p, 2));
        until_quiet(p);
        dies_not(p);
        if (module_crashed(p, &address))
            restart_module(p);
    }
}

static void often(struct play *p)
{
    static struct kv_model model;
    static const char *const names[CLIENTS] = {"A", "B", "C"};
    struct actor *client[CLIENTS];
    model = (struct kv_model){.version = 0};
    for (unsigned i = 0; i < CLIENTS; i++)
        client[i] = actor(p, names[i]);
    for (unsigned i = 0; i < REQUESTS && all_well(p); i++) {
        until_quiet(p);
        struct actor *a = client[chance(p, CLIENTS)];
        spins(a, chance(p, 4000));
        struct op *op = kv_chance(p, a, KEYS);
        die_and_die(p);
        until_done(p);
        kv_step(p, &model, op);
    }
    kv_agrees(p, &model, client[0], KEYS);
}

const struct grade_case phoenix_often = {
    .name = "often",
    .title = "It dies again and again, and the store is as its protocol says",
    .hint = "Take the requests one by one: which of them changes something "
            "that the next incarnation does not find, or finds half-way?",
    .points = 6,
    .budget = 60000000,
    .variants = 2,
    .play = often};

/* After the third death of the same request the kernel refuses it. */
static void fatal(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B"), *c = actor(p, "C");
    struct op *old = kv_puts(p, a, "k", 26);
    until_done(p);
    bool takes_over = variant(p) == 1;
    if (takes_over)
        until_returned(p, calls(director(p), K_KILL, endpoint(a)));
    until_quiet(p);
    struct op *bad = expect(kv_puts(p, takes_over ? b : a, "k", 27), -EFAULTED);
    dies_before_call(p, takes_over ? 2 : 1); /* K_INFO has told that the owner is gone */
    for (unsigned deaths = 0; deaths < 3; deaths++) {
        until_crashed(p, module(p));
        dies_before_call(p, 0);
        dies_at_message(p, deaths < 2 ? 1 : 0);
        restart_module(p);
    }
    until_returned(p, bad);
    struct op *get = kv_gets(p, c, "k"), *next = kv_puts(p, c, takes_over ? "k" : "other", 28);
    until_done(p);
    kv_value(p, get, old, "of a request that was refused nothing remains");
    kv_status(p, next, 2, "of a request that was refused nothing remains");
}

const struct grade_case phoenix_fatal = {
    .name = "fatal",
    .title = "Of a request that kills the server three times nothing remains",
    .hint = "What is undone, and when, if the request does not come again?",
    .points = 4,
    .variants = 2,
    .play = fatal};

static const char *name_of(unsigned i)
{
    static char name[KV_KEY];
    memset(name, 0, sizeof name);
    memset(name, 'a' + (int)(i / 8), 1 + i % 8);
    return name;
}

static void full(struct play *p)
{
    struct actor *client[KV_KEYS / KV_QUOTA];
    static const char *const names[] = {"A", "B", "C", "D", "E", "F", "G", "H"};
    struct op *put[KV_KEYS];
    for (unsigned i = 0; i < KV_KEYS; i++) {
        if (i % KV_QUOTA == 0)
            client[i / KV_QUOTA] = actor(p, names[i / KV_QUOTA]);
        put[i] = kv_puts(p, client[i / KV_QUOTA], name_of(i), KV_VALUE);
        until_done(p);
        if (i % 16 == 15)
            restart_module(p);
    }
    for (unsigned i = 0; i < KV_KEYS && all_well(p); i++) {
        struct op *get = kv_gets(p, client[0], name_of(i));
        until_done(p);
        kv_value(p, get, put[i], "what was put is there after the server's death");
    }
    struct op *full = kv_puts(p, actor(p, "I"), "one-more", 1);
    until_done(p);
    kv_status(p, full, -ENOSPC, "a store that is full says so");
}

const struct grade_case phoenix_full = {
    .name = "full",
    .title = "A store that is full is there after the server's death",
    .hint = "How large is your state, and how large the region that you ask for?",
    .points = 4,
    .budget = 40000000,
    .play = full};

#define WATCHERS 4

/* Some of them have been answered when the server dies. */
static void watchers(struct play *p)
{
    static const char *const names[WATCHERS] = {"W", "X", "Y", "Z"};
    struct actor *a = actor(p, "A"), *w[WATCHERS];
    struct op *watch[WATCHERS], *old = kv_puts(p, a, "k", 14);
    until_done(p);
    for (unsigned i = 0; i < WATCHERS; i++) {
        w[i] = actor(p, names[i]);
        watch[i] = kv_watches(p, w[i], "k", result(old, 1));
    }
    until_quiet(p);
    dies_before_call(p, 1 + variant(p));
    struct op *change = chance(p, 2) ? kv_puts(p, a, "k", 15) : kv_deletes(p, a, "k");
    until_crashed(p, module(p));
    restart_module(p);
    until_done(p);
    kv_status(p, change, 2, "each change has the next version, and is made once");
    for (unsigned i = 0; i < WATCHERS && all_well(p); i++) {
        if (change->message.type == KV_PUT)
            kv_value(p, watch[i], change, "everyone who waits for a change is told of it");
        else
            kv_status(p, watch[i], -ENOENT, "everyone who waits for a change is told of it");
    }
}

const struct grade_case phoenix_watchers = {
    .name = "watchers",
    .title = "Some watchers are answered when it dies, and the others are "
             "answered then",
    .hint = "How does the next incarnation know to whom it owes a reply?",
    .points = 4,
    .variants = WATCHERS + 2,
    .play = watchers};

/* ---- damage ------------------------------------------------------------------------------------------------ */

/* servers/lib/region.c: five words, the log, a canary, the state, a canary. Of a region that looks otherwise all is the state. */
static void find_state(struct play *p, uint64_t *offset, uint64_t *bytes, bool *guarded)
{
    uint64_t header[5], all = region_bytes(p);
    peek_region(p, 0, header, sizeof header);
    *guarded = all_well(p) && header[2] < all && header[3] < all &&
               sizeof header + header[2] + 8 + header[3] + 8 == all;
    *offset = *guarded ? sizeof header + header[2] + 8 : 0;
    *bytes = *guarded ? header[3] : all;
}

static void spoil_canary(struct play *p, uint64_t offset)
{
    uint64_t canary = 0;
    peek_region(p, offset, &canary, sizeof canary);
    canary ^= 1ull << chance(p, 64);
    poke_region(p, offset, &canary, sizeof canary);
}

/* All of the state becomes ones, or bytes by chance. */
static void spoil_all(struct play *p, uint64_t offset, uint64_t bytes, bool ones)
{
    for (uint64_t i = 0; i + 8 <= bytes && all_well(p); i += 8) {
        uint64_t any = ones ? ~UINT64_C(0) : word(p);
        poke_region(p, offset + i, &any, sizeof any);
    }
}

/* These bytes become others, wherever they lie. Nowhere: this store writes them in another way, and nothing is damaged. */
static bool spoil(struct play *p, uint64_t offset, uint64_t bytes, const void *old, const void *new,
                  size_t n)
{
    char here[KV_KEY];
    bool found = false;
    for (uint64_t i = 0; i + n <= bytes && all_well(p); i += 4) {
        peek_region(p, offset + i, here, n);
        if (memcmp(here, old, n) != 0)
            continue;
        poke_region(p, offset + i, new, n);
        found = true;
    }
    return found;
}

/* Did it do any? `version` is of a key that has changed since. */
static bool damage(struct play *p, uint64_t version)
{
    uint64_t offset, bytes, later = version + 1000;
    bool guarded;
    find_state(p, &offset, &bytes, &guarded);
    switch (variant(p)) {
    case 0:
        if (guarded)
            spoil_canary(p, offset + bytes);
        return guarded;
    case 1:
    case 2:
        spoil_all(p, offset, bytes, variant(p) == 1);
        return true;
    case 3:
        return spoil(p, offset, bytes, &version, &later, sizeof version);
    default:
        return spoil(p, offset, bytes, "fifteen-letters", "fifteen\0letters", KV_KEY);
    }
}

static void damaged(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    struct op *x = repeat(kv_puts(p, a, "x", 20), 40 + (uint32_t)chance(p, 20));
    until_done(p);
    kv_puts(p, b, "fifteen-letters", KV_VALUE);
    until_done(p);
    until_quiet(p);
    if (!damage(p, result(x, 1)))
        return;
    restart_module(p);
    until_quiet(p);
    uint64_t at = 0;
    bool said =
        module_crashed(p, &at) && at >= REGION_DAMAGED(0) && at < REGION_DAMAGED(REGION_DAMAGES);
    rule(p, said, NULL, "who finds its state region damaged says so, and ends (region_damaged)");
    restart_module(p);
    struct op *get = kv_gets(p, b, "x"), *put = kv_puts(p, b, "x", 5), *now = kv_gets(p, b, "x");
    until_done(p);
    kv_status(p, get, -ENOENT, "who has lost its state starts empty, not on bad data");
    kv_status(p, put, 1, "who has lost its state starts empty, not on bad data");
    kv_value(p, now, put, "a key has the value that was put last");
    restart_module(p);
    struct op *later = kv_gets(p, a, "x");
    until_done(p);
    kv_value(p, later, put, "what was put is there after the server's death");
}

const struct grade_case phoenix_damaged = {
    .name = "damaged",
    .title = "A state that cannot be believed is given up, and the server says so",
    .hint = "What is so of any store, whatever was put? Look at what is used to reach into memory, "
            "and at numbers that agree.",
    .points = 4,
    .variants = 5,
    .play = damaged};
