/* What each action does. */
#include <stdio.h>
#include <string.h>
#include "emu/dash/dash.h"
#include "emu/dash/screen.h"

#define WHEEL_LINES 3

/* ---- moving about ------------------------------------------------------------------------------ */

static void go_to_page(struct dash *d, int page)
{
    d->view.page = (enum view_page)((page + PAGES) % PAGES);
    d->view.top = 0;
    d->view.zoom = d->view.help = false;
    /* What a key that is there already does next depends on what this page has room for. */
    moment_settle(d);
    view_draw(&d->grid, &d->view, &d->scene);
}

static void to_console(struct dash *d)
{
    if (!d->view.live) {
        dash_say(d, "A recorded trace: nobody reads what is typed.");
        return;
    }
    if (d->view.console_rows == 0)
        go_to_page(d, PAGE_CONSOLE);
    d->view.focus = FOCUS_CONSOLE;
    d->view.console_back = 0;
}

/* Enter: the chosen process in full, or the selected message in the trace, and there as a ladder. */
static void open_chosen(struct dash *d)
{
    uint64_t event = view_moves(&d->view) == MOVES_LINE ? view_target(&d->view, &d->scene) : 0;
    if (event && !moment_goto(d, event))
        dash_say(d, "That lies too far back: nothing is kept of that time.");
    else if (d->view.page == PAGE_CONSOLE)
        to_console(d);
    else if (d->view.page == PAGE_OVERVIEW || d->view.page == PAGE_WAITS)
        go_to_page(d, PAGE_PROCESS);
    else
        go_to_page(d, d->view.page == PAGE_TRACE ? PAGE_LADDER : PAGE_TRACE);
}

static void to_partner(struct dash *d)
{
    const struct entry *e = moment_entry(d);
    if (e && e->partner && stream_entry(&d->scene.history->stream, e->partner))
        d->view.selected = e->partner;
    else
        dash_say(d, e && e->partner ? "Its partner lies too far back." : "It has no reply.");
}

static void take_click(struct dash *d, struct key k)
{
    struct view *v = &d->view;
    struct view_hit hit = view_at(v, &d->scene, k.row, k.column);
    if (k.wheel) {
        scroll_by(d, WHEEL_LINES * k.wheel);
        return;
    }
    v->focus = FOCUS_TABLES;
    if (hit.page >= 0)
        go_to_page(d, hit.page);
    else if (hit.message)
        v->selected = hit.message;
    else if (hit.process != EP_NONE)
        v->chosen = hit.process;
}

/* ---- closing ----------------------------------------------------------------------------------- */

/* Esc closes one thing after the other: what lies on top first. */
static void cancel(struct dash *d)
{
    struct view *v = &d->view;
    if (v->dialog.open || v->help) {
        if (v->dialog.open && v->dialog.confirm)
            dash_say(d, "Nothing was done.");
        v->dialog.open = v->help = false;
    } else if (v->zoom) {
        v->zoom = false;
    } else if (v->selected) {
        moment_follow(d);
    } else {
        v->search_text[0] = '\0';
    }
}

/* A guest that runs, or stands still, is gone by it: that is asked first. */
static void quit(struct dash *d)
{
    struct view *v = &d->view;
    bool small = d->grid.rows < VIEW_MIN_ROWS || d->grid.columns < VIEW_MIN_COLUMNS;
    if (!v->live || small) { /* there, nothing can be asked */
        d->quit = true;
        return;
    }
    v->help = false;
    v->dialog = (struct view_dialog){
        .open = true, .title = "End the run?", .rows = 2, .confirm = 'y', .ends = true};
    snprintf(v->dialog.row[0], sizeof v->dialog.row[0],
             "The guest stops as if its power were cut.");
    snprintf(v->dialog.row[1], sizeof v->dialog.row[1], "%s",
             v->tracing ? "The trace file is kept: courier dash opens it."
                        : "No trace was written: what is seen here is gone.");
}

static void suspend(struct dash *d)
{
    screen_suspend();
    if (d->view.live)
        guest_resync(&d->guest);
    dash_resize(d);
}

/* ---- all of them, by what they are about --------------------------------------------------------- */

/* Where one looks. False: it is something else. */
static bool look(struct dash *d, enum action action, struct key k)
{
    struct view *v = &d->view;
    switch (action) {
    case ACTION_PAGE:
        go_to_page(d, (int)(k.code - '1'));
        return true;
    case ACTION_NEXT_PAGE:
    case ACTION_LAST_PAGE:
        go_to_page(d, (int)v->page + (action == ACTION_NEXT_PAGE ? 1 : -1));
        return true;
    case ACTION_TO_CONSOLE:
        to_console(d);
        return true;
    case ACTION_TO_TABLES:
        v->focus = FOCUS_TABLES;
        return true;
    case ACTION_UP:
    case ACTION_DOWN:
        scroll_by(d, action == ACTION_UP ? -1 : 1);
        return true;
    case ACTION_PAGE_UP:
    case ACTION_PAGE_DOWN:
    case ACTION_HOME:
    case ACTION_END:
        scroll_far(d, action);
        return true;
    case ACTION_LEFT:
    case ACTION_RIGHT:
        view_choose(v, &d->scene, action == ACTION_LEFT ? -1 : 1);
        return true;
    case ACTION_MESSAGE_UP:
    case ACTION_MESSAGE_DOWN:
        moment_move(d, action == ACTION_MESSAGE_UP ? -1 : 1);
        return true;
    case ACTION_OPEN:
        open_chosen(d);
        return true;
    case ACTION_PARTNER:
        to_partner(d);
        return true;
    case ACTION_CONSOLE_UP:
    case ACTION_CONSOLE_DOWN:
        scroll_console(d, action == ACTION_CONSOLE_UP ? v->console_rows : -v->console_rows);
        return true;
    case ACTION_MOUSE:
        take_click(d, k);
        return true;
    default:
        return false;
    }
}

/* How it is shown. */
static bool arrange(struct dash *d, enum action action)
{
    struct view *v = &d->view;
    switch (action) {
    case ACTION_NOTICES:
        v->notices = !v->notices;
        dash_say(d, v->notices ? "Notifications show, too." : "Notifications do not show.");
        return true;
    case ACTION_HOST_TIME:
        v->by_host = !v->by_host;
        return true;
    case ACTION_ZOOM:
        v->zoom = !v->zoom;
        return true;
    case ACTION_FOLLOW:
        moment_follow(d);
        return true;
    case ACTION_FREEZE:
        moment_freeze(d, !v->frozen);
        return true;
    case ACTION_HELP:
        v->help = true;
        v->help_top = 0;
        return true;
    case ACTION_HELP_UP:
    case ACTION_HELP_DOWN:
    case ACTION_HELP_PAGE_UP:
    case ACTION_HELP_PAGE_DOWN:
    case ACTION_HELP_HOME:
    case ACTION_HELP_END:
        scroll_help(d, action);
        return true;
    case ACTION_CANCEL:
        cancel(d);
        return true;
    default:
        return false;
    }
}

/* Finding messages again. */
static bool find(struct dash *d, enum action action)
{
    struct view *v = &d->view;
    switch (action) {
    case ACTION_TAG:
        search_tag(d);
        return true;
    case ACTION_UNTAG:
        v->tags = 0;
        return true;
    case ACTION_MARK:
    case ACTION_JUMP:
        typing_await(d, action == ACTION_MARK ? 'm' : '\'');
        return true;
    case ACTION_SEARCH:
    case ACTION_SEARCH_BACK:
        typing_open(d, action == ACTION_SEARCH ? PROMPT_SEARCH : PROMPT_SEARCH_BACK, "");
        return true;
    case ACTION_AGAIN:
    case ACTION_AGAIN_BACK:
        search_again(d, action == ACTION_AGAIN ? d->search_step : -d->search_step);
        return true;
    case ACTION_FILTER:
        typing_open(d, PROMPT_FILTER, v->filter_text);
        return true;
    case ACTION_COMMAND:
        typing_open(d, PROMPT_COMMAND, "");
        return true;
    case ACTION_EXPORT:
        typing_open(d, PROMPT_COMMAND, "export csv ");
        return true;
    default:
        return false;
    }
}

/* What is done to the guest. */
static bool control(struct dash *d, enum action action, struct key k)
{
    switch (action) {
    case ACTION_PAUSE:
        control_pause(d);
        return true;
    case ACTION_GO_ON:
        control_go_on(d);
        return true;
    case ACTION_STEP:
        control_step(d, CONTROL_STEP);
        return true;
    case ACTION_OVER:
        control_step(d, CONTROL_OVER);
        return true;
    case ACTION_FINISH:
        control_step(d, CONTROL_FINISH);
        return true;
    case ACTION_BREAK:
        control_ask_break(d);
        return true;
    case ACTION_BREAKS:
        control_breaks(d);
        return true;
    case ACTION_FAULTS:
        deeds_menu(d);
        return true;
    case ACTION_RESTART:
    case ACTION_KILL:
        deeds_ask(d, action == ACTION_KILL ? DEED_KILL : DEED_RESTART, "", 1);
        return true;
    case ACTION_CONFIRM:
        if (d->view.dialog.ends)
            d->quit = true;
        else
            deeds_confirm(d);
        return true;
    case ACTION_PICK:
        deeds_pick(d, (char)k.code);
        return true;
    default:
        return false;
    }
}

void act(struct dash *d, enum action action, struct key k)
{
    if (look(d, action, k) || arrange(d, action) || find(d, action) || control(d, action, k))
        return;
    switch (action) {
    case ACTION_TYPE:
        typing_guest(d, k);
        break;
    case ACTION_EDIT:
        typing_line(d, k);
        break;
    case ACTION_LETTER:
        typing_letter(d, k);
        break;
    case ACTION_REDRAW:
        screen_redraw();
        break;
    case ACTION_RESIZE:
        dash_resize(d);
        break;
    case ACTION_SUSPEND:
        suspend(d);
        break;
    case ACTION_QUIT:
        quit(d);
        break;
    case ACTION_UNKNOWN:
        dash_say(d, "That key does nothing here; F1 shows the keys.");
        break;
    default:
        break;
    }
}
