/* The hidden cases of lab server: many watchers, some of whom die, chance, and what waiting costs. */
#include "lab/server/cases.h"

#define WATCHERS 20 /* with the writer, and the grader's own, all that the stage has room for */

/* Some watch one key, some the other, and some for a later change. */
static void watchers(struct play *p)
{
    struct actor *writer = actor(p, "writer"), *client[WATCHERS];
    struct op *watch[WATCHERS];
    const char *key[2] = {"left", "right"};
    unsigned side[WATCHERS];
    for (unsigned i = 0; i < WATCHERS; i++) {
        side[i] = i < 2 ? i : (unsigned)chance(p, 2);
        char name[2] = {(char)('A' + i), 0};
        client[i] = i ? actor(p, name) : actor_in_slot(p, NSLOTS - 1, name);
        watch[i] = kv_watches(p, client[i], key[side[i]], 0);
        until_blocked(p, watch[i]);
    }
    for (unsigned n = 0, first = (unsigned)chance(p, 2); n < 2; n++) {
        unsigned which = n ? !first : first;
        struct op *put = kv_puts(p, writer, key[which], 25);
        until_returned(p, put);
        for (unsigned i = 0; i < WATCHERS && all_well(p); i++)
            if (side[i] == which)
                until_returned(p, watch[i]);
        until_quiet(p);
        for (unsigned i = 0; i < WATCHERS && all_well(p); i++) {
            if (side[i] == which)
                kv_value(p, watch[i], put, "a change answers every watch of its key");
            else if (n == 0)
                rule(p, !returned(watch[i]), watch[i], "a change answers no watch of another key");
        }
    }
    kv_answered_once(p);
}

const struct grade_case server_watchers = {
    .name = "watchers",
    .title = "A change answers every watch of its key, each once, and no other",
    .hint = "How many clients may wait for one key, and what do you do after the first of them is "
            "answered?",
    .points = 8,
    .variants = 3,
    .play = watchers};

/* Who waits for a change may die; who is started next, in its place, is somebody else. */
static void death(struct play *p)
{
    struct actor *writer = actor(p, "writer"), *gone = actor(p, "gone"), *stays = actor(p, "stays");
    struct op *old = kv_puts(p, writer, "k", 6);
    until_done(p);
    struct op *first = kv_watches(p, gone, "k", result(old, 1)),
              *second = kv_watches(p, stays, "k", result(old, 1));
    until_quiet(p);
    rule(p, !returned(first) && !returned(second), first,
         "a watch waits until its own key changes");
    until_returned(p, calls(director(p), K_KILL, endpoint(gone)));
    struct op *elsewhere = NULL, *alike = NULL;
    if (variant(p) == 1) {
        elsewhere =
            kv_watches(p, actor_in_slot(p, EP_SLOT(endpoint(gone)), "next"), "elsewhere", 0);
        alike = kv_watches(p, actor(p, "other"), "k", result(old, 1) + 1);
    }
    until_quiet(p);
    struct op *put = kv_puts(p, writer, "k", 19);
    until_returned(p, put);
    until_returned(p, second);
    until_quiet(p);
    kv_value(p, second, put, "who watches is answered, though another watcher died");
    if (variant(p) == 0)
        return;
    rule(p, !returned(elsewhere) && !returned(alike), elsewhere,
         "a watch dies with its client, and nobody else is answered");
    struct op *now = kv_puts(p, writer, "elsewhere", 3), *later = kv_puts(p, writer, "k", 4);
    until_done(p);
    kv_value(p, elsewhere, now, "a watch returns with the value that was put");
    kv_value(p, alike, later, "a watch returns with the value that was put");
}

const struct grade_case server_death = {
    .name = "death",
    .title = "A watcher that died keeps nobody waiting",
    .hint =
        "What does a send to a process that is gone return, and what of the watchers behind it?",
    .points = 6,
    .variants = 2,
    .play = death};

#define CLIENTS  3
#define REQUESTS 150
#define KEYS     20

static void random_requests(struct play *p)
{
    static struct kv_model model;
    static const char *const names[CLIENTS] = {"A", "B", "C"};
    struct actor *client[CLIENTS];
    model = (struct kv_model){.version = 0};
    for (unsigned i = 0; i < CLIENTS; i++)
        client[i] = actor(p, names[i]);
    for (unsigned i = 0; i < REQUESTS && all_well(p); i++) {
        struct op *op = kv_chance(p, client[chance(p, CLIENTS)], KEYS);
        until_done(p);
        kv_step(p, &model, op);
    }
    kv_agrees(p, &model, client[0], KEYS);
}

const struct grade_case server_random = {
    .name = "random",
    .title = "Whatever is asked in whatever order, the store is as its protocol says",
    .hint = "Which of your functions believes something about the order of requests?",
    .points = 6,
    .budget = 40000000,
    .variants = 2,
    .play = random_requests};

#define WHILE  20000000u
#define LITTLE 30000u /* a server that polls would take all of WHILE */

static void idle(struct play *p)
{
    struct actor *a = actor(p, "A"), *b = actor(p, "B"), *c = actor(p, "C");
    struct op *put = kv_puts(p, a, "k", 6);
    until_done(p);
    struct op *sleep = expect(with_timeout(receives_any(c), 2 * WHILE), -ETIMEDOUT);
    until_blocked(p, sleep);
    until_returned(p, crashes(director(p)));
    struct op *watch = kv_watches(p, a, "k", result(put, 1)), *none = kv_watches(p, b, "none", 0);
    until_quiet(p);
    rule(p, !returned(watch) && !returned(none), watch, "a watch waits until its own key changes");
    uint64_t before = instructions_now(p);
    for_a_while(p, WHILE);
    rule(p, instructions_now(p) - before < LITTLE, watch,
         "where everyone waits the processor waits, too");
    struct op *change = kv_puts(p, c, "none", 7);
    until_returned(p, change);
    until_returned(p, none);
    kv_value(p, none, change, "a watch returns with the value that was put");
}

const struct grade_case server_idle = {
    .name = "idle",
    .title = "Waiting costs nothing",
    .hint =
        "Does your server ever look whether something has changed, although nobody has told it so?",
    .points = 4,
    .play = idle};
