/*
 * The event log, the latest first. Above it the recovery episodes, each death of a service with the times between its steps; below
 * it the breakpoints.
 */
#include <stdio.h>
#include <string.h>
#include "emu/dash/view_parts.h"
#include "emu/trace/names.h"

#define EPISODE_ROWS 2 /* a row of times, and a row of circumstances */
#define BREAK_MOST   6 /* breakpoints that are shown */

/* ---- episodes ------------------------------------------------------------------------------------------- */

/* "+222us": from one step to the next; "-" while it has not come. */
static const char *step_text(char *out, uint64_t from, uint64_t to)
{
    if (!to || !from || to < from)
        return strcpy(out, "-");
    *out = '+';
    view_span(out + 1, (to - from) * 10);
    return out;
}

/* Who was blocked: "sh, ls and 3 more". */
static void clients_text(char *out, size_t size, const struct scene *s, const struct episode *e)
{
    size_t used = 0;
    unsigned named = e->blocked < EPISODE_CLIENTS ? e->blocked : EPISODE_CLIENTS;
    snprintf(out, size, e->blocked ? "" : "nobody");
    for (unsigned i = 0; i < named && used < size; i++) {
        char name[32];
        names_endpoint(name, sizeof name, e->client[i], world_name, &s->model->world);
        used += (size_t)snprintf(out + used, size - used, "%s%s", i ? ", " : "", name);
    }
    if (named < e->blocked && used < size)
        snprintf(out + used, size - used, " and %u more", e->blocked - named);
}

/* Why it died, and whom that stopped. */
static void draw_circumstances(struct grid *g, const struct view *v, const struct scene *s,
                               const struct episode *e, int row, struct rect r)
{
    char line[320], clients[96], pc[32] = "";
    clients_text(clients, sizeof clients, s, e);
    if (e->cause != ~0ull)
        snprintf(pc, sizeof pc, " at %#llx", (unsigned long long)e->pc);
    snprintf(line, sizeof line, "%s%s; blocked: %s%s%s", model_cause(e->cause), pc, clients,
             e->by_operator ? "; operator: " : "", e->by_operator ? e->deed : "");
    grid_text(g, row, r.column + 5, r.columns - 6, STYLE_DIM, view_glyphs(v)->cut, line);
}

static void draw_episode(struct grid *g, const struct episode *e, int row, struct rect r)
{
    char line[160], time[32], step[3][24];
    snprintf(line, sizeof line, "%3llu %-12.12s %4u %11s %9s %9s %6u %9s",
             (unsigned long long)e->number, e->name, e->incarnation, view_time(time, e->fault),
             step_text(step[0], e->fault, e->detected),
             step_text(step[1], e->detected, e->restarted), e->again,
             step_text(step[2], e->restarted, e->replied));
    grid_text(g, row, r.column + 1, r.columns - 1, e->replied ? STYLE_GOOD : STYLE_WARN, 0, line);
}

static void draw_episodes(struct grid *g, const struct view *v, const struct scene *s,
                          struct rect r)
{
    const struct episodes *all = &s->model->episodes;
    int row = r.row + 2;
    view_title(g, v, r, "Recovery", "from one step to the next, in virtual time");
    grid_text(g, r.row + 1, r.column + 1, r.columns - 1, STYLE_HEAD, 0,
              "  # SERVICE       INC       FAULT  DETECTED   RESTART  AGAIN   REPLIES");
    for (uint64_t n = all->count; n && row + EPISODE_ROWS <= r.row + r.rows; n--) {
        const struct episode *e = episode_find(all, n);
        if (!e)
            break;
        draw_episode(g, e, row, r);
        draw_circumstances(g, v, s, e, row + 1, r);
        row += EPISODE_ROWS;
    }
}

/* ---- the log, and the breakpoints ------------------------------------------------------------------------ */

static void draw_notes(struct grid *g, const struct view *v, const struct scene *s, struct rect r)
{
    uint64_t number = s->model->notes > v->top ? s->model->notes - v->top : 0;
    const struct note *n;
    view_title(g, v, r, "Log", "the latest first");
    for (int row = r.row + 1; row < r.row + r.rows && (n = model_note(s->model, number)) != NULL;
         row++, number--) {
        char time[32];
        grid_right(g, row, r.column, TIME_COLUMNS, STYLE_DIM, view_time(time, n->time));
        view_note(g, v, n, row, r.column + TIME_COLUMNS + 1, r.columns - TIME_COLUMNS - 2);
    }
}

static void draw_breaks(struct grid *g, const struct view *v, struct rect r)
{
    view_title(g, v, r, "Breakpoints", "B changes them");
    for (unsigned i = 0; i < v->break_count && (int)i < r.rows - 1; i++) {
        const struct view_break *b = &v->breaks[i];
        char line[VIEW_TEXT + 96], hits[16], ignore[40] = "";
        if (b->ignore)
            snprintf(ignore, sizeof ignore, ", %llu to ignore", (unsigned long long)b->ignore);
        snprintf(line, sizeof line, "%2u %-3s  %s hit%s%s  %s", b->number,
                 b->enabled ? "on" : "off", view_number(hits, b->hits), b->hits == 1 ? "" : "s",
                 ignore, b->text);
        grid_text(g, r.row + 1 + (int)i, r.column + 1, r.columns - 2,
                  b->enabled ? STYLE_NORMAL : STYLE_DIM, view_glyphs(v)->cut, line);
    }
}

void view_log(struct grid *g, const struct view *v, const struct scene *s, struct rect r)
{
    uint64_t episodes = s->model->episodes.count;
    if (episodes) {
        int want = 2 + EPISODE_ROWS * (episodes < 100 ? (int)episodes : 100);
        int rows = want < r.rows / 2 ? want : r.rows / 2;
        struct rect top = {r.row, r.column, rows, r.columns};
        draw_episodes(g, v, s, top);
        r.row += rows;
        r.rows -= rows;
    }
    if (v->break_count) {
        int rows = (v->break_count < BREAK_MOST ? (int)v->break_count : BREAK_MOST) + 1;
        struct rect bottom = {r.row + r.rows - rows, r.column, rows, r.columns};
        draw_breaks(g, v, bottom);
        r.rows -= rows;
    }
    draw_notes(g, v, s, r);
}
