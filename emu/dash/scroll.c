/* Moving in what is shown: a line, a page, or to an end; of messages, lines, the console, or the help. */
#include <limits.h>
#include "emu/dash/dash.h"

void scroll_console(struct dash *d, int delta)
{
    size_t lines = console_lines(d->scene.console), back = d->view.console_back;
    if (delta < 0)
        back = back > (size_t)-delta ? back - (size_t)-delta : 0;
    else
        back = back + (size_t)delta < lines ? back + (size_t)delta : lines - 1;
    d->view.console_back = back;
}

/* A page of lines: `top` moves; the view keeps it inside. */
static void scroll_lines(struct dash *d, int delta)
{
    uint64_t top = d->view.top;
    if (delta < 0)
        d->view.top = top > (uint64_t) - (int64_t)delta ? top - (uint64_t) - (int64_t)delta : 0;
    else
        d->view.top = top + (uint64_t)delta;
}

void scroll_by(struct dash *d, int delta)
{
    switch (view_moves(&d->view)) {
    case MOVES_PROCESS:
        view_choose(&d->view, &d->scene, delta);
        break;
    case MOVES_MESSAGE:
        moment_move(d, delta);
        break;
    case MOVES_LINE:
        scroll_lines(d, delta);
        break;
    case MOVES_CONSOLE:
        scroll_console(d, -delta);
        break;
    }
}

/* By a page, or to an end: processes stay; it is the messages that are many. */
void scroll_far(struct dash *d, enum action action)
{
    const struct view *v = &d->view;
    enum view_moves what = view_moves(v);
    bool up = action == ACTION_PAGE_UP || action == ACTION_HOME;
    bool end = action == ACTION_HOME || action == ACTION_END;
    int page = what == MOVES_CONSOLE || what == MOVES_LINE ? v->rows - 5 : v->message_rows;
    int delta = end ? INT_MAX : page > 1 ? page - 1 : 10;
    delta = up ? -delta : delta;
    if (v->page == PAGE_PROCESS)
        scroll_lines(d, end ? delta : (up ? -v->rows : v->rows) / 2);
    else if (what == MOVES_PROCESS)
        moment_move(d, delta);
    else
        scroll_by(d, delta);
}

/* The view keeps it inside. */
void scroll_help(struct dash *d, enum action action)
{
    int page = d->view.rows - 6, *top = &d->view.help_top;
    switch (action) {
    case ACTION_HELP_HOME:
        *top = 0;
        break;
    case ACTION_HELP_END:
        *top = INT_MAX;
        break;
    case ACTION_HELP_PAGE_UP:
    case ACTION_HELP_PAGE_DOWN:
        *top += action == ACTION_HELP_PAGE_UP ? -page : page;
        break;
    default:
        *top += action == ACTION_HELP_UP ? -1 : 1;
    }
    *top = view_help_top(&d->view, d->view.rows);
}
