/*
 * The views: pure functions from a scene (model, console) and what the operator has chosen to a
 * grid of cells. They know no terminal and no board.
 *
 * All views look at the same place: one selected message, one time range, one chosen process. Selecting an
 * earlier message shows the world as it was then.
 */
#ifndef EMU_DASH_VIEW_H
#define EMU_DASH_VIEW_H

#include <stdbool.h>
#include <stdint.h>
#include "emu/dash/console.h"
#include "emu/dash/grid.h"
#include "emu/model/filter.h"
#include "emu/model/model.h"

#define VIEW_MIN_ROWS    24
#define VIEW_MIN_COLUMNS 80
#define VIEW_TEXT        160 /* bytes of a line that is typed: filter, search, command */
#define VIEW_FLASH       160
#define VIEW_TAGS        64
#define VIEW_DIALOG_ROWS 16

/* Keys 1 to 8. */
enum view_page {
    PAGE_OVERVIEW,
    PAGE_TRACE,
    PAGE_LADDER,
    PAGE_WAITS,
    PAGE_LATENCY,
    PAGE_PROCESS,
    PAGE_CONSOLE,
    PAGE_LOG,
    PAGES
};

/* Where the keys go. A focused console takes every key but Ctrl-]. */
enum view_focus { FOCUS_TABLES, FOCUS_CONSOLE };

/* A line being typed at the bottom. */
enum view_prompt {
    PROMPT_NONE,
    PROMPT_SEARCH,
    PROMPT_SEARCH_BACK,
    PROMPT_FILTER,
    PROMPT_BREAK,
    PROMPT_COMMAND,
    PROMPTS
};

/* A question, or a menu. Cancel is the default; Enter never confirms a deed. */
struct view_dialog {
    bool open;
    char title[64];
    char row[VIEW_DIALOG_ROWS]
            [80]; /* what will be done, to whom, which incarnation, who is blocked on it */
    unsigned rows;
    bool menu;   /* rows are a choice, `key` beside each */
    bool digits; /* the keys are digits */
    bool list;   /* closing it leaves nothing undone */
    char key[VIEW_DIALOG_ROWS];
    char confirm; /* the letter that does it: "y"; 0: there is nothing to confirm */
    bool ends;    /* it ends the run; the keys that ask for that confirm it, too */
};

/* A breakpoint as the views show it. */
struct view_break {
    bool enabled;
    unsigned number;
    char text[VIEW_TEXT]; /* its filter, or "crash" */
    uint64_t hits, ignore;
};

/* Registers and address space of the chosen process: what the model does not know, because only a live guest does. */
struct view_registers {
    bool known;      /* live, stopped or not; false: show what the model has */
    bool from_frame; /* saved in the trap frame: it does not run */
    uint64_t pc, x[32], satp;
};
struct view_mapping {
    uint64_t from, to; /* virtual addresses, to exclusive */
    char rights[4];    /* "rwx", '-' where there is none */
    const char *what;  /* "text", "stack", ... */
};
#define VIEW_MAPPINGS 24

/* How many messages there are in the list, and how many up to the one looked at. */
struct view_place {
    uint64_t kept, shown, here; /* shown: of those kept, the filter lets through */
    /* What they were counted for: they are counted anew when it has changed. */
    const void *stream, *filter;
    uint64_t entries, newest, event, selected, from, to;
    bool notices;
    char filter_text[VIEW_TEXT];
};

/* What the operator sees and has chosen. All zero is a good start, but for `chosen`. */
struct view {
    enum view_page page;
    enum view_focus focus;
    bool zoom;    /* one pane has the whole screen */
    bool help;    /* the help of this page is open */
    int help_top; /* its first line that shows */

    bool live;     /* a guest runs; else a recorded trace */
    bool paused;   /* the guest stands still */
    bool frozen;   /* the display stands still, the guest does not */
    bool readonly; /* no deeds */
    bool ascii;    /* no characters but ASCII */
    bool notices;  /* the message stream shows notifications too */

    endpoint_t chosen; /* process: row of the table */
    uint64_t selected; /* number of the selected message; 0: the newest, it follows */
    uint64_t
        top; /* the chosen line of the latency table or of the log, the first row of the inspector */
    uint64_t range_from, range_to; /* virtual times; 0, 0: everything */
    bool by_host;                  /* latencies in host time */

    const struct filter *filter; /* NULL: all messages show */
    char filter_text[VIEW_TEXT];
    char search_text[VIEW_TEXT]; /* "" : none; found text is marked */
    uint64_t tag[VIEW_TAGS];     /* numbers of tagged messages */
    unsigned tags;
    struct {
        uint64_t message, time; /* 0: not set */
    } mark[26];

    enum view_prompt prompt;
    char typed[VIEW_TEXT];
    int cursor;  /* bytes before it */
    int mistake; /* column of a mistake in `typed`, from 1; 0: none */
    char awaits; /* the letter of a mark is awaited, after 'm' or '\''; 0: it is not */
    struct view_dialog dialog;
    endpoint_t target; /* of the dialog, and which of its lives */
    uint32_t incarnation;
    char flash[VIEW_FLASH];      /* a line for the operator, instead of the key strip */
    char stopped[VIEW_FLASH];    /* why the guest stopped: a breakpoint, a step; empty: by hand */
    const struct entry *pending; /* the message that it is about to send then, number 0; or NULL */

    const struct view_break *breaks;
    unsigned break_count;
    struct view_registers registers; /* of the chosen process */
    struct view_mapping mapping[VIEW_MAPPINGS];
    unsigned mappings;
    char may_send[VIEW_TEXT]; /* whom the chosen process may send to; empty: not known */

    size_t console_back; /* rows that the console is scrolled back */

    uint64_t instructions; /* executed so far */
    uint64_t now;          /* virtual time */
    uint64_t rate;         /* messages in the last second of host time, without notifications */
    uint64_t notice_rate;  /* notifications in that second */
    unsigned frames;       /* drawn in that second, at least 1 */
    uint64_t traced, lost; /* events in the trace file, if there is one */
    bool tracing;
    const char *file; /* of a recorded trace, or NULL */

    /* Of the last drawing: the grid's size, room for messages and console, the first message of the list and of the ladder. */
    int rows, columns, message_rows, console_rows;
    uint64_t list_top[2];
    struct view_place place; /* on the trace page */
};

/* What is there to see. */
struct scene {
    const struct model *model;     /* the whole run so far */
    const struct world *world;     /* at the selected message; &model->world when following */
    const struct history *history; /* around it; model->history when that has it */
    const struct console *console; /* its newest output, or ... */
    bool console_then;             /* ... as it was at the selected message */
};

/* v->help_top, as far down as there is more of the help on a screen of so many rows. */
int view_help_top(const struct view *v, int rows);

/* Draws everything into the grid, which has its size. Keeps v->chosen on a process that lives, v->top and v->help_top inside their
 * pages. */
void view_draw(struct grid *g, struct view *v, const struct scene *s);

/*
 * What up and down (k, j) move on this page. PgUp, PgDn, g and G move the same by more, or the messages where that is the
 * processes. Everywhere J and K move the messages, left and right choose a process.
 */
enum view_moves {
    MOVES_PROCESS, /* view_choose() */
    MOVES_MESSAGE, /* view_move() */
    MOVES_LINE,    /* v->top, which view_draw() keeps inside */
    MOVES_CONSOLE  /* v->console_back */
};
enum view_moves view_moves(const struct view *v);

/* Chooses the process `delta` rows further down. */
void view_choose(struct view *v, const struct scene *s, int delta);

/* Selects the message `delta` shown (filtered) lines further, down being later; past the end it follows again. */
void view_move(struct view *v, const struct scene *s, int delta);

/* The next message behind (step 1) or before (-1) number `from` whose text contains search_text or, after a leading '=', that
 * matches it as a filter; 0: none. `from` 0 begins at the first, or the last. */
uint64_t view_search(const struct view *v, const struct scene *s, uint64_t from, int step);

/* The event to which Enter goes from the chosen line: on the latency page that of the slowest reply of this kind (or of an open
 * request), on the log page that of the note. 0: none. */
uint64_t view_target(const struct view *v, const struct scene *s);

/* Whether the message stream shows this entry. */
bool view_shows(const struct view *v, const struct entry *e);

/* What a click does: which page, process or message lies at this cell. 0 / EP_NONE / -1: none. */
struct view_hit {
    int page; /* of the tab line, or -1 */
    endpoint_t process;
    uint64_t message;
};
struct view_hit view_at(const struct view *v, const struct scene *s, int row, int column);

#endif
