/* The public cases of lab server: one or a few clients, and a property of the protocol each. Those of waiting are in watch.c. */
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
