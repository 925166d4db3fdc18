/*
 * A picture is a pane of the dashboard, drawn on a grid and written line by line: so the tour shows what a student will see
 * again when he uses the dashboard.
 */
#include "emu/tour/show.h"

#include <stdlib.h>
#include <string.h>
#include "emu/dash/pending.h"
#include "emu/dash/view_parts.h"
#include "emu/trace/describe.h"

#define LIST_MOST 16 /* messages of a list */
#define TREE_ROWS 19
#define PANE_ROWS 20

static bool nothing(struct stage *s, const char *why)
{
    snprintf(s->why, sizeof s->why, "%s", why);
    return false;
}

/* ---- a grid as text ------------------------------------------------------------------------------- */

static void put_char(FILE *out, char32_t ch)
{
    if (ch < 0x80) {
        fputc((int)ch, out);
    } else if (ch < 0x800) {
        fprintf(out, "%c%c", 0xc0 | (int)(ch >> 6), 0x80 | (int)(ch & 0x3f));
    } else {
        if (ch >= 0x10000)
            fprintf(out, "%c%c", 0xf0 | (int)(ch >> 18), 0x80 | (int)(ch >> 12 & 0x3f));
        else
            fputc(0xe0 | (int)(ch >> 12), out);
        fprintf(out, "%c%c", 0x80 | (int)(ch >> 6 & 0x3f), 0x80 | (int)(ch & 0x3f));
    }
}

/* Columns of a row, without the blanks at its end. */
static int used_columns(const struct grid *g, int row)
{
    int columns = g->columns;
    while (columns > 0 && g->cell[row * g->columns + columns - 1].ch == ' ')
        columns--;
    return columns;
}

/* Rows of nothing, where a pane has more room than it needs, are left out. */
static void put_grid(FILE *out, const struct grid *g)
{
    for (int row = 0; row < g->rows; row++) {
        int columns = used_columns(g, row);
        if (columns == 0)
            continue;
        for (int i = 0; i < columns; i++)
            if (g->cell[row * g->columns + i].ch)
                put_char(out, g->cell[row * g->columns + i].ch);
        fputc('\n', out);
    }
}

/* ---- panes ---------------------------------------------------------------------------------------- */

typedef void pane(struct grid *g, const struct view *v, const struct scene *s, struct rect r);

static bool put_pane(const struct paper *paper, struct stage *s, const struct view *v, pane *draw,
                     int rows)
{
    struct grid g = {.ascii = v->ascii};
    struct scene scene = {
        .model = s->model, .world = &s->model->world, .history = s->model->history};
    if (!grid_resize(&g, rows, paper->columns))
        return nothing(s, "not enough memory");
    g.ascii = v->ascii;
    draw(&g, v, &scene, (struct rect){0, 0, rows, paper->columns});
    put_grid(paper->out, &g);
    grid_free(&g);
    return true;
}

/* The next message that shows, behind this number; lines of the log are none. */
static uint64_t next_message(const struct stage *s, const struct view *v, uint64_t number)
{
    struct scene scene = {.model = s->model, .history = s->model->history};
    const struct entry *e = NULL;
    do {
        number = view_next(v, &scene, number, 1);
        e = number ? stream_entry(&s->model->history->stream, number) : NULL;
    } while (e && e->kind == ENTRY_NOTE);
    return number;
}

static int count_lines(const struct stage *s, const struct view *v)
{
    struct scene scene = {.model = s->model, .history = s->model->history};
    int count = 0;
    for (uint64_t n = s->scene; (n = view_next(v, &scene, n, 1)) != 0;)
        count++;
    return count;
}

/* The last ones, or those around the message that was waited for. `headings`: rows beside those of the messages. */
static bool put_messages(const struct paper *paper, struct stage *s, struct view *v, pane *draw,
                         int headings)
{
    int count = count_lines(s, v);
    const struct entry *found = stream_entry(&s->model->history->stream, s->found);
    bool around = count > LIST_MOST && found && view_shows(v, found);
    v->selected = around ? found->number : 0;
    if (!next_message(s, v, s->scene))
        return nothing(s, "there is no such message");
    return put_pane(paper, s, v, draw, (count < LIST_MOST ? count : LIST_MOST) + headings);
}

/* The first message of the scene that matches, or the one that was waited for. */
static bool put_tree(const struct paper *paper, struct stage *s, struct view *v)
{
    v->selected = v->filter ? next_message(s, v, s->scene) : s->found;
    v->filter = NULL;
    if (!v->selected)
        return nothing(s, "there is no such message");
    return put_pane(paper, s, v, view_detail, TREE_ROWS);
}

/* ---- lists ---------------------------------------------------------------------------------------- */

/* Without the echo of the line that was typed, and the prompt at the end. */
static bool put_console(const struct paper *paper, struct stage *s)
{
    const char *at = strchr(s->console, '\n'), *end = strrchr(s->console, '\n');
    if (at == end)
        return nothing(s, "the guest has written nothing");
    for (at++; at < end + 1;) {
        size_t n = strcspn(at, "\n");
        fprintf(paper->out, "    | %.*s\n", (int)n, at);
        at += n + 1;
    }
    return true;
}

/* Is it one of the words? Where there is no process, nobody is missed. */
static bool is_named(const struct stage *s, endpoint_t ep, const char *words)
{
    const char *name = world_name(&s->model->world, ep);
    size_t length = name ? strlen(name) : 0;
    for (const char *at = words; name && *at; at += strcspn(at, " "), at += strspn(at, " "))
        if (strcspn(at, " ") == length && strncmp(at, name, length) == 0)
            return true;
    return ep == EP_NONE || ep == EP_ANY || ep == EP_KERNEL;
}

static bool is_shown(const struct stage *s, const struct event *e, const char *names)
{
    const uint32_t kinds = EVENT_BIT(EVENT_BLOCK) | EVENT_BIT(EVENT_DELIVER) |
                           EVENT_BIT(EVENT_WAKE) | EVENT_BIT(EVENT_FAIL) | EVENT_BIT(EVENT_NOTIFY) |
                           EVENT_BIT(EVENT_IRQ) | EVENT_BIT(EVENT_CRASH) | EVENT_BIT(EVENT_RESTART);
    bool call = e->kind == EVENT_CALL && (e->call & IPC_CALL_MASK) <= IPC_REPLYREC;
    return (call || kinds & EVENT_BIT(e->kind)) && is_named(s, e->who, names) &&
           is_named(s, e->peer, names);
}

/* What is told of an event has up to three parts, two blanks between them: put below each other, they are a table. */
static void put_event(const struct paper *paper, const struct event *e, const struct world *w)
{
    char text[DESCRIBE_BYTES], time[32];
    char *kind = describe_event(text, sizeof text, e, world_name, w);
    char *parties = strstr(kind, "  "), *what = parties ? strstr(parties + 2, "  ") : NULL;
    int width = parties ? (int)((what ? what : kind + strlen(kind)) - parties) - 2 : 0;
    fprintf(paper->out, " %s  %-8.*s  %-22.*s  %.*s\n", view_time(time, e->time),
            (int)strcspn(kind, " "), kind, width, parties ? parties + 2 : "", paper->columns - 48,
            what ? what + 2 : "");
}

static bool put_events(const struct paper *paper, struct stage *s, const char *names)
{
    uint64_t first = s->events < STAGE_EVENTS ? 0 : s->events - STAGE_EVENTS;
    int lines = 0;
    for (uint64_t i = first; i < s->events && lines < LIST_MOST; i++) {
        const struct event *e = &s->event[i % STAGE_EVENTS];
        if (!is_shown(s, e, names))
            continue;
        if (lines++ == 0)
            fprintf(paper->out, "     TIME  %-8s  %-22s  %s\n", "EVENT", "WHO", "WHAT");
        put_event(paper, e, &s->model->world);
    }
    return lines > 0 || nothing(s, "there is no such event");
}

/* Whose waiting is of interest: whoever is about to send, or has got the message that was waited for. */
static endpoint_t chosen(const struct stage *s)
{
    const struct entry *found = stream_entry(&s->model->history->stream, s->found);
    if (s->stopped_before.number)
        return s->stopped_before.who; /* of a notification, whom it is for */
    return found ? found->dest : s->model->world.running;
}

/* The episodes that have not been shown yet, in their order. */
static bool put_recoveries(const struct paper *paper, struct stage *s, const struct view *v)
{
    uint64_t count = s->model->episodes.count, first = s->recoveries + 1;
    struct grid g = {.ascii = v->ascii};
    if (first > count)
        return nothing(s, "nothing has died");
    if (!grid_resize(&g, VIEW_EPISODE_ROWS, paper->columns))
        return nothing(s, "not enough memory");
    for (; s->recoveries < count; s->recoveries++) {
        const struct episode *e = episode_find(&s->model->episodes, s->recoveries + 1);
        if (!e)
            continue;
        grid_clear(&g);
        view_episode(&g, v, e, 0, (struct rect){0, 0, VIEW_EPISODE_ROWS, paper->columns});
        put_grid(paper->out, &g);
    }
    grid_free(&g);
    return true;
}

/* ---- all of them ---------------------------------------------------------------------------------- */

bool show(const struct paper *paper, struct stage *s, const struct command *c)
{
    struct view v = {.ascii = paper->ascii,
                     .focus = FOCUS_CONSOLE,
                     .notices = c->filter != NULL,
                     .filter = c->filter,
                     .range_from = s->since,
                     .range_to = UINT64_MAX,
                     .now = s->model->world.now,
                     .chosen = chosen(s)};
    if (c->filter)
        filter_resolver(c->filter, world_name, &s->model->world);
    switch (c->picture) {
    case PICTURE_TREE:
        return put_tree(paper, s, &v);
    case PICTURE_MESSAGES:
        return put_messages(paper, s, &v, view_stream, 1);
    case PICTURE_LADDER:
        return put_messages(paper, s, &v, view_ladder, 2);
    case PICTURE_WAITS:
        return put_pane(paper, s, &v, view_waits, PANE_ROWS);
    case PICTURE_PROCESSES:
        return put_pane(paper, s, &v, view_processes, PANE_ROWS);
    case PICTURE_LATENCY:
        return put_pane(paper, s, &v, view_latency, PANE_ROWS);
    case PICTURE_LOG:
        return put_pane(paper, s, &v, view_log, PANE_ROWS);
    case PICTURE_CONSOLE:
        return put_console(paper, s);
    case PICTURE_EVENTS:
        return put_events(paper, s, c->text);
    case PICTURE_RECOVERY:
        return put_recoveries(paper, s, &v);
    case PICTURES:
        break;
    }
    return nothing(s, "there is no such picture");
}

void show_stop(FILE *out, const struct stage *s)
{
    struct entry e;
    char text[NAMES_MESSAGE_BYTES], time[32];
    if (!s->stopped_before.number) {
        fputs("The guest is back at the prompt.\n", out);
        return;
    }
    pending_entry(&e, &s->model->world, &s->stopped_before);
    names_message(text, sizeof text, &e.message, world_name, &s->model->world);
    fprintf(out, "The guest stands still at %s, before %s > %s\n    %s\n", view_time(time, e.time),
            e.source_name, e.dest_name, text);
}
