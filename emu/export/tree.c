/* Trees of transactions: how they are drawn, and `courier trace show --tree`. */
#include <stdlib.h>
#include <string.h>
#include "emu/export/exporters.h"
#include "emu/export/text.h"
#include "emu/export/tree.h"
#include "emu/trace/names.h"

/* Since when the names hold that a request is shown with. */
static struct past_names_at moment_of(const struct past_names *names, const struct transaction *t)
{
    return (struct past_names_at){names, t->delivery ? t->delivery : t->call};
}

/* The two ends of a transaction; of services their incarnations, as the message knows them, or if that is forgotten, today's. */
static void take_ends(struct tree_row *row, const struct model *m, const struct past_names *names)
{
    const struct transaction *t = &row->transaction;
    struct past_names_at at = moment_of(names, t);
    const struct world_process *client = world_find(&m->world, t->client);
    const struct world_process *server = world_find(&m->world, t->server);
    const struct entry *e = t->delivery ? stream_of_event(&m->history->stream, t->delivery) : NULL;
    names_endpoint(row->client.name, NAME_BYTES, t->client, past_name, &at);
    names_endpoint(row->server.name, NAME_BYTES, t->server, past_name, &at);
    row->client.incarnation = e ? e->source_incarnation : client ? client->incarnation : 0;
    row->server.incarnation = e ? e->dest_incarnation : server ? server->incarnation : 0;
}

void tree_take(struct tree *t, const struct model *m, const struct past_names *names, uint64_t id)
{
    struct tree_line line[TREE_MAX];
    t->rows = history_tree(m->history, &m->world, id, line);
    t->now = m->world.now;
    for (size_t i = 0; i < t->rows; i++) {
        struct tree_row *row = &t->row[i];
        row->transaction = *line[i].transaction;
        row->depth = line[i].depth;
        row->last = line[i].last;
        take_ends(row, m, names);
    }
}

/* The request as the filter knows it. */
static struct entry entry_of(const struct tree_row *row)
{
    const struct transaction *t = &row->transaction;
    struct entry e = {.event = t->call,
                      .time = t->delivered ? t->delivered : t->called,
                      .kind = ENTRY_REQUEST,
                      .fate = t->fate,
                      .transaction = t->id,
                      .parent = t->parent,
                      .source = t->client,
                      .dest = t->server,
                      .source_incarnation = row->client.incarnation,
                      .dest_incarnation = row->server.incarnation,
                      .asked = t->called,
                      .status = t->status,
                      .message = t->request};
    if (t->fate == FATE_ANSWERED) {
        e.latency = t->ended - t->called;
        e.self = t->self;
        e.deferred = t->deferred;
    }
    memcpy(e.source_name, row->client.name, sizeof e.source_name);
    memcpy(e.dest_name, row->server.name, sizeof e.dest_name);
    return e;
}

#define COSTS 37 /* columns before the tree */

/* ---- drawing ---------------------------------------------------------------------------------- */

void tree_heading(FILE *out)
{
    fputs("      total        self      inside\n", out);
}

/* "|  `- ": a bar below each ancestor that has a sibling still to come. */
static void put_branch(FILE *out, const struct tree_row *row, const bool *more)
{
    for (unsigned d = 1; d < row->depth; d++)
        fputs(more[d] ? "|  " : "   ", out);
    if (row->depth)
        fputs(row->last ? "`- " : "|- ", out);
}

static void put_costs(FILE *out, const struct transaction *t, uint64_t now)
{
    char total[32], self[32], inside[32];
    uint64_t end = t->fate == FATE_OPEN ? now : t->ended;
    fprintf(out, "%11s %11s %11s  ", text_count(total, sizeof total, end - t->called),
            text_count(self, sizeof self, t->self), text_count(inside, sizeof inside, t->inside));
}

/* " -> 512  txn 91 at 1.00234567" */
static void put_end(char *out, size_t size, const struct tree_row *row)
{
    const struct transaction *t = &row->transaction;
    char status[32], at[32];
    bool said = t->fate == FATE_ANSWERED || t->fate == FATE_FAILED;
    names_status(status, sizeof status, t->status);
    text_time(at, sizeof at, t->called);
    snprintf(out, size, " -> %s%s  txn %llu%s%s", said ? status : text_fate(t->fate),
             t->deferred ? ", put off" : "", (unsigned long long)t->id, row->depth ? "" : " at ",
             row->depth ? "" : at);
}

/* Cuts the message to the columns that are left, between two fields; the type's name always stays. */
static void cut(char *message, size_t ends, const struct tree_row *row, const char *end, int width)
{
    size_t used = COSTS + 3 * row->depth + ends + 2 + strlen(end);
    size_t room = used < (size_t)width ? (size_t)width - used : 0;
    char *gap;
    if (width)
        while (strlen(message) > room && (gap = strrchr(message, ' ')) != NULL)
            *gap = '\0';
}

void tree_print(FILE *out, const struct tree *t, const struct past_names *names, int width)
{
    bool more[TREE_MAX + 1] = {false};
    for (size_t i = 0; i < t->rows; i++) {
        const struct tree_row *row = &t->row[i];
        struct past_names_at at = moment_of(names, &row->transaction);
        char client[32], server[32], message[NAMES_MESSAGE_BYTES], end[128];
        text_process(client, sizeof client, row->client.name, row->client.incarnation);
        text_process(server, sizeof server, row->server.name, row->server.incarnation);
        names_message(message, sizeof message, &row->transaction.request, past_name, &at);
        put_end(end, sizeof end, row);
        more[row->depth] = !row->last;
        put_costs(out, &row->transaction, t->now);
        put_branch(out, row, more);
        cut(message, strlen(client) + 3 + strlen(server), row, end, width);
        fprintf(out, "%s > %s  %s%s\n", client, server, text_clean(message), end);
    }
}

/* ---- show --tree -------------------------------------------------------------------------------- */

#define WAITING_MOST 1024

struct show_tree {
    struct walker walker;
    FILE *out;
    const struct filter *filter;
    struct tree tree; /* here, as it is too big for the stack */
    size_t waiting;   /* trees that have ended, and may yet be part of another */
    struct waiting {
        uint64_t id; /* of the root */
        endpoint_t client;
    } wait[WAITING_MOST];
};

/* Does the filter match one of the requests? */
static bool matches(struct show_tree *s)
{
    bool any = !s->filter;
    for (size_t i = 0; i < s->tree.rows && !any; i++) {
        struct entry e = entry_of(&s->tree.row[i]);
        s->walker.then = moment_of(s->walker.then.names, &s->tree.row[i].transaction);
        any = filter_match(s->filter, &e);
    }
    return any;
}

static void show_one(struct show_tree *s, const struct model *m, uint64_t id)
{
    const struct past_names *names = s->walker.then.names;
    tree_take(&s->tree, m, names, id);
    if (s->tree.rows && matches(s))
        tree_print(s->out, &s->tree, names, 0);
}

static void on_begin(struct walker *self)
{
    tree_heading(((struct show_tree *)self)->out);
}

/* Shows those of the client that nothing has turned out to be around. */
static void show_waiting(struct show_tree *s, const struct model *m, endpoint_t client)
{
    size_t left = 0;
    for (size_t i = 0; i < s->waiting; i++) {
        struct waiting w = s->wait[i];
        const struct transaction *t = history_transaction(m->history, &m->world, w.id);
        if (client != EP_ANY && w.client != client)
            s->wait[left++] = w;
        else if (t && t->root == w.id)
            show_one(s, m, w.id);
    }
    s->waiting = left;
}

/*
 * A tree is shown when its root has ended. If its client owes replies, it may have asked on behalf of one of these: that shows when
 * the client answers next.
 */
static void on_ended(struct walker *self, const struct model *m, const struct transaction *t)
{
    struct show_tree *s = (struct show_tree *)self;
    const struct world_process *client = world_find(&m->world, t->client);
    if (t->fate == FATE_ANSWERED)
        show_waiting(s, m, t->server);
    if (t->id != t->root || t->fate == FATE_AGAIN)
        return;
    if (!client || !client->open) {
        show_one(s, m, t->id);
        return;
    }
    if (s->waiting == WAITING_MOST)
        show_waiting(s, m, EP_ANY);
    s->wait[s->waiting++] = (struct waiting){t->id, t->client};
}

/* The trees that are still open: of each its root, once. */
static void on_finish(struct walker *self, const struct model *m)
{
    show_waiting((struct show_tree *)self, m, EP_ANY);
    for (unsigned i = 1; i < NSLOTS; i++) {
        const struct transaction *t = &m->world.process[i].asks;
        if (t->id && t->id == t->root)
            show_one((struct show_tree *)self, m, t->id);
    }
}

static void on_free(struct walker *self)
{
    free(self);
}

struct walker *tree_create(const struct export_options *options)
{
    struct show_tree *s = calloc(1, sizeof *s);
    if (!s)
        return NULL;
    s->walker =
        (struct walker){.begin = on_begin, .ended = on_ended, .finish = on_finish, .free = on_free};
    s->out = options->out;
    s->filter = options->filter;
    return &s->walker;
}
