/* The hidden cases of lab phoenix: death again and again, in every part of the
 * work, and a store that is full. */
#include "lab/phoenix/cases.h"

#define REQUESTS 60
#define CLIENTS  3
#define KEYS     12

/* Mostly the request survives the first death; sometimes the second one, too.
 */
static void die_and_die(struct play *p)
{
    for (uint64_t deaths = chance(p, 4); deaths > 1; deaths--) {
        if (chance(p, 2))
            dies_at_message(p, 1);
        else
            dies_before_call(p, 1);
        until_crashed(p, module(p));
        dies_at_message(p, 0);
        dies_before_call(p, 0);
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
        struct op *op = kv_chance(p, client[chance(p, CLIENTS)], KEYS);
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
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    struct op *old = kv_puts(p, a, "k", 26);
    until_done(p);
    until_quiet(p);
    struct op *bad = expect(kv_puts(p, a, "k", 27), -EFAULTED);
    dies_before_call(p, 1);
    for (unsigned deaths = 0; deaths < 3; deaths++) {
        until_crashed(p, module(p));
        dies_before_call(p, 0);
        dies_at_message(p, deaths < 2 ? 1 : 0);
        restart_module(p);
    }
    until_returned(p, bad);
    struct op *get = kv_gets(p, b, "k"), *next = kv_puts(p, b, "other", 28);
    until_done(p);
    kv_value(p, get, old, "of a request that was refused nothing remains");
    kv_status(p, next, 2, "what was undone was no change, and has no version");
}

const struct grade_case phoenix_fatal = {
    .name = "fatal",
    .title = "Of a request that kills the server three times nothing remains",
    .hint = "What is undone, and when, if the request does not come again?",
    .points = 4,
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

/* One bit of the last canary, or the whole state: all ones, or bytes by chance. */
static void damage(struct play *p)
{
    uint64_t offset, bytes, word_of_it = 0;
    bool guarded;
    find_state(p, &offset, &bytes, &guarded);
    if (guarded && variant(p) == 0) {
        peek_region(p, offset + bytes, &word_of_it, 8);
        word_of_it ^= 1ull << chance(p, 64);
        poke_region(p, offset + bytes, &word_of_it, 8);
        return;
    }
    for (uint64_t i = 0; i + 8 <= bytes && all_well(p); i += 8) {
        word_of_it = variant(p) == 1 ? ~UINT64_C(0) : word(p);
        poke_region(p, offset + i, &word_of_it, 8);
    }
}

static void damaged(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    kv_puts(p, a, "x", 20), kv_puts(p, b, "y", KV_VALUE);
    until_done(p);
    until_quiet(p);
    damage(p);
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
    .variants = 3,
    .play = damaged};
