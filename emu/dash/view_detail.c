/*
 * The selected message in full: who, what with every field, when; and the tree of the transaction that it belongs to, with
 * the cost of every leg.
 */
#include <stdio.h>
#include <string.h>
#include "emu/dash/view_parts.h"
#include "emu/trace/names.h"

#define ROOMY_ROWS     20 /* from here on each field has a row of its own */
#define COST_COLUMNS   7
#define WIDE_TREE      64 /* from here on what ran inside has a column, too */
#define STATUS_COLUMNS 10
#define STATUS_NARROW  7

/* Where the next row goes. */
struct page {
    struct grid *g;
    const struct view *v;
    const struct scene *s;
    struct rect r; /* what is left */
};

static void used(struct page *p, int rows)
{
    rows = rows < p->r.rows ? rows : p->r.rows;
    p->r.row += rows;
    p->r.rows -= rows;
}

static void put(struct page *p, enum style style, const char *text)
{
    struct rect r = {p->r.row, p->r.column + 1, p->r.rows, p->r.columns - 2};
    used(p, view_wrap(p->g, r, style, text));
}

/* ---- the message ---------------------------------------------------------------------------------- */

/* "fs" or "fs#2": of a service which of its lives, too; "sh 17.1": of a program its endpoint, for names come twice. */
static void party(char *out, size_t size, const char *name, endpoint_t ep, uint32_t incarnation)
{
    char endpoint[32];
    names_endpoint(endpoint, sizeof endpoint, ep, NULL, NULL);
    if (incarnation > 1)
        snprintf(out, size, "%s#%u", name, incarnation);
    else if (EP_SLOT(ep) >= NSERVICES && strcmp(name, endpoint) != 0)
        snprintf(out, size, "%s %s", name, endpoint);
    else
        snprintf(out, size, "%s", name);
}

static void put_parties(struct page *p, const struct entry *e)
{
    char from[64], to[64], line[192], status[32];
    static const char *const kind[] = {"message", "notification", "request", "reply", "failed", ""};
    const char *type = names_type(e->message.type);
    char number[16];
    snprintf(number, sizeof number, "%#x", e->message.type & ~MSG_REPLY);
    party(from, sizeof from, e->source_name, e->source, e->source_incarnation);
    party(to, sizeof to, e->dest_name, e->dest, e->dest_incarnation);
    snprintf(line, sizeof line, "%s %s %s  %s %s", from, p->v->ascii ? "->" : "→", to,
             type ? type : number, e->kind <= ENTRY_NOTE ? kind[e->kind] : "");
    if ((e->kind == ENTRY_REPLY || e->kind == ENTRY_FAILED) && strlen(line) + 32 < sizeof line)
        snprintf(line + strlen(line), 32, "%s %s", e->kind == ENTRY_FAILED ? ":" : "",
                 names_status(status, sizeof status, e->status));
    put(p, e->status < 0 && e->kind != ENTRY_REQUEST ? STYLE_BAD : STYLE_BOLD, line);
}

/* The fields as text, behind the type and, of a reply, its status. */
static const char *fields_of(const char *text, const struct entry *e)
{
    int words = e->message.type & MSG_REPLY ? 3 : 1;
    for (; words > 0 && (text = strchr(text, ' ')) != NULL; words--)
        text++;
    return text ? text : "";
}

static void put_fields(struct page *p, const struct entry *e)
{
    char text[NAMES_MESSAGE_BYTES];
    names_message(text, sizeof text, &e->message, world_name, p->s->world);
    const char *field = fields_of(text, e);
    if (p->r.rows < ROOMY_ROWS) {
        put(p, STYLE_NORMAL, field);
        return;
    }
    while (*field && p->r.rows) {
        size_t length = strcspn(field, " "), name = strcspn(field, "= ");
        char part[2][NAMES_MESSAGE_BYTES];
        bool pair = field[name] == '=';
        snprintf(part[0], sizeof part[0], "%.*s", (int)name, field);
        snprintf(part[1], sizeof part[1], "%.*s", pair ? (int)(length - name - 1) : 0,
                 field + name + pair);
        grid_text(p->g, p->r.row, p->r.column + 3, 16, STYLE_DIM, 0, part[0]);
        grid_text(p->g, p->r.row, p->r.column + 20, p->r.columns - 21, STYLE_NORMAL,
                  view_glyphs(p->v)->cut, part[1]);
        used(p, 1);
        field += length + (field[length] == ' ');
    }
}

/* When, and how long: the sender waited until the receiver took it, the client until the reply came. */
static void put_times(struct page *p, const struct entry *e)
{
    char time[32], span[4][16], line[192];
    size_t n = (size_t)snprintf(line, sizeof line, "%s at %s",
                                e == p->v->pending        ? "not sent yet"
                                : e->kind == ENTRY_FAILED ? "failed"
                                                          : "delivered",
                                view_time(time, e->time));
    if (e->kind != ENTRY_NOTICE && e->kind != ENTRY_FAILED && e->time > e->asked)
        n += (size_t)snprintf(line + n, sizeof line - n, ", %s after the call",
                              view_span(span[0], (e->time - e->asked) * 10));
    if (e->listens && e->listens < e->time)
        n += (size_t)snprintf(line + n, sizeof line - n, "; awaited for %s",
                              view_span(span[1], (e->time - e->listens) * 10));
    put(p, STYLE_DIM, line);
    if (e->kind != ENTRY_REPLY && !(e->kind == ENTRY_REQUEST && e->partner))
        return;
    uint64_t spent = e->self + e->inside;
    snprintf(line, sizeof line, "latency %s = self %s + inside %s + waiting %s%s",
             view_number(span[0], e->latency), view_number(span[1], e->self),
             view_number(span[2], e->inside),
             view_number(span[3], e->latency > spent ? e->latency - spent : 0),
             e->deferred ? "; put off by the server" : "");
    put(p, STYLE_NORMAL, line);
}

/* ---- the tree --------------------------------------------------------------------------------------- */

/* What became of it: "512", "ENOENT", "open". */
static enum style fate_text(char *out, size_t size, const struct transaction *t)
{
    if (t->fate == FATE_OPEN)
        snprintf(out, size, "%s", t->delivered ? "open" : "not taken");
    else if (t->fate == FATE_GONE)
        snprintf(out, size, "gone");
    else
        names_status(out, size, t->status);
    return t->fate == FATE_OPEN ? STYLE_WARN : t->status < 0 ? STYLE_BAD : STYLE_NORMAL;
}

static void put_cost(struct page *p, int column, uint64_t cost, bool open)
{
    char text[32];
    view_number(text, cost);
    if (open)
        strcat(text, "+");
    grid_right(p->g, p->r.row, column, COST_COLUMNS, STYLE_NORMAL, text);
}

static int status_columns(struct rect r)
{
    return r.columns >= WIDE_TREE ? STATUS_COLUMNS : STATUS_NARROW;
}

/* The columns at the right, and how many columns the tree itself has. */
static int put_costs(struct page *p, const struct transaction *t)
{
    char text[32];
    int status = status_columns(p->r), at = p->r.column + p->r.columns - 1 - status;
    uint64_t now = p->s->model->world.now, to = t->fate == FATE_OPEN ? now : t->ended;
    bool wide = p->r.columns >= WIDE_TREE;
    enum style style = fate_text(text, sizeof text, t);
    grid_text(p->g, p->r.row, at + 1, status - 1, style, view_glyphs(p->v)->cut, text);
    if (wide)
        put_cost(p, at -= COST_COLUMNS, t->inside, false);
    put_cost(p, at -= COST_COLUMNS, t->self, false);
    put_cost(p, at -= COST_COLUMNS, to > t->called ? to - t->called : 0, t->fate == FATE_OPEN);
    return at - p->r.column;
}

static void put_leg(struct page *p, const struct tree_line *line, const bool *more, uint64_t here)
{
    const struct transaction *t = line->transaction;
    const struct glyphs *glyphs = view_glyphs(p->v);
    char text[160], from[32], to[32], number[16];
    size_t n = 0;
    for (unsigned i = 1; i <= line->depth && n + 16 < sizeof text && i < 12; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s",
                              i < line->depth ? (more[i] ? glyphs->bar : "   ")
                              : line->last    ? glyphs->last
                                              : glyphs->branch);
    const char *type = names_type(t->request.type);
    snprintf(number, sizeof number, "%#x", t->request.type);
    snprintf(text + n, sizeof text - n, "%s %s>%s%s", type ? type : number,
             names_endpoint(from, sizeof from, t->client, world_name, &p->s->model->world),
             names_endpoint(to, sizeof to, t->server, world_name, &p->s->model->world),
             t->deliveries > 1 ? " again" : "");
    int columns = put_costs(p, t);
    if (t->id == here)
        grid_put(p->g, p->r.row, p->r.column, glyphs->here, STYLE_WARN);
    grid_text(p->g, p->r.row, p->r.column + 1, columns - 1,
              t->id == here ? STYLE_BOLD : STYLE_NORMAL, glyphs->cut, text);
    used(p, 1);
}

/* "Transaction 91 ^3 v12": how many lines do not show. */
static void put_tree_heading(struct page *p, uint64_t id, size_t above, size_t below)
{
    char title[96];
    const struct glyphs *glyphs = view_glyphs(p->v);
    struct rect r = p->r;
    int at = r.column + r.columns - 1 - status_columns(r);
    bool wide = r.columns >= WIDE_TREE;
    size_t n = (size_t)snprintf(title, sizeof title, "%s %llu", wide ? "Transaction" : "Txn",
                                (unsigned long long)id);
    if (above)
        n += (size_t)snprintf(title + n, sizeof title - n, " %s%zu", glyphs->up, above);
    if (below)
        snprintf(title + n, sizeof title - n, " %s%zu", glyphs->down, below);
    view_section(p->g, p->v, r, r.row, title);
    grid_text(p->g, r.row, at, status_columns(r), STYLE_HEAD, 0, " REPLY ");
    if (wide)
        grid_right(p->g, r.row, at -= COST_COLUMNS, COST_COLUMNS + 1, STYLE_HEAD, " INSIDE ");
    grid_right(p->g, r.row, at -= COST_COLUMNS, COST_COLUMNS + 1, STYLE_HEAD, " SELF ");
    at -= COST_COLUMNS;
    if (at > r.column + 3 + view_columns(title))
        grid_right(p->g, r.row, at, COST_COLUMNS + 1, STYLE_HEAD, " TOOK ");
    used(p, 1);
}

/* Lines around the one of the selected message, as many as fit. */
static void put_tree(struct page *p, uint64_t id)
{
    struct tree_line line[TREE_MAX];
    bool more[TREE_MAX + 1] = {false};
    size_t count = history_tree(p->s->history, &p->s->model->world, id, line), here = 0;
    if (!count || p->r.rows < 2)
        return;
    for (size_t i = 0; i < count; i++)
        if (line[i].transaction->id == id)
            here = i;
    size_t rows = (size_t)p->r.rows - 1,
           first = count > rows && here > rows / 2 ? here - rows / 2 : 0;
    if (count > rows && first + rows > count)
        first = count - rows;
    put_tree_heading(p, line[0].transaction->id, first,
                     count > first + rows ? count - first - rows : 0);
    for (size_t i = 0; i < count && p->r.rows; i++) {
        unsigned depth = line[i].depth < TREE_MAX ? line[i].depth : TREE_MAX;
        more[depth] = !line[i].last;
        if (i >= first)
            put_leg(p, &line[i], more, id);
    }
}

/* ---- the pane ---------------------------------------------------------------------------------------- */

void view_detail(struct grid *g, const struct view *v, const struct scene *s, struct rect r)
{
    char title[64];
    const struct entry *e = view_current(v, s);
    struct page p = {g, v, s, {r.row + 1, r.column, r.rows - 1, r.columns}};
    if (!e) {
        view_title(g, v, r, "Message", NULL);
        grid_text(g, r.row + 1, r.column + 1, r.columns - 2, STYLE_DIM, 0, "None yet.");
        return;
    }
    snprintf(title, sizeof title, "Message, event %llu", (unsigned long long)e->event);
    view_title(g, v, r, title,
               v->selected       ? NULL
               : e == v->pending ? "about to be sent"
                                 : "the newest");
    if (e->kind == ENTRY_NOTE) {
        char time[32], line[96];
        snprintf(line, sizeof line, "at %s", view_time(time, e->time));
        view_note(g, v, &e->note, p.r.row, r.column + 1, r.columns - 2);
        used(&p, 1);
        put(&p, STYLE_DIM, line);
        return;
    }
    put_parties(&p, e);
    put_fields(&p, e);
    put_times(&p, e);
    if (p.r.rows >= ROOMY_ROWS)
        used(&p, 1);
    put_tree(&p, e->transaction);
}
