/*
 * The wait-for graph, as a forest: below each process those who wait for it. A process waits for one other at most, so all waits are in
 * it; what is a cycle begins with one of its members. Below, the chain from the chosen process to its end.
 */
#include <stdio.h>
#include <string.h>
#include "emu/dash/view_parts.h"
#include "emu/trace/names.h"

#define AGE_COLUMNS 8
#define HOW_COLUMNS 10
#define CHAIN_MOST  6   /* rows of the chain beside a full forest */
#define WIDE        100 /* from here on there is room for when a wait began */

/* The forest while it is drawn. */
struct forest {
    struct grid *g;
    const struct view *v;
    const struct scene *s;
    struct rect r; /* rows that are left */
    struct wait_edge edge[WAITS_MAX];
    size_t edges;
    uint8_t seen[NSLOTS];
    bool more[NSLOTS + 1]; /* by depth: a sibling follows */
    bool count_only;       /* the first time through, to find the chosen process's line */
    int line, chosen;      /* lines so far; which of them is the chosen process's */
    int first;             /* that is drawn */
};

static const char *name_of(char *out, size_t size, const struct scene *s, endpoint_t ep)
{
    return names_endpoint(out, size, ep, world_name, s->world);
}

/* How this process waits for another, or NULL: for none, or for anyone. */
static const struct wait_edge *wait_of(const struct forest *f, endpoint_t ep)
{
    for (size_t i = 0; i < f->edges; i++)
        if (f->edge[i].from == ep && f->edge[i].kind != WAIT_OWES)
            return &f->edge[i];
    return NULL;
}

/* The next one who waits for `ep`, behind edge number `at`. */
static const struct wait_edge *next_waiter(const struct forest *f, endpoint_t ep, size_t at)
{
    for (size_t i = at; i < f->edges; i++)
        if (f->edge[i].to == ep && f->edge[i].kind != WAIT_OWES)
            return &f->edge[i];
    return NULL;
}

static unsigned owed(const struct forest *f, endpoint_t ep)
{
    unsigned count = 0;
    for (size_t i = 0; i < f->edges; i++)
        count += f->edge[i].kind == WAIT_OWES && f->edge[i].from == ep;
    return count;
}

/* ---- a line ------------------------------------------------------------------------------------------- */

static const char *how(enum wait_kind kind)
{
    static const char *const word[] = {[WAIT_SENDING] = "sending",
                                       [WAIT_RECEIVING] = "receiving",
                                       [WAIT_REPLY] = "awaiting",
                                       [WAIT_OWES] = "owes"};
    return kind <= WAIT_OWES ? word[kind] : "?";
}

/* The request that a wait is about: "FS_READ fd=3 ..., transaction 91". */
static void request_text(char *out, size_t size, const struct scene *s, uint64_t transaction)
{
    const struct transaction *t = world_transaction(s->world, transaction);
    *out = '\0';
    if (t)
        names_message(out, size, &t->request, world_name, s->world);
}

/* What a process at the root does: "running", "receiving any, owes 2 replies". */
static void root_text(char *out, size_t size, const struct forest *f, const struct world_process *p)
{
    unsigned replies = owed(f, p->endpoint);
    char peer[32] = "";
    if (p->peer != EP_NONE)
        name_of(peer, sizeof peer, f->s, p->peer);
    size_t n =
        (size_t)snprintf(out, size, "%s%s%s", view_state(f->s->world, p), peer[0] ? " from " : "",
                         strcmp(peer, "any") == 0 ? "anyone" : peer);
    if (replies && n < size)
        snprintf(out + n, size - n, ", owes %u repl%s", replies, replies == 1 ? "y" : "ies");
}

static void put_name(struct forest *f, const char *tree, const struct world_process *p, int columns)
{
    char text[160], endpoint[32] = "";
    bool chosen = p->endpoint == f->v->chosen, again = false;
    for (int i = 1; i < NSLOTS; i++) {
        const struct world_process *q = &f->s->world->process[i];
        again = again || (q->used && q != p && strcmp(q->name, p->name) == 0);
    }
    if (again) /* of two with one name it is said which */
        names_endpoint(endpoint, sizeof endpoint, p->endpoint, NULL, NULL);
    snprintf(text, sizeof text, "%s%s%s%s", tree, p->name, again ? " " : "", endpoint);
    if (chosen)
        grid_put(f->g, f->r.row, f->r.column, view_glyphs(f->v)->here, STYLE_NORMAL);
    grid_text(f->g, f->r.row, f->r.column + 1, columns - 2, chosen ? STYLE_BOLD : STYLE_NORMAL,
              view_glyphs(f->v)->cut, text);
}

static int tree_columns(const struct forest *f)
{
    return f->r.columns >= WIDE ? 30 : 24;
}

/* How it waits, how long already, for which request. */
static void put_wait(struct forest *f, const struct wait_edge *edge, int at, int end)
{
    char text[NAMES_MESSAGE_BYTES];
    enum style style = edge->stalled ? STYLE_BAD : STYLE_WARN;
    uint64_t now = f->s->world->now;
    grid_text(f->g, f->r.row, at, HOW_COLUMNS, style, 0, how(edge->kind));
    if (edge->stalled)
        grid_put(f->g, f->r.row, at - 2, '!', STYLE_BAD);
    at += HOW_COLUMNS;
    view_span(text, now > edge->since ? (now - edge->since) * 10 : 0);
    grid_right(f->g, f->r.row, at, AGE_COLUMNS - 1, STYLE_NORMAL, text);
    at += AGE_COLUMNS;
    if (f->r.columns >= WIDE) {
        grid_right(f->g, f->r.row, at, TIME_COLUMNS, STYLE_DIM, view_time(text, edge->since));
        at += TIME_COLUMNS + 1;
    }
    request_text(text, sizeof text, f->s, edge->transaction);
    grid_text(f->g, f->r.row, at + 1, end - at - 1, STYLE_NORMAL, view_glyphs(f->v)->cut, text);
}

/* One who waits, or, with `edge` NULL, a process that others wait for. */
static void put_line(struct forest *f, const char *tree, const struct world_process *p,
                     const struct wait_edge *edge)
{
    char text[160];
    int at = f->r.column + tree_columns(f), end = f->r.column + f->r.columns - 1, line = f->line++;
    bool chosen = p->endpoint == f->v->chosen;
    if (chosen)
        f->chosen = line;
    if (f->count_only || line < f->first || f->r.rows <= 0)
        return;
    put_name(f, tree, p, tree_columns(f));
    if (edge) {
        put_wait(f, edge, at, end);
    } else {
        root_text(text, sizeof text, f, p);
        grid_text(f->g, f->r.row, at, end - at, view_state_style(p), view_glyphs(f->v)->cut, text);
    }
    if (chosen && f->v->focus == FOCUS_TABLES)
        grid_restyle(f->g, f->r.row, f->r.column, f->r.columns, STYLE_CHOSEN);
    f->r.row++;
    f->r.rows--;
}

/* ---- the forest ----------------------------------------------------------------------------------------- */

static void put_tree(struct forest *f, const struct world_process *p, const struct wait_edge *edge,
                     unsigned depth)
{
    const struct glyphs *glyphs = view_glyphs(f->v);
    char tree[96] = "";
    f->seen[EP_SLOT(p->endpoint)] = 1;
    for (unsigned i = 1; i <= depth && i < 12; i++)
        strncat(tree,
                i < depth    ? (f->more[i] ? glyphs->bar : "   ")
                : f->more[i] ? glyphs->branch
                             : glyphs->last,
                sizeof tree - strlen(tree) - 1);
    put_line(f, tree, p, edge);
    const struct wait_edge *child = next_waiter(f, p->endpoint, 0);
    while (child) {
        const struct wait_edge *next = next_waiter(f, p->endpoint, (size_t)(child - f->edge) + 1);
        const struct world_process *q = world_find(f->s->world, child->from);
        f->more[depth + 1] = next != NULL;
        if (q && !f->seen[EP_SLOT(q->endpoint)])
            put_tree(f, q, child, depth + 1);
        child = next;
    }
}

/* A root: it waits for nobody alone, and somebody waits for it. `cycles`: those that wait for each other. */
static void put_roots(struct forest *f, bool cycles)
{
    for (int i = 1; i < NSLOTS; i++) {
        const struct world_process *p = &f->s->world->process[i];
        const struct wait_edge *own = p->used ? wait_of(f, p->endpoint) : NULL;
        bool blind = own && !world_find(f->s->world, own->to);
        if (!p->used || f->seen[i] || (own && !blind && !cycles))
            continue;
        if (own || next_waiter(f, p->endpoint, 0) || owed(f, p->endpoint))
            put_tree(f, p, own, 0);
    }
}

/* The others in a line: "rs, tty, blk listen to anyone". */
static void put_others(struct forest *f)
{
    char idle[256] = "", ready[256] = "", line[600];
    for (int i = 1; i < NSLOTS; i++) {
        const struct world_process *p = &f->s->world->process[i];
        if (!p->used || f->seen[i])
            continue;
        char *list = p->state == PROC_RECEIVING ? idle : ready;
        size_t n = strlen(list);
        snprintf(list + n, sizeof idle - n, "%s%s", n ? ", " : "", p->name);
    }
    snprintf(line, sizeof line, "%s%s%s%s%s", ready[0] ? "Not waiting: " : "", ready,
             ready[0] && idle[0] ? "; " : "", idle[0] ? "Listening: " : "", idle);
    if ((idle[0] || ready[0]) && f->r.rows > 0) {
        struct rect r = {f->r.row, f->r.column + 1, f->r.rows, f->r.columns - 2};
        int rows = view_wrap(f->g, r, STYLE_DIM, line);
        f->r.row += rows;
        f->r.rows -= rows;
    }
}

/* All lines, or with `count_only` none of them. */
static void go_through(struct forest *f, bool count_only)
{
    f->count_only = count_only;
    f->line = 0;
    memset(f->seen, 0, sizeof f->seen);
    put_roots(f, false);
    put_roots(f, true);
}

/* "^3 v40" at the right of the title: how many lines do not fit. */
static void put_more(const struct forest *f, struct rect r)
{
    const struct glyphs *glyphs = view_glyphs(f->v);
    char up[24] = "", down[24] = "", more[64];
    int below = f->line - f->first - (r.rows - 1);
    if (f->first > 0)
        snprintf(up, sizeof up, " %s%d", glyphs->up, f->first);
    if (below > 0)
        snprintf(down, sizeof down, " %s%d", glyphs->down, below);
    if (*up || *down) {
        snprintf(more, sizeof more, "%s%s ", up, down);
        grid_right(f->g, r.row, r.column, r.columns - 2, STYLE_WARN, more);
    }
}

static void draw_forest(struct forest *f, struct rect r)
{
    char hint[160] = "no deadlock";
    endpoint_t member[NSLOTS];
    size_t count = waits_stall(f->s->world, member);
    f->r = (struct rect){r.row + 1, r.column, r.rows - 1, r.columns};
    if (count) {
        strcpy(hint, "deadlock: ");
        waits_text(hint + strlen(hint), sizeof hint - strlen(hint), f->s->world, member, count);
    }
    view_title(f->g, f->v, r, "Who waits for whom", hint);
    go_through(f, true);
    f->first = f->chosen >= f->r.rows ? f->chosen - f->r.rows + 1 : 0;
    go_through(f, false);
    put_more(f, r);
    put_others(f);
}

/* ---- the chain --------------------------------------------------------------------------------------------- */

/* What a process does about it: "awaits the reply of fs to FS_READ fd=3, for 41us". Returns for whom, or EP_NONE. */
static endpoint_t link_text(char *out, size_t size, const struct forest *f,
                            const struct world_process *p)
{
    const struct wait_edge *e = wait_of(f, p->endpoint);
    char to[32], request[NAMES_MESSAGE_BYTES], age[16], what[64];
    static const char *const verb[] = {[WAIT_SENDING] = "sends to",
                                       [WAIT_RECEIVING] = "receives from",
                                       [WAIT_REPLY] = "awaits the reply of",
                                       [WAIT_OWES] = "owes"};
    if (!e) {
        root_text(what, sizeof what, f, p);
        const char *then = p->state == PROC_RECEIVING ? ": any message lets it go on"
                           : p->state == PROC_READY   ? ": it can act"
                           : world_is_dead(p)         ? ": it must be started anew"
                                                      : "";
        snprintf(out, size, "%s is %s%s", p->name, what, then);
        return EP_NONE;
    }
    request_text(request, sizeof request, f->s, e->transaction);
    uint64_t now = f->s->world->now;
    snprintf(out, size, "%s %s %s, for %s%s%s%s", p->name, verb[e->kind],
             name_of(to, sizeof to, f->s, e->to),
             view_span(age, now > e->since ? (now - e->since) * 10 : 0), request[0] ? ": " : "",
             request, e->stalled ? " (deadlock)" : "");
    return e->to;
}

/* Lines of the chain; with `draw`, draws them. */
static int chain(struct forest *f, struct rect r, bool draw)
{
    char line[NAMES_MESSAGE_BYTES + 160];
    bool been[NSLOTS] = {false};
    int rows = 0;
    const struct world_process *p = world_find(f->s->world, f->v->chosen);
    for (; p && !been[EP_SLOT(p->endpoint)]; rows++) {
        been[EP_SLOT(p->endpoint)] = true;
        endpoint_t to = link_text(line, sizeof line, f, p);
        int indent = rows ? (rows - 1) * 3 : 0;
        indent = indent < r.columns / 2 ? indent : r.columns / 2;
        if (draw && rows < r.rows) {
            int at = r.column + 1 + indent, end = r.column + r.columns - 1;
            if (rows)
                at += grid_text(f->g, r.row + rows, at, end - at, STYLE_DIM, 0,
                                view_glyphs(f->v)->chain);
            grid_text(f->g, r.row + rows, at, end - at, STYLE_NORMAL, view_glyphs(f->v)->cut, line);
        }
        p = to == EP_NONE ? NULL : world_find(f->s->world, to);
    }
    return rows;
}

void view_waits(struct grid *g, const struct view *v, const struct scene *s, struct rect r)
{
    struct forest f = {.g = g, .v = v, .s = s, .r = r};
    char title[64], name[32];
    f.edges = waits_edges(s->world, f.edge);
    int rows = chain(&f, r, false);
    rows = (rows < CHAIN_MOST ? rows : CHAIN_MOST) + 1;
    struct rect upper = {r.row, r.column, r.rows - rows, r.columns};
    struct rect lower = {r.row + r.rows - rows + 1, r.column, rows - 1, r.columns};
    draw_forest(&f, upper);
    snprintf(title, sizeof title, "The chain from %s", name_of(name, sizeof name, s, v->chosen));
    view_section(g, v, r, lower.row - 1, title);
    chain(&f, lower, true);
}
