/*
 * The public cases of lab phoenix. The server dies where a case wants it to:
 * with a message that it has just received, before a call that it was going
 * to make, right after one, or where the clock interrupts it, which is between
 * any two instructions; then its next incarnation is started, as RS would.
 */
#include "lab/phoenix/cases.h"

/* It dies while nobody asks it anything. */
static void keeps_values(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    struct op *x = kv_puts(p, a, "x", 20), *y = kv_puts(p, b, "y", KV_VALUE);
    kv_puts(p, a, "z", 0);
    until_done(p);
    struct op *gone = kv_deletes(p, a, "z");
    until_done(p);
    restart_module(p);
    struct op *get_x = kv_gets(p, b, "x"), *get_y = kv_gets(p, a, "y"), *get_z = kv_gets(p, a, "z");
    until_done(p);
    kv_value(p, get_x, x, "what was put is there after the server's death");
    kv_value(p, get_y, y, "what was put is there after the server's death");
    kv_status(p, get_z, -ENOENT, "what was deleted stays so after the server's death");
    restart_module(p);
    struct op *next = kv_puts(p, a, "x", 1);
    until_done(p);
    kv_status(p, next, (int64_t)result(gone, 1) + 1, "no version is used twice");
    restart_module(p);
    struct op *alike = kv_asks(p, a, &next->message);
    until_done(p);
    kv_status(p, alike, (int64_t)result(gone, 1) + 2,
              "a request that looks like the one before it is another one");
}

/* What the server knows that is in no reply. */
static void keeps_rights(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    for (unsigned i = 0; i < KV_QUOTA; i++)
        kv_puts(p, a, (char[2]){(char)('a' + i), 0}, i);
    until_done(p);
    restart_module(p);
    struct op *steal = kv_puts(p, b, "c", 1), *forget = kv_deletes(p, b, "d"),
              *more = kv_puts(p, a, "more", 1);
    until_done(p);
    kv_status(p, steal, -EACCES, "a key has the same owner after the server's death");
    kv_status(p, forget, -EACCES, "a key has the same owner after the server's death");
    kv_status(p, more, -EDQUOT, "a quota counts what was put before the server's death");
    struct op *gone = kv_deletes(p, a, "a"), *now = kv_puts(p, a, "more", 2);
    until_done(p);
    kv_status(p, gone, KV_QUOTA + 1, "each change has the next version, and is made once");
    kv_status(p, now, KV_QUOTA + 2, "each change has the next version, and is made once");
}

static void keeps(struct play *p)
{
    if (variant(p) == 0)
        keeps_values(p);
    else
        keeps_rights(p);
}

const struct grade_case phoenix_keeps = {
    .name = "keeps",
    .title = "What was acknowledged is there after the server's death, and whose it is",
    .hint = "Which of your variables does the next incarnation find as this "
            "one left them? Not those that its program "
            "brings along.",
    .points = 12,
    .variants = 2,
    .play = keeps};

/* ---- a workload, and one death in it
 * ----------------------------------------------------------------------- */

#define CLIENTS  3
#define EACH     4
#define REQUESTS (CLIENTS * EACH) /* each a message, and a call at least */
#define CLOCK    2000u            /* instructions from one interrupt to the next */

/* A client's key is its own, so that what it is answered does not depend on the
 * order in which the clients are heard. */
static struct op *work(struct play *p, struct actor *client, unsigned i, unsigned n)
{
    char key[2] = {(char)('a' + i), 0};
    if (n == 1)
        return kv_deletes(p, client, key);
    return kv_puts(p, client, key, (uint32_t)chance(p, KV_VALUE + 1));
}

static struct op *later(struct op *a, struct op *b)
{
    return !b || last_call(a)->returned > last_call(b)->returned ? a : b;
}

/* The changes have the versions from 1 on, each has its own, and a client's are
 * in their order. */
static void rule_versions(struct play *p, struct op *op[CLIENTS][EACH])
{
    struct op *has[REQUESTS + 1] = {NULL};
    for (unsigned i = 0; i < CLIENTS; i++)
        for (unsigned n = 0; n < EACH; n++) {
            uint64_t version = result(op[i][n], 1), before = n ? result(op[i][n - 1], 1) : 0;
            if (!rule(p, (int64_t)version > 0, op[i][n],
                      "a client notices nothing of the server's death") ||
                !rule(p, version > before && version <= REQUESTS, op[i][n],
                      "each change has the next version, and is made once") ||
                !rule(p, !has[version], later(op[i][n], has[version]),
                      "each change has the next version, and is made once"))
                return;
            has[version] = op[i][n];
        }
}

/* Where the order was to die at an interrupt, all may be done before there is one. */
static void live_on(struct play *p)
{
    uint64_t address;
    until_quiet(p);
    dies_not(p);
    if (module_crashed(p, &address))
        restart_module(p);
}

static void die_in_work(struct play *p, void (*dies)(struct play *p, uint32_t n))
{
    static const char *const names[CLIENTS] = {"A", "B", "C"};
    struct actor *client[CLIENTS];
    struct op *op[CLIENTS][EACH];
    for (unsigned i = 0; i < CLIENTS; i++)
        client[i] = actor(p, names[i]);
    dies(p, 1 + variant(p) % REQUESTS);
    for (unsigned i = 0; i < CLIENTS; i++)
        for (unsigned n = 0; n < EACH; n++) {
            spins(client[i], chance(p, 2 * CLOCK));
            op[i][n] = work(p, client[i], i, n);
        }
    live_on(p);
    until_done(p);
    rule_versions(p, op);
    for (unsigned i = 0; i < CLIENTS && all_well(p); i++) {
        char key[2] = {(char)('a' + i), 0};
        struct op *get = kv_gets(p, client[0], key);
        until_done(p);
        kv_value(p, get, op[i][EACH - 1], "what was put is there after the server's death");
    }
}

static void at_message(struct play *p)
{
    die_in_work(p, variant(p) < REQUESTS ? dies_at_message : dies_after_call);
}

const struct grade_case phoenix_message = {
    .name = "at-message",
    .title = "It dies with any message of a workload, or right after any call, "
             "and nobody notices",
    .hint = "The request comes again. What does it find, if the requests "
            "before it were answered? And had all been done that was said?",
    .points = 12,
    .variants = REQUESTS + 4,
    .play = at_message};

static void before_call(struct play *p)
{
    die_in_work(p, variant(p) < REQUESTS ? dies_before_call : dies_at_interrupt);
}

const struct grade_case phoenix_call = {
    .name = "before-call",
    .title = "It dies with its work done and no reply sent, or in the middle "
             "of it, and nothing is done twice",
    .hint = "The request comes again, and its work is done already. Or is it? "
            "What does region_open() do with a log that is not empty?",
    .points = 14,
    .variants = REQUESTS + 6,
    .play = before_call};

/* ---- requests that are done by half, and never come again
 * ---------------------------------------------------- */

/* The server has died before its reply, and then its client does. */
static void dies_with_client(struct play *p, struct actor *client)
{
    until_quiet(p);
    until_returned(p, calls(director(p), K_KILL, endpoint(client)));
    live_on(p);
}

#define HALVES 2 /* a key that is new, and one that is not */

/* The first ones die before they answer, the others anywhere in their work; then it may be that the put was answered. */
static void half_put(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    struct op *old = kv_puts(p, a, "old", 21);
    until_done(p);
    until_quiet(p);
    bool new = variant(p) % HALVES == 0, anywhere = variant(p) >= HALVES;
    if (anywhere)
        spins(a, chance(p, 2 * CLOCK));
    (anywhere ? dies_at_interrupt : dies_before_call)(p, 1);
    struct op *put = kv_puts(p, a, new ? "new" : "old", 22);
    dies_with_client(p, a);
    bool done = returned(put);
    const char *all = "what was put is there after the server's death",
               *nothing = "of a put that was not answered, and is not asked for again, "
                          "nothing remains";
    struct op *get = kv_gets(p, b, "old"), *none = kv_gets(p, b, "new");
    until_done(p);
    kv_value(p, get, done && !new ? put : old, done ? all : nothing);
    if (done && new)
        kv_value(p, none, put, all);
    else
        kv_status(p, none, -ENOENT, nothing);
    struct op *next = kv_puts(p, b, "new", 23), *now = kv_gets(p, b, "new");
    until_done(p);
    kv_status(p, next, done ? 3 : 2, "what was undone was no change, and has no version");
    kv_value(p, now, next, "a key has the value that was put last");
}

const struct grade_case phoenix_half_put = {
    .name = "half-put",
    .title = "A put that is not answered, and not asked for again, leaves nothing",
    .hint = "Each byte that the handler changes is saved before it changes. "
            "Which are they all, and which did you save?",
    .points = 12,
    .variants = HALVES + 8,
    .play = half_put};

static void half_delete(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B");
    struct op *x = kv_puts(p, a, "x", 24), *y = kv_puts(p, a, "y", 25);
    until_done(p);
    until_quiet(p);
    dies_before_call(p, 1);
    kv_deletes(p, a, "x");
    dies_with_client(p, a);
    struct op *get = kv_gets(p, b, "x"), *other = kv_gets(p, b, "y");
    until_done(p);
    kv_value(p, get, x,
             "of a delete that was not answered, and is not asked for again, "
             "nothing remains");
    kv_value(p, other, y, "what was put is there after the server's death");
    struct op *next = kv_deletes(p, b, "x");
    until_done(p);
    kv_status(p, next, 3, "what was undone was no change, and has no version");
}

const struct grade_case phoenix_half_delete = {
    .name = "half-delete",
    .title = "A delete that is not answered, and not asked for again, leaves "
             "nothing",
    .hint = "To forget is a change as well. What of the entry is different "
            "afterwards?",
    .points = 8,
    .play = half_delete};

/* ---- who waits
 * ------------------------------------------------------------------------------------------------
 */

static void watcher(struct play *p)
{
    struct actor *w = actor(p, "watcher"), *a = actor(p, "A");
    struct op *put = kv_puts(p, a, "k", 9);
    until_done(p);
    struct op *watch = kv_watches(p, w, "k", result(put, 1));
    until_quiet(p);
    for (unsigned i = 0; i <= variant(p); i++)
        restart_module(p);
    until_quiet(p);
    rule(p, !returned(watch), watch, "who waits for a change waits on when the server dies");
    struct op *other = kv_puts(p, a, "other", 10);
    until_returned(p, other);
    until_quiet(p);
    rule(p, !returned(watch), watch, "a watch waits until its own key changes");
    struct op *change = kv_puts(p, a, "k", 11);
    until_done(p);
    kv_status(p, change, 3, "each change has the next version, and is made once");
    kv_value(p, watch, change, "who waits for a change is answered by the next incarnation");
}

const struct grade_case phoenix_watcher = {
    .name = "watcher",
    .title = "Who waits for a change waits through the server's death",
    .hint = "The watcher's request comes again, too. Is what you remember of "
            "it and what comes now the same watch twice?",
    .points = 8,
    .variants = 3,
    .play = watcher};

/* The put is answered, or it is not; so is the watch. Whichever it is, each
 * sees one change. */
static void owed(struct play *p)
{
    struct actor *w = actor(p, "watcher"), *a = actor(p, "A");
    struct op *old = kv_puts(p, a, "k", 12);
    until_done(p);
    struct op *watch = kv_watches(p, w, "k", result(old, 1));
    until_quiet(p);
    dies_before_call(p, 1 + variant(p));
    struct op *change = kv_puts(p, a, "k", 13);
    until_crashed(p, module(p));
    restart_module(p);
    until_done(p);
    kv_status(p, change, 2, "each change has the next version, and is made once");
    kv_value(p, watch, change, "who waits for a change is told of one that was acknowledged");
    struct op *get = kv_gets(p, w, "k");
    until_done(p);
    kv_value(p, get, change, "a key has the value that was put last");
}

const struct grade_case phoenix_owed = {
    .name = "owed",
    .title = "Between two replies the server dies, and no change is lost or "
             "made twice",
    .hint = "Any reply ends the transaction. Which one should be the first "
            "that follows a change?",
    .points = 12,
    .variants = 3,
    .play = owed};
