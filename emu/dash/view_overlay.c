/* What lies over the panes: the question before a deed, the help page, and "too small". */
#include <stdio.h>
#include <string.h>
#include "emu/dash/view.h"
#include "emu/trace/names.h"

/* An empty box of this size in the middle; returns its inside. */
static struct rect draw_box(struct grid *g, const struct view *v, int rows, int columns,
                            const char *title)
{
    const struct glyphs *glyphs = view_glyphs(v);
    struct rect r = {(g->rows - rows) / 2, (g->columns - columns) / 2, rows, columns};
    int bottom = r.row + rows - 1, right = r.column + columns - 1;
    for (int row = r.row; row <= bottom; row++)
        grid_fill(g, row, r.column, columns, ' ', STYLE_BOX);
    grid_fill(g, r.row, r.column, columns, glyphs->rule, STYLE_BOX);
    grid_fill(g, bottom, r.column, columns, glyphs->rule, STYLE_BOX);
    for (int row = r.row; row <= bottom; row++) {
        grid_put(g, row, r.column, glyphs->vertical, STYLE_BOX);
        grid_put(g, row, right, glyphs->vertical, STYLE_BOX);
    }
    grid_put(g, r.row, r.column, glyphs->corner[0], STYLE_BOX);
    grid_put(g, r.row, right, glyphs->corner[1], STYLE_BOX);
    grid_put(g, bottom, r.column, glyphs->corner[2], STYLE_BOX);
    grid_put(g, bottom, right, glyphs->corner[3], STYLE_BOX);
    grid_put(g, r.row, r.column + 2, ' ', STYLE_BOX);
    int used = grid_text(g, r.row, r.column + 3, columns - 6, STYLE_BOX_BOLD, 0, title);
    grid_put(g, r.row, r.column + 3 + used, ' ', STYLE_BOX);
    g->cursor_row = -1;
    return (struct rect){r.row + 1, r.column + 3, rows - 2, columns - 6};
}

/* ---- the question ---------------------------------------------------------------------------- */

/* Who waits for the target: "sh, ls and 3 more", or "nobody". */
static void waiters(char *out, size_t size, const struct model *m, endpoint_t target)
{
    int found = 0;
    size_t used = 0;
    *out = '\0';
    for (int i = 1; i < NSLOTS; i++) {
        const struct model_process *p = &m->process[i];
        if (!p->used || p->peer != target || (p->state != PROC_SENDING && p->state != PROC_REPLY))
            continue;
        if (++found <= 3 && used < size)
            used +=
                (size_t)snprintf(out + used, size - used, "%s%s", found > 1 ? ", " : "", p->name);
    }
    if (found == 0)
        snprintf(out, size, "nobody");
    else if (found > 3 && used < size)
        snprintf(out + used, size - used, " and %d more", found - 3);
}

void view_question(struct grid *g, const struct view *v, const struct model *m)
{
    const char *name = model_name(m, v->target);
    bool rs = v->target == EP_RS;
    char line[3][96], who[64];
    waiters(who, sizeof who, m, v->target);
    snprintf(line[0], sizeof line[0], "%s, endpoint %u, incarnation %u", name ? name : "?",
             EP_SLOT(v->target), v->incarnation);
    snprintf(line[1], sizeof line[1], "Waiting for it: %s", who);
    snprintf(line[2], sizeof line[2], "y  kill %s", name ? name : "it");
    struct rect r = draw_box(g, v, 11, 60, "Kill server");
    grid_text(g, r.row + 1, r.column, r.columns, STYLE_BOX_BOLD, 0, line[0]);
    grid_text(g, r.row + 2, r.column, r.columns, STYLE_BOX, view_glyphs(v)->cut, line[1]);
    grid_text(g, r.row + 3, r.column, r.columns, STYLE_BOX, 0,
              rs ? "It dies when it next runs: to send the next heartbeat,"
                 : "It dies when it next runs: at RS's next heartbeat, if");
    grid_text(g, r.row + 4, r.column, r.columns, STYLE_BOX, 0,
              rs ? "within 0.5 s. Then the kernel starts it anew."
                 : "it waits, within 0.5 s. Then RS starts it anew.");
    grid_text(g, r.row + 6, r.column, r.columns, STYLE_BOX, 0,
              "Cancel: Enter, Esc or any other key");
    grid_text(g, r.row + 7, r.column, r.columns, STYLE_BOX_BOLD, 0, line[2]);
}

/* ---- help ------------------------------------------------------------------------------------ */

static const char *const help[] = {
    "Anywhere       F1 help    F2 pause, go on    F5 zoom    F10 quit",
    "               F9 kill the chosen server, which is started anew",
    "In the console every key goes to the guest; Ctrl-] leaves it.",
    "               Shift-PgUp, Shift-PgDn scroll it",
    "In the tables  Tab console   Up, Down, j, k choose   p pause",
    "               PgUp, PgDn, Home, End scroll the messages",
    "               [ ] scroll the console   n notifications   q quit",
    "",
    "INC      incarnation: which life of a service this is",
    "STATE    sending: until the other receives",
    "         awaiting: the other has the request, owes the reply",
    "OPEN     requests that it has and owes a reply to",
    "IN, OUT  messages      CPU  share of the last second",
    "P50, P99 from a client's call to this process's reply, where it",
    "         waits for no typing, no other process and no alarm",
    "LATENCY  of the reply; 12.3k+ is still open. All latencies",
    "         and times are virtual: 100 instructions are 1 us.",
    "A killed server dies when it next runs; RS brings it back.",
};
#define HELP_LINES (int)(sizeof help / sizeof help[0])

void view_help(struct grid *g, const struct view *v)
{
    struct rect r = draw_box(g, v, HELP_LINES + 4, 72, "Help");
    for (int i = 0; i < HELP_LINES; i++)
        grid_text(g, r.row + 1 + i, r.column, r.columns, STYLE_BOX, 0, help[i]);
    grid_text(g, r.row + HELP_LINES + 1, r.column, r.columns, STYLE_BOX_BOLD, 0,
              "Any key closes this page.");
}

/* ---- too small ------------------------------------------------------------------------------- */

void view_too_small(struct grid *g)
{
    char line[64];
    int row = g->rows > 2 ? g->rows / 2 - 1 : 0;
    snprintf(line, sizeof line, "Courier needs %d x %d, this is %d x %d.", VIEW_MIN_COLUMNS,
             VIEW_MIN_ROWS, g->columns, g->rows);
    grid_text(g, row, 0, g->columns, STYLE_BOLD, 0, line);
    grid_text(g, row + 1, 0, g->columns, STYLE_NORMAL, 0, "The system runs on; q quits.");
}
