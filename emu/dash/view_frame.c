/*
 * The frame: the status line, the tabs, and the last row, which says what the keys do or holds the line being typed.
 */
#include <stdio.h>
#include <string.h>
#include "emu/dash/view_parts.h"

#define TIME_PER_MS 100000 /* of virtual time */
#define CHIPS_AT    52     /* column behind the tabs */

/* ---- status line --------------------------------------------------------------------------------- */

/* Virtual time in at most 9 columns: the larger, the fewer decimals. */
static void status_time(char *out, size_t size, uint64_t time)
{
    uint64_t ms = time / TIME_PER_MS, seconds = ms / 1000;
    unsigned fraction = (unsigned)(ms % 1000);
    char number[16];
    if (seconds < 100000)
        snprintf(out, size, "%u.%03u", (unsigned)seconds, fraction);
    else if (seconds < 10000000)
        snprintf(out, size, "%u.%u", (unsigned)seconds, fraction / 100);
    else
        snprintf(out, size, "%s", view_number(number, seconds));
}

/* Messages in the last second, those that the list would show. */
static uint64_t rate(const struct view *v)
{
    return v->rate + (v->notices ? v->notice_rate : 0);
}

/* "shown 1:37": of so many messages one finds room on the screen, at this rate and frames a second. At most 12 columns. */
static void shown(char *out, size_t size, const struct view *v)
{
    uint64_t room = (uint64_t)v->message_rows * (v->frames ? v->frames : 1);
    uint64_t ratio = room ? rate(v) / room + (rate(v) % room != 0) : 0;
    *out = '\0';
    if (v->message_rows && ratio > 9999)
        snprintf(out, size, "shown 1:many");
    else if (v->message_rows)
        snprintf(out, size, "shown 1:%u", ratio ? (unsigned)ratio : 1);
}

/* What is kept of the run: in a file, or only counted. */
static void traced(char *out, size_t size, const struct view *v, const struct scene *s)
{
    char events[16], lost[16];
    if (v->tracing)
        snprintf(out, size, "trace %s lost %s", view_number(events, v->traced),
                 view_number(lost, v->lost));
    else
        snprintf(out, size, "%s events", view_number(events, s->model->world.event));
}

/* What there is to say, in order; what has no text is not there. */
enum status_part { TIME, INSTRUCTIONS, WHY, RATE, TRACED, SHOWN, RESTARTS, PARTS };

struct status {
    char part[PARTS][VIEW_FLASH];
};

static void fill_status(struct status *t, const struct view *v, const struct scene *s)
{
    char number[16], time[32];
    uint64_t restarts = s->model->world.restarts;
    memset(t, 0, sizeof *t);
    if (v->live && !v->paused)
        status_time(time, sizeof time, v->now);
    else
        view_time(time, v->now); /* at a standstill the steps are small */
    snprintf(t->part[TIME], sizeof t->part[TIME], "%8s s", time);
    snprintf(t->part[INSTRUCTIONS], sizeof t->part[INSTRUCTIONS], "%5s insns",
             view_number(number, v->instructions));
    traced(t->part[TRACED], sizeof t->part[TRACED], v, s);
    if (restarts)
        snprintf(t->part[RESTARTS], sizeof t->part[RESTARTS], "%s restart%s",
                 view_number(number, restarts), restarts == 1 ? "" : "s");
    if (!v->live) {
        snprintf(t->part[SHOWN], sizeof t->part[SHOWN], "%s", v->file ? v->file : "");
    } else if (v->paused) {
        snprintf(t->part[WHY], sizeof t->part[WHY], "%s", v->stopped[0] ? v->stopped : "paused");
    } else {
        snprintf(t->part[RATE], sizeof t->part[RATE], "%4s msg/s", view_number(number, rate(v)));
        shown(t->part[SHOWN], sizeof t->part[SHOWN], v);
    }
}

static int status_columns(const struct status *t)
{
    int width = 0;
    for (int i = 0; i < PARTS; i++)
        width += t->part[i][0] ? view_columns(t->part[i]) + 2 : 0;
    return width;
}

/* The state, then the parts; where there is no room for all, the first of those that can be missed goes first. */
void view_status(struct grid *g, const struct view *v, const struct scene *s)
{
    static const enum status_part missed[] = {INSTRUCTIONS, TRACED, RESTARTS};
    const char *state = !v->live ? " FILE " : v->paused ? " STOP " : " RUN  ";
    int at = 6;
    struct status t;
    grid_fill(g, 0, 0, g->columns, ' ', STYLE_BAR);
    grid_text(g, 0, 0, 6, v->live && !v->paused ? STYLE_BAR : STYLE_ALERT, 0, state);
    fill_status(&t, v, s);
    for (int i = 0; i < 3 && at + status_columns(&t) - 1 > g->columns; i++)
        t.part[missed[i]][0] = '\0';
    for (int i = 0; i < PARTS; i++)
        if (t.part[i][0])
            at += grid_text(g, 0, at, g->columns - at, i == WHY ? STYLE_ALERT : STYLE_BAR,
                            view_glyphs(v)->cut, t.part[i]) +
                  2;
}

/* ---- tabs ------------------------------------------------------------------------------------------- */

static const char *const tab[PAGES] = {"1Over", "2Trace", "3Ladder", "4Wait",
                                       "5Lat",  "6Proc",  "7Cons",   "8Log"};

int view_tab_at(int column)
{
    int at = 1;
    for (int i = 0; i < PAGES; i++) {
        int width = (int)strlen(tab[i]);
        if (column >= at && column < at + width)
            return i;
        at += width + 1;
    }
    return -1;
}

/* A word behind the tabs; returns where the next one goes. */
static int chip(struct grid *g, const struct view *v, int at, enum style style, const char *text)
{
    if (at + 4 > g->columns)
        return at;
    return at + grid_text(g, 1, at, g->columns - at, style, view_glyphs(v)->cut, text) + 2;
}

void view_tabs(struct grid *g, const struct view *v, const struct scene *s)
{
    char text[VIEW_TEXT + 32], time[2][32];
    int at = 0;
    for (int i = 0; i < PAGES; i++) {
        bool here = i == (int)v->page;
        /* The current page in brackets, so that its colour is not the only sign. */
        int width = grid_text(g, 1, at + 1, 10, here ? STYLE_FOCUS : STYLE_LABEL, 0, tab[i]);
        if (here) {
            grid_put(g, 1, at, '[', STYLE_FOCUS);
            grid_put(g, 1, at + 1 + width, ']', STYLE_FOCUS);
        }
        at += width + 1;
    }
    at = CHIPS_AT;
    if (view_then(v, s)) {
        snprintf(text, sizeof text, "as of %s", view_time(time[0], s->world->now));
        at = chip(g, v, at, STYLE_ALERT, text);
    }
    if (v->frozen)
        at = chip(g, v, at, STYLE_ALERT, "frozen (Z)");
    if (v->filter) {
        snprintf(text, sizeof text, "filter %s", v->filter_text);
        at = chip(g, v, at, STYLE_WARN, text);
    }
    if (v->range_to) {
        snprintf(text, sizeof text, "%s to %s", view_time(time[0], v->range_from),
                 view_time(time[1], v->range_to));
        at = chip(g, v, at, STYLE_WARN, text);
    }
    if (v->notices)
        at = chip(g, v, at, STYLE_DIM, "+notifications");
    if (v->readonly)
        chip(g, v, at, STYLE_DIM, "read only");
}

/* ---- keys --------------------------------------------------------------------------------------------- */

struct key_hint {
    const char *key, *label;
};

/* Draws hints from left to right, as many as fit. */
static int draw_hints(struct grid *g, int row, int at, const struct key_hint *hint, int count)
{
    for (int i = 0; i < count; i++) {
        int width = view_columns(hint[i].key) + 1 + view_columns(hint[i].label);
        if (!hint[i].label[0] || at + width > g->columns)
            continue;
        at += grid_text(g, row, at, g->columns - at, STYLE_KEY, 0, hint[i].key) + 1;
        at += grid_text(g, row, at, g->columns - at, STYLE_LABEL, 0, hint[i].label) + 2;
    }
    return at;
}

#define HINTS(g, row, at, array)                                                                   \
    draw_hints(g, row, at, array, (int)(sizeof(array) / sizeof *(array)))

enum view_moves view_moves(const struct view *v)
{
    static const enum view_moves moves[PAGES] = {
        [PAGE_OVERVIEW] = MOVES_PROCESS, [PAGE_TRACE] = MOVES_MESSAGE,
        [PAGE_LADDER] = MOVES_MESSAGE,   [PAGE_WAITS] = MOVES_PROCESS,
        [PAGE_LATENCY] = MOVES_LINE,     [PAGE_PROCESS] = MOVES_PROCESS,
        [PAGE_CONSOLE] = MOVES_CONSOLE,  [PAGE_LOG] = MOVES_LINE};
    return moves[v->page < PAGES ? v->page : PAGE_OVERVIEW];
}

/* Of a process page PgUp and PgDn move what is long there. */
static const char *paged(const struct view *v)
{
    return view_moves(v) != MOVES_PROCESS ? "" : v->page == PAGE_PROCESS ? "Scroll" : "Messages";
}

static int page_keys(struct grid *g, const struct view *v, int at)
{
    static const char *const moved[] = {"Process", "Message", "Line", "Scroll"};
    const char *follow = v->selected ? "Follow" : "";
    const struct key_hint hint[] = {
        {view_glyphs(v)->up_down, moved[view_moves(v)]},
        {v->page == PAGE_PROCESS ? "PgDn" : "PgUp", paged(v)},
        {"F", follow},
        {"t", v->page == PAGE_LATENCY ? "Host time" : ""},
        {"i", v->live && v->page == PAGE_CONSOLE ? "Type" : ""},
        {"r", v->page == PAGE_TRACE || v->page == PAGE_LADDER ? "Reply" : ""}};
    return HINTS(g, g->rows - 1, at, hint);
}

static void help_keys(struct grid *g, const struct view *v, int row)
{
    const struct key_hint hint[] = {{view_glyphs(v)->up_down, "Scroll"},
                                    {"PgDn", "A page on"},
                                    {"q Esc", "Close"},
                                    {"1 to 8", v->prompt ? "" : "Another view"}};
    HINTS(g, row, 1, hint);
}

static void dialog_keys(struct grid *g, const struct view_dialog *d, int row)
{
    const char *key = d->digits ? "A digit" : d->menu ? "A letter" : "y";
    const char *does = d->list ? "On or off" : d->menu ? "Does that" : d->confirm ? "Does it" : "";
    bool cancels = (d->menu || d->confirm) && !d->list;
    const struct key_hint hint[] = {{key, does},
                                    {"d", d->list ? "Delete" : ""},
                                    {"Any other key", cancels ? "Cancel" : "Close"}};
    HINTS(g, row, 1, hint);
}

/* What lies over the page has the keys, or the console does. False: the page has them. */
static bool other_keys(struct grid *g, const struct view *v, int row, const char *kill)
{
    const struct key_hint in_console[] = {{"Ctrl-]", "Leave console"},
                                          {"F1", "Help"},
                                          {"F2", v->paused ? "Go on" : "Pause"},
                                          {"F5", "Zoom"},
                                          {"F9", kill},
                                          {"F10", "Quit"}};
    if (v->dialog.open)
        dialog_keys(g, &v->dialog, row);
    else if (v->help)
        help_keys(g, v, row);
    else if (v->focus == FOCUS_CONSOLE)
        HINTS(g, row, 1, in_console);
    else
        return false;
    return true;
}

void view_keys(struct grid *g, const struct view *v)
{
    int row = g->rows - 1;
    /* Where Enter goes from each page. */
    static const char *const opens[PAGES] = {"Process", "Ladder", "Trace", "Process",
                                             "Slowest", "Trace",  "",      "Its moment"};
    const char *kill = v->readonly || !v->live ? "" : "Kill";
    if (v->flash[0]) {
        grid_text(g, row, 1, g->columns - 2, STYLE_WARN, view_glyphs(v)->cut, v->flash);
        return;
    }
    if (other_keys(g, v, row, kill))
        return;
    const struct key_hint first[] = {{"F1", "Help"}, {"q", "Quit"}};
    const struct key_hint stopped[] = {
        {"c", "Go on"}, {"s", "Step"}, {"o", "Over"}, {"f", "Finish"}};
    const struct key_hint running[] = {{"p", "Pause"}};
    const char *enter = opens[v->page < PAGES ? v->page : PAGE_OVERVIEW];
    bool lines = view_moves(v) == MOVES_LINE; /* what Enter does is not to be guessed there */
    const struct key_hint rest[] = {{"Enter", lines ? enter : ""},
                                    {"/", "Find"},
                                    {"\\", "Filter"},
                                    {"Enter", lines ? "" : enter},
                                    {"b", v->live ? "Break" : ""},
                                    {"F9", kill},
                                    {"F7", kill[0] ? "Fault" : ""},
                                    {"Tab", "Next page"},
                                    {"i", v->live ? "Console" : ""},
                                    {":", "Command"}};
    int at = HINTS(g, row, 1, first);
    if (v->live)
        at = v->paused ? HINTS(g, row, at, stopped) : HINTS(g, row, at, running);
    at = page_keys(g, v, at);
    HINTS(g, row, at, rest);
}

/* ---- the line being typed ------------------------------------------------------------------------------ */

/* A caret under the mistake, and what is wrong: behind it, or before it where there is no room. */
static void draw_mistake(struct grid *g, const struct view *v, int row, int column)
{
    int width = view_columns(v->flash);
    int where = column + 2 + width <= g->columns ? column + 2 : column - width - 1;
    where = where > 0 ? where : 0;
    grid_fill(g, row, 0, g->columns, ' ', STYLE_NORMAL);
    grid_put(g, row, column, '^', STYLE_BAD);
    grid_text(g, row, where, g->columns - where, STYLE_BAD, view_glyphs(v)->cut, v->flash);
}

/* The line, between it and the keys a row for a mistake if there is one, and the keys. */
void view_prompt(struct grid *g, const struct view *v)
{
    static const char *const label[] = {[PROMPT_SEARCH] = "/",
                                        [PROMPT_SEARCH_BACK] = "?",
                                        [PROMPT_FILTER] = "Filter: ",
                                        [PROMPT_BREAK] = "Break at: ",
                                        [PROMPT_COMMAND] = ":"};
    int last = g->rows - 1, row = last - (v->mistake > 0 ? 2 : 1);
    int at = view_columns(label[v->prompt]), room = g->columns - at - 1;
    char before[VIEW_TEXT];
    snprintf(before, sizeof before, "%.*s", v->cursor, v->typed);
    /* What is left of a long line scrolls out. */
    const char *text = v->typed;
    int skip = 0;
    while (view_columns(before) - skip > room && *text) {
        do
            text++;
        while ((*text & 0xc0) == 0x80);
        skip++;
    }
    grid_fill(g, row, 0, g->columns, ' ', STYLE_NORMAL);
    grid_fill(g, last, 0, g->columns, ' ', STYLE_NORMAL);
    grid_text(g, row, 0, at, STYLE_KEY, 0, label[v->prompt]);
    grid_text(g, row, at, room, STYLE_NORMAL, 0, text);
    g->cursor_row = row;
    g->cursor_column = at + view_columns(before) - skip;
    if (v->mistake > 0) {
        snprintf(before, sizeof before, "%.*s", v->mistake - 1, v->typed);
        int column = at + view_columns(before) - skip;
        draw_mistake(g, v, row + 1, column);
    }
    const struct key_hint hint[] = {{"Enter", "Do it"}, {"Esc", "Cancel"}, {"F1", "Help"}};
    if (v->flash[0] && v->mistake <= 0)
        grid_text(g, last, 1, g->columns - 2, STYLE_WARN, view_glyphs(v)->cut, v->flash);
    else if (v->help)
        help_keys(g, v, last);
    else
        HINTS(g, last, 1, hint);
}
