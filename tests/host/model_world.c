/*
 * The world against a real run: its states are the kernel's own, nothing is lost or counted twice, and a copy of it goes on
 * as the original does.
 */
#include <elf.h>
#include <time.h>
#include <courier/errno.h>
#include "tests/host/model_run.h"
#include "emu/model/model.h"
#include "kernel/kernel.h"

static const char *const session[] = {"ls -l /bin | sort | head -5\n",
                                      "cat /etc/motd | wc\n",
                                      "sleep 3 | cat & sleep 1; svc kill fs\n",
                                      "cat /etc/motd\n",
                                      "sleep 9 & kill $!; sleep 2\n",
                                      "svc hang tty\n",
                                      "svc crash blk\n",
                                      "cp /bin/ls /tmp.ls; cmp /bin/ls /tmp.ls; sync\n",
                                      "cat < /none\n",
                                      "ps\n",
                                      "svc status\n",
                                      "poweroff\n",
                                      NULL};

/* ---- the kernel's own table ------------------------------------------------------------------ */

/* The address of a symbol of build/courier.elf. */
static uint64_t symbol(const char *wanted)
{
    static char elf[4 << 20];
    char path[256];
    snprintf(path, sizeof path, "%s/courier.elf", getenv("BUILD") ? getenv("BUILD") : "build");
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    assert_true(fread(elf, 1, sizeof elf, in) < sizeof elf);
    fclose(in);
    const Elf64_Ehdr *header = (const void *)elf;
    const Elf64_Shdr *section = (const void *)(elf + header->e_shoff);
    for (unsigned i = 0; i < header->e_shnum; i++) {
        const Elf64_Sym *symbols = (const void *)(elf + section[i].sh_offset);
        const char *names = elf + section[section[i].sh_link].sh_offset;
        for (size_t k = 0; section[i].sh_type == SHT_SYMTAB && k < section[i].sh_size / 24; k++)
            if (strcmp(names + symbols[k].st_name, wanted) == 0)
                return symbols[k].st_value;
    }
    fail_msg("no symbol %s", wanted);
    return 0;
}

/* ---- what the world tells, added up ---------------------------------------------------------- */

struct ledger {
    struct world_sink sink; /* first */
    uint64_t requests, replies, again, messages, kernels_in;
    uint64_t self, imposed, in, out; /* of transactions that ended; of processes that are gone */
    uint64_t opened, ended;
    uint64_t open[NSLOTS]; /* the clients' transactions */
};

static void count_message(struct world_sink *self, const struct world *w, const struct event *e,
                          const struct transaction *t)
{
    struct ledger *l = (struct ledger *)self;
    (void)w;
    l->messages++;
    l->kernels_in += e->peer == EP_KERNEL;
    if (!t)
        return;
    l->requests += t->fate == FATE_OPEN;
    l->replies += t->fate == FATE_ANSWERED;
    assert_int_equal(t->id, e->transaction); /* the trace's own numbers */
    if (t->fate == FATE_OPEN) {
        assert_int_equal(e->peer, t->client);
        assert_memory_equal(&e->message, &t->request, sizeof t->request);
    } else {
        assert_int_equal(e->peer, t->server);
        assert_int_equal(e->message.type, t->request.type | MSG_REPLY);
    }
}

static void count_ended(struct world_sink *self, const struct world *w, const struct transaction *t)
{
    struct ledger *l = (struct ledger *)self;
    unsigned slot = EP_SLOT(t->client);
    assert_int_equal(l->open[slot], t->id); /* it ends once */
    if (t->fate == FATE_AGAIN) {
        l->again++;
        return;
    }
    l->open[slot] = 0;
    l->ended++;
    l->self += t->self;
    assert_true(t->self + t->inside <= w->now - t->called || t->adopts || t->deferred);
    assert_true(t->called <= t->ended && t->ended == w->now);
}

static void count_life(struct world_sink *self, const struct world *w, const struct event *e)
{
    struct ledger *l = (struct ledger *)self;
    const struct world_process *p = world_find(w, e->who);
    if (e->kind != EVENT_EXIT || !p)
        return;
    l->imposed += p->imposed;
    l->in += p->in;
    l->out += p->out;
}

/* Time: the processes' own, idle, and the kernel's, make up all that passed. */
static void assert_time_is_conserved(const struct world *w)
{
    uint64_t sum = w->idle + w->kernel + w->gone;
    for (unsigned i = 1; i < NSLOTS; i++)
        sum += w->process[i].used ? w->process[i].self : 0;
    assert_int_equal(sum, w->now - w->start);
}

/* What servers ran for others, somebody paid. */
static void assert_bills_are_paid(const struct world *w, const struct ledger *l)
{
    uint64_t billed = l->self, paid = l->imposed + w->unpaid;
    for (unsigned i = 1; i < NSLOTS; i++) {
        const struct world_process *p = &w->process[i];
        billed += p->asks.id ? p->asks.self : 0;
        paid += p->used ? p->imposed : 0;
    }
    assert_int_equal(billed, paid);
}

static void assert_all_is_counted(const struct world *w, const struct ledger *l)
{
    uint64_t in = l->in, out = l->out, open = 0, owed = 0;
    for (unsigned i = 1; i < NSLOTS; i++) {
        const struct world_process *p = &w->process[i];
        in += p->used ? p->in : 0;
        out += p->used ? p->out : 0;
        owed += p->used ? p->open : 0;
        /* Whose server has just ended is woken next. */
        open += p->used && p->state == PROC_REPLY && world_find(w, p->peer);
    }
    assert_int_equal(in, w->messages);
    assert_int_equal(out + l->kernels_in, w->messages);
    assert_int_equal(owed, open);
    assert_int_equal(l->messages, w->messages);
}

/* Before the world takes it in: a sendrec opens the next transaction. */
static void count_call(struct ledger *l, const struct event *e)
{
    if (e->kind != EVENT_CALL || (e->call & IPC_CALL_MASK) != IPC_SENDREC)
        return;
    assert_int_equal(e->transaction, ++l->opened);
    assert_int_equal(l->open[EP_SLOT(e->who)], 0);
    l->open[EP_SLOT(e->who)] = e->transaction;
}

/* ---- the whole run --------------------------------------------------------------------------- */

struct check {
    struct world world;
    struct ledger ledger;
    uint64_t table; /* address of the kernel's process table */
    uint64_t events, returns;
    uint64_t notices[NSLOTS]; /* notifications sent; the kernel does not count these as messages */
};

static void assert_slot_agrees(const struct run *r, const struct check *c, unsigned slot)
{
    struct process kernels;
    const struct world_process *p = &c->world.process[slot];
    assert_true(board_read(r->board, c->table + slot * sizeof kernels, &kernels, sizeof kernels));
    if (p->used != (kernels.state != PROC_FREE) ||
        (p->used && (p->endpoint != kernels.ep || p->state != kernels.state)))
        fail_msg("event %llu: slot %u: kernel %#x state %u, world %#x state %u",
                 (unsigned long long)c->world.event, slot, kernels.ep, kernels.state,
                 p->used ? p->endpoint : 0, p->used ? p->state : 0);
    if (!p->used)
        return;
    bool waits = p->state >= PROC_SENDING && p->state <= PROC_REPLY;
    if (waits)
        assert_int_equal(p->peer, kernels.peer);
    assert_memory_equal(p->name, kernels.name, NAME_BYTES);
    if (slot < NSERVICES)
        assert_int_equal(p->incarnation, kernels.incarnation);
    assert_int_equal(p->out - c->notices[slot], kernels.messages);
}

/* At a return to user mode the kernel has done what it had to do: its table is consistent. */
static void look(struct run *r, const struct event *e)
{
    struct check *c = r->arg;
    if (e->kind == EVENT_SPAWN)
        c->notices[EP_SLOT(e->who)] = 0;
    if (e->kind == EVENT_DELIVER && e->message.type == MSG_NOTIFY)
        c->notices[EP_SLOT(e->peer)]++;
    count_call(&c->ledger, e);
    world_event(&c->world, e, &c->ledger.sink);
    if (++c->events % 16 == 0) {
        assert_time_is_conserved(&c->world);
        assert_bills_are_paid(&c->world, &c->ledger);
        assert_all_is_counted(&c->world, &c->ledger);
    }
    if (e->kind != EVENT_RETURN)
        return;
    /* All slots now and then; those of services and of the first programs always. */
    unsigned slots = ++c->returns % 8 ? NSERVICES + 8 : NSLOTS;
    for (unsigned slot = 1; slot < slots; slot++)
        assert_slot_agrees(r, c, slot);
}

/* Every corner of the kernel: usertests' cases run it into all errors there are. */
static void states_are_the_kernels_own(void **state)
{
    static const char *const everything[] = {"usertests\n", "svc status\n", "poweroff\n", NULL};
    struct check *c = calloc(1, sizeof *c);
    struct run r = {.look = look, .arg = c};
    (void)state;
    world_init(&c->world);
    c->ledger.sink = (struct world_sink){count_message, NULL, count_ended, count_life};
    c->table = symbol("processes");
    run_record(&r, everything, EVENT_ALL);
    printf("%llu events, %llu states checked\n", (unsigned long long)c->events,
           (unsigned long long)c->returns);
    assert_true(c->returns > 100000);
    free(c);
}

static struct run recorded; /* by the next test for the others */

static void nothing_is_lost_or_counted_twice(void **state)
{
    struct check *c = calloc(1, sizeof *c);
    struct run r = {.look = look, .arg = c, .keep = true};
    const struct ledger *l = &c->ledger;
    uint64_t open = 0;
    (void)state;
    world_init(&c->world);
    c->ledger.sink = (struct world_sink){count_message, NULL, count_ended, count_life};
    c->table = symbol("processes");
    run_record(&r, session, EVENT_ALL);
    recorded = r;
    for (unsigned i = 1; i < NSLOTS; i++)
        open += c->world.process[i].asks.id != 0;
    assert_int_equal(l->opened, l->ended + open);
    assert_true(l->replies > 100 && l->again > 0 && l->requests >= l->replies + l->again);
    assert_true(c->world.idle > 0 && c->world.kernel > 0 && c->world.restarts >= 3);
    free(c);
}

/* What one `read()` cost: the tree of some FS_READ has legs below it, and their times add up. */
static void trees_add_up(void **state)
{
    struct model *m = model_create();
    struct tree_line line[TREE_MAX];
    unsigned nested = 0, adopted = 0;
    (void)state;
    for (size_t i = 0; i < recorded.events; i++)
        m->sink.event(&m->sink, &recorded.event[i]);
    assert_true(m->history->ended < TRANSACTIONS);
    for (uint64_t i = 0; i < m->history->ended; i++) {
        const struct transaction *t = &m->history->transaction[i];
        size_t count = t->root == t->id ? history_tree(m->history, &m->world, t->id, line) : 0;
        uint64_t inside = 0;
        for (size_t k = 1; k < count; k++) {
            inside += line[k].transaction->self;
            assert_int_equal(line[k].transaction->payer, t->client);
            assert_true(line[k].depth > 0);
        }
        nested += count > 1;
        adopted += count > 1 && t->adopts;
        if (count > 0 && count < TREE_MAX && t->fate == FATE_ANSWERED)
            assert_int_equal(inside, t->inside);
    }
    printf("%u trees, %u of them with adopted parts\n", nested, adopted);
    assert_true(nested > 10);
    assert_true(adopted > 5); /* a line is typed: FS asks TTY again, and answers the shell */
    model_destroy(m);
}

static void no_stall_is_seen_where_there_is_none(void **state)
{
    struct model *m = model_create();
    (void)state;
    for (size_t i = 0; i < recorded.events; i++)
        m->sink.event(&m->sink, &recorded.event[i]);
    for (uint64_t i = 1; i <= m->notes; i++)
        if (model_note(m, i))
            assert_null(strstr(model_note(m, i)->text, "deadlock"));
    assert_true(m->episodes.count >= 3);
    model_destroy(m);
}

/* ---- snapshots ------------------------------------------------------------------------------- */

static void a_copy_goes_on_as_the_original_does(void **state)
{
    struct world *w = calloc(1, sizeof *w), *copy = calloc(1, sizeof *copy);
    (void)state;
    world_init(w);
    for (size_t i = 0; i < recorded.events; i++) {
        if (i % 5000 == 0) /* from a copy of a copy of ... */
            memcpy(copy, w, sizeof *w);
        world_event(w, &recorded.event[i], NULL);
        world_event(copy, &recorded.event[i], NULL);
        if (i % 5000 == 4999)
            assert_memory_equal(w, copy, sizeof *w);
    }
    assert_memory_equal(w, copy, sizeof *w);
    assert_true(sizeof *w < 200000);
    free(w);
    free(copy);
}

/* ---- cut, and worse -------------------------------------------------------------------------- */

static void a_trace_may_begin_in_the_middle(void **state)
{
    (void)state;
    srand(3);
    for (int round = 0; round < 8; round++) {
        struct model *m = model_create();
        size_t first = (size_t)rand() % recorded.events;
        for (size_t i = first; i < recorded.events; i++)
            m->sink.event(&m->sink, &recorded.event[i]);
        assert_time_is_conserved(&m->world);
        for (uint64_t i = m->notes > MODEL_NOTES ? m->notes - MODEL_NOTES : 0; i < m->notes; i++)
            assert_null(strstr(model_note(m, i + 1)->text, "deadlock"));
        model_destroy(m);
    }
}

static uint64_t any_word(void)
{
    uint64_t word = (uint64_t)rand() << 33 ^ (uint64_t)rand() << 11 ^ (uint64_t)rand();
    return rand() % 3 ? word % 600 : word;
}

/* One member of an event becomes something else. */
static void damage(struct event *e)
{
    switch (rand() % 8) {
    case 0:
        e->who = (endpoint_t)any_word();
        break;
    case 1:
        e->peer = (endpoint_t)any_word();
        break;
    case 2:
        e->kind = (enum event_kind)(rand() % (EVENT_KINDS + 3));
        break;
    case 3:
        e->transaction = any_word();
        e->parent = any_word();
        break;
    case 4:
        e->state = (uint32_t)any_word();
        e->call = (uint32_t)any_word();
        break;
    case 5:
        e->time = any_word();
        break;
    case 6:
        memset(e->name, 'x', sizeof e->name);
        e->length = 255;
        break;
    default:
        e->message.type = (uint32_t)any_word();
        e->message.source = (endpoint_t)any_word();
        e->message.w[0] = any_word();
    }
}

static void nonsense_does_no_harm(void **state)
{
    struct wait_edge edge[WAITS_MAX];
    endpoint_t member[NSLOTS];
    struct tree_line line[TREE_MAX];
    char text[20];
    (void)state;
    srand(11);
    for (int round = 0; round < 12; round++) {
        struct model *m = model_create();
        for (size_t i = 0; i < 20000; i++) {
            struct event e = recorded.event[(size_t)rand() % recorded.events];
            if (round % 2)
                e = recorded.event[i % recorded.events]; /* in order, most of them true */
            for (int n = rand() % (round % 2 ? 30 : 3); n == 1 || n == 2; n--)
                damage(&e);
            m->sink.event(&m->sink, &e);
            if (i % 500)
                continue;
            model_sample(m, e.time);
            assert_true(waits_edges(&m->world, edge) <= WAITS_MAX);
            size_t count = waits_stall(&m->world, member);
            waits_text(text, sizeof text, &m->world, member, count);
            assert_true(waits_cycle(&m->world, e.who, e.peer, member) <= NSLOTS);
            assert_true(history_tree(m->history, &m->world, any_word(), line) <= TREE_MAX);
            assert_time_is_conserved(&m->world);
        }
        model_destroy(m);
    }
}

/* ---- cost ------------------------------------------------------------------------------------ */

static double ns_since(const struct timespec *start, size_t events)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return ((double)(now.tv_sec - start->tv_sec) * 1e9 + (double)(now.tv_nsec - start->tv_nsec)) /
           (double)events;
}

/* Printed, not judged: hosts differ. */
static void what_an_event_costs(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct model *m = model_create();
    struct timespec start;
    (void)state;
    world_init(w);
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (size_t i = 0; i < recorded.events; i++)
        world_event(w, &recorded.event[i], NULL);
    double world_ns = ns_since(&start, recorded.events);
    clock_gettime(CLOCK_MONOTONIC, &start);
    for (size_t i = 0; i < recorded.events; i++)
        m->sink.event(&m->sink, &recorded.event[i]);
    printf("an event: world %.0f ns, model %.0f ns; a world: %zu bytes\n", world_ns,
           ns_since(&start, recorded.events), sizeof *w);
    model_destroy(m);
    free(w);
    free(recorded.event);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(states_are_the_kernels_own),
        cmocka_unit_test(nothing_is_lost_or_counted_twice),
        cmocka_unit_test(trees_add_up),
        cmocka_unit_test(no_stall_is_seen_where_there_is_none),
        cmocka_unit_test(a_copy_goes_on_as_the_original_does),
        cmocka_unit_test(a_trace_may_begin_in_the_middle),
        cmocka_unit_test(nonsense_does_no_harm),
        cmocka_unit_test(what_an_event_costs),
    };
    return RUN_SUITE("model_world", tests);
}
