/* More public cases of lab server: clients that wait, for a change or for their turn. */
#include "lab/server/cases.h"

/* Two clients' worth of requests are served while a third waits for a change. */
static void watch(struct play *p)
{
    struct actor *watcher = actor(p, "watcher"), *a = actor(p, "A");
    uint64_t after = 0;
    if (variant(p) == 1) {
        struct op *first = kv_puts(p, a, "news", 8);
        until_done(p);
        after = result(first, 1);
    }
    struct op *waits = kv_watches(p, watcher, "news", after);
    until_blocked(p, waits);
    struct op *other = kv_puts(p, a, "other", 4), *get = kv_gets(p, a, "other");
    until_returned(p, get);
    kv_value(p, get, other, "the server serves others while somebody watches");
    rule(p, !returned(waits), waits, "a watch waits until its own key changes");
    struct op *put = kv_puts(p, a, "news", 30);
    until_done(p);
    kv_status(p, put, (int64_t)after + 2, "each change has the next version");
    kv_value(p, waits, put, "a watch returns with the value that was put");
    struct op *again = kv_watches(p, watcher, "news", result(put, 1));
    until_blocked(p, again);
    struct op *gone = kv_deletes(p, a, "news");
    until_done(p);
    kv_status(p, gone, (int64_t)after + 3, "a delete is a change and has a version");
    kv_status(p, again, -ENOENT, "a watch returns ENOENT when its key is deleted");
    kv_puts(p, a, "news", 5);
    until_done(p);
    until_quiet(p);
    kv_answered_once(p);
}

const struct grade_case server_watch = {
    .name = "watch",
    .title = "A watch waits for its key, and keeps nobody else waiting",
    .hint = "The handler of a watch returns and there is no reply yet. Who remembers the client, "
            "and who answers it?",
    .points = 12,
    .variants = 2,
    .play = watch};

/* Versions have 64 bits. */
static void far_future(struct play *p, struct actor *writer)
{
    struct op *below = kv_watches(p, actor(p, "below"), "k", UINT64_C(1) << 32),
              *above = kv_watches(p, actor(p, "above"), "k", UINT64_C(1) << 63);
    struct op *put = kv_puts(p, writer, "k", 17);
    until_returned(p, put);
    until_quiet(p);
    rule(p, !returned(below) && !returned(above), returned(below) ? below : above,
         "a watch waits for a version above the one that it names");
    kv_deletes(p, writer, "k");
    until_done(p);
    kv_status(p, below, -ENOENT, "a watch returns ENOENT when its key is deleted");
    kv_status(p, above, -ENOENT, "a watch returns ENOENT when its key is deleted");
}

/* What has changed already is no reason to wait. */
static void watch_after(struct play *p)
{
    struct actor *watcher = actor(p, "watcher"), *a = actor(p, "A");
    struct op *first = kv_puts(p, a, "k", 12), *put = kv_puts(p, a, "k", 13);
    until_done(p);
    struct op *new = kv_watches(p, watcher, "k", 0),
              *late = kv_watches(p, watcher, "k", result(first, 1));
    until_done(p);
    kv_value(p, new, put, "a watch after 0 returns at once if the key is there");
    kv_value(p, late, put, "a watch that has missed a change returns at once");
    struct op *gone = kv_deletes(p, a, "k"), *deleted = kv_watches(p, watcher, "k", result(put, 1));
    until_done(p);
    kv_status(p, gone, 3, "a delete is a change and has a version");
    kv_status(p, deleted, -ENOENT, "a watch that has missed a delete returns at once");
    struct op *future = kv_watches(p, watcher, "k", 0), *other = kv_puts(p, a, "other", 1);
    until_blocked(p, future);
    until_returned(p, other);
    rule(p, !returned(future), future, "a watch waits until its own key changes");
    struct op *back = kv_puts(p, a, "k", 14);
    until_done(p);
    kv_value(p, future, back, "a watch after 0 returns when the key is there");
    struct op *waits = kv_watches(p, watcher, "k", result(back, 1) + 1);
    until_blocked(p, waits);
    struct op *not_yet = kv_puts(p, a, "k", 15);
    until_returned(p, not_yet);
    rule(p, result(not_yet, 1) == result(back, 1) + 1 && !returned(waits), waits,
         "a watch waits for a version above the one that it names");
    struct op *now = kv_puts(p, a, "k", 16);
    until_done(p);
    kv_value(p, waits, now, "a watch waits for a version above the one that it names");
    struct op *full = kv_puts(p, a, "empty", 20), *empty = kv_puts(p, a, "empty", 0);
    until_done(p);
    struct op *nothing = kv_watches(p, watcher, "empty", result(full, 1));
    until_done(p);
    kv_value(p, nothing, empty, "a watch that has missed a change returns at once");
    far_future(p, a);
}

const struct grade_case server_watch_after = {
    .name = "watch-after",
    .title = "A watch says which version is known, and so misses nothing",
    .hint = "When is the condition of a watch true? Ask that question at each moment at which the "
            "answer may change, the first one too.",
    .points = 8,
    .play = watch_after};

#define FAST 20

/* A watch whose client does not listen for the reply either. */
static void deaf_watcher(struct play *p, struct actor *fast)
{
    struct actor *deaf = actor(p, "deaf");
    struct message m = kv_message(KV_WATCH, "later");
    until_returned(p, with_message(sends(deaf, module(p)), &m));
    spins(deaf, 30000);
    struct op *put = kv_puts(p, fast, "later", 3), *get = kv_gets(p, fast, "later");
    until_done(p);
    kv_value(p, get, put, "who asks is answered, whatever others do");
}

/* The slow ones have sent a request and do something else: whoever answers them must not wait until they listen. */
static void slow_clients(struct play *p)
{
    struct actor *slow[2] = {actor(p, "slow"), actor(p, "slower")}, *fast = actor(p, "fast");
    struct op *put[FAST];
    uint64_t value = word(p);
    for (unsigned i = 0; i < 2; i++) {
        struct message m = kv_message(KV_PUT, i ? "slower" : "slow");
        struct kv_put *r = payload(&m);
        r->bytes = sizeof value;
        memcpy(r->value, &value, sizeof value);
        until_returned(p, with_message(sends(slow[i], module(p)), &m));
        spins(slow[i], 30000);
    }
    for (unsigned i = 0; i < FAST; i++)
        put[i] = kv_puts(p, fast, "fast", i);
    until_done(p);
    for (unsigned i = 0; i < FAST && all_well(p); i++)
        kv_status(p, put[i], i + 3, "who asks is answered, whatever others do");
    struct op *wait = kv_watches(p, slow[0], "fast", FAST + 2),
              *other = kv_watches(p, slow[1], "fast", FAST + 3);
    until_blocked(p, wait);
    until_blocked(p, other);
    struct op *get = repeat(kv_gets(p, fast, "slow"), FAST);
    until_returned(p, get);
    kv_status(p, get, sizeof value, "who sent a request without waiting for its reply was heard");
    rule(p, !memcmp(&last_call(get)->got.w[2], &value, sizeof value), get,
         "a key has the value that was put last");
    struct op *last = repeat(kv_puts(p, fast, "fast", 9), 2);
    until_done(p);
    kv_status(p, last, FAST + 4, "each change has the next version");
    rule(p, last_call(wait)->got.w[1] == FAST + 3 && last_call(other)->got.w[1] == FAST + 4, wait,
         "each watch returns with the change that it waited for");
    deaf_watcher(p, fast);
    kv_answered_once(p);
}

const struct grade_case server_slow_clients = {
    .name = "slow-clients",
    .title = "Two slow clients do not keep a fast one waiting",
    .hint = "How long may a reply take, if its client does not wait for it? Compare IPC_SEND, "
            "IPC_NONBLOCK and IPC_REPLYREC.",
    .points = 8,
    .play = slow_clients};
