/* The public cases of lab server: one or a few clients, and a property of the protocol each. */
#include "lab/server/cases.h"

static void put_get(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    struct op *nothing = kv_gets(p, a, "colour");
    until_done(p);
    kv_status(p, nothing, -ENOENT, "a key that nobody has put is not there");
    static const uint32_t bytes[] = {KV_VALUE, 5, 0, 17};
    for (unsigned i = 0; i < sizeof bytes / sizeof *bytes && all_well(p); i++) {
        struct op *put = kv_puts(p, a, "colour", bytes[i]);
        until_done(p);
        kv_status(p, put, i + 1, "each change has the next version");
        struct op *get = kv_gets(p, chance(p, 2) ? a : b, "colour");
        until_done(p);
        kv_value(p, get, put, "a key has the value that was put last");
    }
    struct op *first = kv_puts(p, a, "fifteen-letters", 20), *odd = kv_puts(p, a, "\x01 \xff", 6),
              *last = kv_puts(p, a, "fifteen-letterz", 7), *shorter = kv_puts(p, a, "fifteen", 3);
    until_done(p);
    struct op *get = kv_gets(p, b, "fifteen-letters"), *second = kv_gets(p, b, "fifteen-letterz"),
              *third = kv_gets(p, b, "fifteen"), *other = kv_gets(p, b, "colour"),
              *none = kv_gets(p, b, "colou"), *get_odd = kv_gets(p, b, "\x01 \xff");
    until_done(p);
    kv_value(p, get, first, "each key has its own value");
    kv_value(p, second, last, "each key has its own value");
    kv_value(p, third, shorter, "each key has its own value");
    kv_status(p, other, 17, "each key has its own value");
    kv_status(p, none, -ENOENT, "a key that nobody has put is not there");
    kv_value(p, get_odd, odd, "a key may have any bytes that are not zero");
    kv_answered_once(p);
}

static void forget(struct play *p)
{
    struct actor *a = actor(p, "A");
    struct op *none = kv_deletes(p, a, "x"), *x = kv_puts(p, a, "x", 10),
              *y = kv_puts(p, a, "y", 11);
    struct op *gone = kv_deletes(p, a, "x"), *again = kv_deletes(p, a, "x");
    struct op *get = kv_gets(p, a, "x"), *other = kv_gets(p, a, "y");
    struct op *next = kv_puts(p, a, "x", 3), *now = kv_gets(p, a, "x");
    until_done(p);
    kv_status(p, none, -ENOENT, "a key that is not there cannot be deleted");
    kv_status(p, x, 1, "each change has the next version");
    kv_status(p, y, 2, "each change has the next version");
    kv_status(p, gone, 3, "a delete is a change and has a version");
    kv_status(p, again, -ENOENT, "what was deleted is not there");
    kv_status(p, get, -ENOENT, "what was deleted is not there");
    kv_value(p, other, y, "a delete concerns one key");
    kv_status(p, next, 4, "no version is used twice");
    kv_value(p, now, next, "a key may come again after it was deleted");
}

static void keep(struct play *p)
{
    if (variant(p) == 0)
        put_get(p);
    else
        forget(p);
}

const struct grade_case server_keep = {
    .name = "keep",
    .title = "What was put can be read, by anyone, until it is deleted",
    .hint = "Request and reply are the same eight registers. What of the request is still in your "
            "reply, and "
            "where does the reply say how long the value is?",
    .points = 14,
    .variants = 2,
    .play = keep};

/* Types below, above and far from the protocol's; a reply's type; and the server is well afterwards. */
static void unknown(struct play *p)
{
    struct actor *a = actor(p, "A");
    const uint32_t types[] = {KV_PUT - 1,        KV_WATCH + 1,
                              KV_PUT + 0xff,     KV_PUT + 4 + (uint32_t)chance(p, 0xfb),
                              0x100000 + KV_PUT, 0x10000000 + KV_GET,
                              0x7fffffff,        0x100};
    struct op *put = kv_puts(p, a, "k", 9);
    until_done(p);
    kv_status(p, put, 1, "each change has the next version");
    for (unsigned i = 0; i < sizeof types / sizeof *types && all_well(p); i++) {
        struct message m = kv_message(types[i], "k");
        struct op *op = kv_asks(p, a, &m);
        until_done(p);
        kv_status(p, op, -ENOSYS,
                  "a request of a type that KV does not know is refused with ENOSYS");
    }
    struct op *get = kv_gets(p, a, "k");
    until_done(p);
    kv_value(p, get, put, "what was refused changes nothing");
    kv_answered_once(p);
}

const struct grade_case server_unknown = {
    .name = "unknown",
    .title = "A request of unknown type is refused with ENOSYS",
    .hint =
        "Your table is short and a type has 32 bits. Which of them may be an index of the table?",
    .points = 8,
    .play = unknown};

/* Keys that are none: empty, without an end, with something behind it. */
static void bad_keys(struct message m[4], uint32_t type)
{
    for (unsigned i = 0; i < 4; i++)
        m[i] = kv_message(type, "key");
    char *empty = payload(&m[0]), *endless = payload(&m[1]), *dirty = payload(&m[2]),
         *late = payload(&m[3]);
    memset(empty, 0, KV_KEY);
    memset(endless, 'k', KV_KEY);
    dirty[KV_KEY - 2] = 'x';
    memset(late, 0, KV_KEY);
    late[1] = 'k';
}

static void malformed(struct play *p)
{
    struct actor *a = actor(p, "A");
    for (uint32_t type = KV_PUT; type <= KV_WATCH; type++) {
        struct message m[4];
        bad_keys(m, type);
        for (unsigned i = 0; i < 4 && all_well(p); i++) {
            struct op *op = kv_asks(p, a, &m[i]);
            until_done(p);
            kv_status(p, op, -EINVAL, "a request with a key that is none is refused with EINVAL");
        }
    }
    const uint32_t bytes[] = {KV_VALUE + 1, KV_VALUE + 2 + (uint32_t)chance(p, 1000), 0x80000000,
                              0xffffffff, 8};
    for (unsigned i = 0; i < 5 && all_well(p); i++) {
        struct message m = kv_message(KV_PUT, "key");
        struct kv_put *put = payload(&m);
        put->bytes = bytes[i];
        put->spare = bytes[i] > KV_VALUE ? 0 : 1;
        struct op *op = kv_asks(p, a, &m);
        until_done(p);
        kv_status(p, op, -EINVAL,
                  put->spare ? "a word that must be zero is looked at"
                             : "a value that is too long is refused with EINVAL");
    }
    struct op *get = kv_gets(p, a, "key"), *put = kv_puts(p, a, "key", KV_VALUE),
              *now = kv_gets(p, a, "key");
    until_done(p);
    kv_status(p, get, -ENOENT, "what was refused changes nothing");
    kv_status(p, put, 1, "what was refused is no change, and has no version");
    kv_value(p, now, put, "a request that makes sense is served after others that do not");
    kv_answered_once(p);
}

const struct grade_case server_malformed = {
    .name = "malformed",
    .title = "A request that makes no sense is refused with EINVAL, and changes nothing",
    .hint = "A key is 16 bytes. What does your comparison of keys do with one that does not end, "
            "or that goes on "
            "behind its end?",
    .points = 8,
    .play = malformed};

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

static void whose(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    struct op *mine = kv_puts(p, a, "mine", 16);
    until_done(p);
    struct op *steal = kv_puts(p, b, "mine", 3), *kill = kv_deletes(p, b, "mine"),
              *read = kv_gets(p, b, "mine"), *own = kv_puts(p, b, "yours", 5);
    until_done(p);
    kv_status(p, steal, -EACCES, "a put to a key of another client is refused with EACCES");
    kv_status(p, kill, -EACCES, "a delete of a key of another client is refused with EACCES");
    kv_value(p, read, mine, "a key of another client can be read, and is as its owner put it");
    kv_status(p, own, 2, "what was refused is no change, and has no version");
    struct op *next = kv_puts(p, a, "mine", 17);
    until_done(p);
    kv_status(p, next, 3, "the owner may change its key");
    until_returned(p, calls(director(p), K_KILL, endpoint(a)));
    struct op *heritage = kv_gets(p, b, "mine"), *taken = kv_puts(p, b, "mine", 1);
    until_done(p);
    kv_value(p, heritage, next, "a key stays when its owner is gone");
    kv_status(p, taken, 4, "a key whose owner is gone belongs to whoever puts it next");
    struct actor *c = actor(p, "C");
    struct op *late = kv_puts(p, c, "mine", 2), *gone = kv_deletes(p, b, "mine"),
              *free = kv_deletes(p, c, "mine");
    until_done(p);
    kv_status(p, late, -EACCES, "a key whose owner is gone belongs to whoever puts it next");
    rule(p, result(gone, 1) == 5 || result(free, 1) == 5, gone, "the owner may delete its key");
}

/* Somebody else lives where the owner did. */
static void nobodys(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B"), *c = actor(p, "C");
    struct op *old = kv_puts(p, a, "mine", 12);
    until_done(p);
    until_returned(p, calls(director(p), K_KILL, endpoint(a)));
    struct actor *next = actor_in_slot(p, EP_SLOT(endpoint(a)), "next");
    struct op *read = kv_gets(p, next, "mine"), *at_once = kv_watches(p, b, "mine", 0);
    until_done(p);
    kv_value(p, read, old, "a key stays when its owner is gone");
    kv_value(p, at_once, old, "a key whose owner is gone can be watched");
    struct op *watch = kv_watches(p, b, "mine", 1);
    until_blocked(p, watch);
    struct op *taken = kv_puts(p, c, "mine", 13);
    until_returned(p, taken);
    kv_status(p, taken, 2, "a key whose owner is gone belongs to whoever puts it next");
    struct op *late = kv_puts(p, next, "mine", 14);
    until_done(p);
    kv_value(p, watch, taken, "a key whose owner is gone can be watched");
    kv_status(p, late, -EACCES, "who lives in the slot of an owner that is gone is another client");
}

static void owners(struct play *p)
{
    if (variant(p) == 0)
        whose(p);
    else
        nobodys(p);
}

const struct grade_case server_owners = {
    .name = "owners",
    .title = "A key belongs to who put it, as long as that process lives",
    .hint = "Who a client is says word 0 of its message, and nothing else does. How do you know "
            "that it still lives (K_INFO), and that it is the same one?",
    .points = 9,
    .variants = 2,
    .play = owners};

static const char *name_of(unsigned i)
{
    static char name[KV_KEY];
    memset(name, 0, sizeof name);
    name[0] = (char)('a' + i / 26);
    name[1] = (char)('a' + i % 26);
    return name;
}

static void share(struct play *p)
{
    struct actor *client[KV_KEYS / KV_QUOTA];
    static const char *const names[] = {"A", "B", "C", "D", "E", "F", "G", "H", "I"};
    uint64_t version = 0;
    for (unsigned i = 0; i < KV_KEYS / KV_QUOTA; i++) {
        client[i] = actor(p, names[i]);
        for (unsigned k = 0; k < KV_QUOTA && all_well(p); k++) {
            struct op *put = kv_puts(p, client[i], name_of(i * KV_QUOTA + k), 1 + k);
            until_done(p);
            kv_status(p, put, (int64_t)++version,
                      "a client may have as many keys as its quota says");
        }
        struct op *more = kv_puts(p, client[i], "one-more", 1),
                  *old = kv_puts(p, client[i], name_of(i * KV_QUOTA), 2);
        until_done(p);
        kv_status(p, more, -EDQUOT, "a client that has as many keys as it may gets no more");
        kv_status(p, old, (int64_t)++version,
                  "a key that the client has already costs nothing more");
    }
    struct actor *last = actor(p, names[KV_KEYS / KV_QUOTA]);
    struct op *full = kv_puts(p, last, "full", 1);
    until_done(p);
    kv_status(p, full, -ENOSPC, "a store that is full says so");
    struct op *poor = kv_puts(p, last, name_of(0), 1), *rich = kv_puts(p, client[1], name_of(0), 1);
    until_done(p);
    kv_status(p, poor, -EACCES, "whose the key is is looked at before the store is");
    kv_status(p, rich, -EACCES, "whose the key is is looked at before the quota is");
    struct op *gone = kv_deletes(p, client[3], name_of(3 * KV_QUOTA + 5)),
              *now = kv_puts(p, client[3], "new", 30);
    until_done(p);
    kv_status(p, gone, (int64_t)++version, "a delete is a change and has a version");
    kv_status(p, now, (int64_t)++version, "who deletes a key may have another one");
    struct op *get = kv_gets(p, last, "new");
    until_done(p);
    kv_value(p, get, now, "a key has the value that was put last");
}

static struct op *puts_share(struct play *p, struct actor *client, unsigned first)
{
    struct op *last = NULL;
    for (unsigned i = first; i < first + KV_QUOTA; i++)
        last = kv_puts(p, client, name_of(i), 3);
    until_done(p);
    return last;
}

/* A has its share and dies. Its keys cost nobody anything until somebody takes them over. */
static void heirs(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    puts_share(p, a, 0);
    until_returned(p, calls(director(p), K_KILL, endpoint(a)));
    struct actor *next = actor_in_slot(p, EP_SLOT(endpoint(a)), "next");
    struct op *own = puts_share(p, next, KV_QUOTA);
    kv_status(p, own, 2 * KV_QUOTA,
              "who lives in the slot of an owner that is gone is another client");
    struct op *more = kv_puts(p, next, name_of(0), 4);
    until_done(p);
    kv_status(p, more, -EDQUOT, "a key that is taken over counts against the quota");
    struct op *taken = kv_puts(p, b, name_of(0), 5);
    kv_deletes(p, next, name_of(KV_QUOTA));
    until_done(p);
    rule(p, (int64_t)result(taken, 1) > 0, taken,
         "a key whose owner is gone belongs to whoever puts it next");
    struct op *now = kv_puts(p, next, name_of(1), 6);
    until_done(p);
    kv_status(p, now, 2 * KV_QUOTA + 3, "who deletes a key may have another one");
}

static void quota(struct play *p)
{
    if (variant(p) == 0)
        share(p);
    else
        heirs(p);
}

const struct grade_case server_quota = {
    .name = "quota",
    .title = "No client gets more than its share, and a full store says so",
    .hint = "Count what a client has rather than what it has done. In which order are the errors "
            "looked at?",
    .points = 9,
    .budget = 20000000,
    .variants = 2,
    .play = quota};
