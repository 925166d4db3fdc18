/*
 * The dashboard, as its parts know it: one struct, and what each part does with it.
 *
 *     dash.c      the loop: signals, keys, a slice of the guest, a drawing, a wait
 *     act.c       what each key does
 *     typing.c    what is typed to the guest, or into a line
 *     scroll.c    moving in what is shown
 *     moment.c    which moment is shown: the newest, or that of the message selected
 *     search.c    search, filter, marks, tags
 *     command.c   the `:` line
 *     control.c   pause, steps, breakpoints
 *     deeds.c     faults, and the dialogs before them
 *     deeds_menu.c
 *     inspect.c   registers and address space of the chosen process
 *     save.c      export
 *     recorded.c  `courier dash FILE`
 *     beside.c    the lecture view in its window
 */
#ifndef EMU_DASH_DASH_H
#define EMU_DASH_DASH_H

#include "emu/dash/console_past.h"
#include "emu/dash/guest.h"
#include "emu/dash/keys.h"
#include "emu/dash/prompt.h"
#include "emu/dash/view.h"
#include "emu/model/timeline.h"

/* A breakpoint's filter, and what it was made of. */
struct watch {
    unsigned number; /* 0: unused */
    struct filter *filter;
    const struct world *world;
    char text[VIEW_TEXT];
};

/* What can be done to a guest that is not asked. */
enum deed {
    DEED_NONE,
    DEED_KILL,
    DEED_HANG,
    DEED_RESTART,
    DEED_DROP,
    DEED_DELAY,
    DEED_DUPLICATE,
    DEED_CORRUPT,
    DEED_FLIP_REGISTER,
    DEED_FLIP_MEMORY
};

/* A deed on the next message that its filter matches. */
struct rule {
    bool waits; /* for that message */
    struct filter *filter;
    const struct world *world;
};

struct dash {
    struct guest guest; /* zero for a recorded trace */
    struct model *model;
    struct console *console;
    struct console_past *console_past;
    struct timeline *timeline; /* NULL: no memory for one; the past ends where the model's does */
    struct view view;
    struct scene scene;
    struct grid grid;
    struct display *display;   /* the window of a live guest, or NULL */
    struct playback *playback; /* ... of a recorded trace */
    uint64_t played;           /* the event that it was last told to go to, or 0 */
    bool quit;
    int end_signal; /* that ended the run, or 0 */

    /* Of moment.c. */
    struct {
        uint64_t event;          /* of the selected message; 0: the newest moment is shown */
        struct world world;      /* after that event */
        struct history *history; /* around it, where the model has forgotten it; or NULL */
        struct model *frozen;    /* a copy of all that is shown, while the display stands still */
        struct console *frozen_console;
    } moment;

    /* Of control.c. */
    struct {
        struct watch watch[BREAKPOINTS_MAX];
        struct view_break shown[BREAKPOINTS_MAX];
        struct event stopped_before; /* what the guest is about to do; number 0: it runs */
        struct entry pending;        /* the same as a message, if it is one */
        bool listing;                /* the menu is that of the breakpoints */
        bool deleting;               /* ... and a digit deletes one */
    } control;

    /* Of deeds.c: the deed that the dialog asks about. */
    struct {
        enum deed deed;
        uint64_t address, amount; /* of a flip; amount: of a delay, too */
        char text[VIEW_TEXT];     /* what it is done to, for the trace */
        struct rule *asked, rule[FAULT_RULES];
    } deed;

    struct prompt_memory memory;
    struct filter *filter; /* v->filter, which is ours to free */
    int search_step;       /* direction of the last search */
    uint64_t mark_event[26], tag_event[VIEW_TAGS];

    /* All in host time. */
    uint64_t drawn, echo_until, flash_until, second;
    bool changed;           /* something must be drawn */
    uint64_t drawn_now;     /* virtual time of the last event that was drawn */
    uint64_t messages_then; /* a second ago, without notifications */
    uint64_t notices_then;
    unsigned frames; /* since then */
};

/* ---- dash.c ------------------------------------------------------------------------------------ */

/* A line for the operator, for some seconds. */
__attribute__((format(printf, 2, 3))) void dash_say(struct dash *d, const char *format, ...);

/* Makes the parts that every kind of run has. False: out of memory. */
bool dash_open(struct dash *d);

/* Gives them and `d` itself back. */
void dash_close(struct dash *d);

/* Runs until the operator or the guest ends it. The screen is open. */
void dash_loop(struct dash *d);

/* Fits the grid to the terminal. */
void dash_resize(struct dash *d);

/* Draws now. */
void dash_draw(struct dash *d);

/* ---- act.c ------------------------------------------------------------------------------------- */

void act(struct dash *d, enum action action, struct key k);

/* ---- scroll.c ---------------------------------------------------------------------------------- */

/* Moves what up and down move on this page, `delta` down. */
void scroll_by(struct dash *d, int delta);

/* ACTION_PAGE_UP and _DOWN, ACTION_HOME and _END. */
void scroll_far(struct dash *d, enum action action);

/* ACTION_HELP_UP and so on. */
void scroll_help(struct dash *d, enum action action);

/* `delta` rows back. */
void scroll_console(struct dash *d, int delta);

/* ---- typing.c ---------------------------------------------------------------------------------- */

/* A key for the guest; for the line that is open; for the mark that is awaited. */
void typing_guest(struct dash *d, struct key k);
void typing_line(struct dash *d, struct key k);
void typing_letter(struct dash *d, struct key k);

/* Awaits the letter of a mark, to set ('m') or to go to ('\''). */
void typing_await(struct dash *d, char what);

/* Opens a line with `text` in it. */
void typing_open(struct dash *d, enum view_prompt kind, const char *text);

/* ---- moment.c ---------------------------------------------------------------------------------- */

/* Makes the scene fit to v->selected; to be called before each drawing. */
void moment_settle(struct dash *d);

/* Selects the message `delta` lines further down, across all that was recorded. */
void moment_move(struct dash *d, int delta);

/* Selects the first message at or after this event. False: that moment is not at hand. */
bool moment_goto(struct dash *d, uint64_t event);

/* Back to the newest moment, which is followed from here. */
void moment_follow(struct dash *d);

/* Takes the messages just before (step -1) or behind (1) those at hand; `edge`: the number of the event where they meet, the first of
 * the later ones. False: there are no more. The caller selects one of them. */
bool moment_shift(struct dash *d, int step, uint64_t *edge);

/* The number of the first message at hand that is shown and lies at or behind this event; 0: none. */
uint64_t moment_number(const struct dash *d, uint64_t event);

/* The selected message, or the newest one; NULL: there is none. */
const struct entry *moment_entry(const struct dash *d);

/* Makes the display stand still, or go on. */
void moment_freeze(struct dash *d, bool frozen);
void moment_free(struct dash *d);

/* ---- search.c ---------------------------------------------------------------------------------- */

/* Searches on in a direction, 1 forward. */
void search_again(struct dash *d, int step);

/* These take a typed line. False: there is a mistake in it, which is shown where it is typed. */
bool search_start(struct dash *d, const char *text, int step);
bool search_filter(struct dash *d, const char *text);

/* Says so if no process was ever called what the filter calls one. NULL is allowed. */
void search_warn(struct dash *d, const struct filter *f);

void search_mark(struct dash *d, char letter);
void search_jump(struct dash *d, char letter);
void search_tag(struct dash *d);

/* The virtual time of a mark; 0: it is not set. */
uint64_t search_mark_time(const struct dash *d, char letter);

/* ---- command.c --------------------------------------------------------------------------------- */

/* Carries out a line. False: there is a mistake in it, which is shown. */
bool command_run(struct dash *d, const char *line);

/* Says at column `column` of the typed line what is wrong; always false. */
__attribute__((format(printf, 3, 4))) bool command_mistake(struct dash *d, int column,
                                                           const char *format, ...);

/* ---- control.c --------------------------------------------------------------------------------- */

enum control_step { CONTROL_STEP, CONTROL_OVER, CONTROL_FINISH };

/* Sets the breakpoints of the command line. False: there are too many, and stderr says so. */
bool control_open(struct dash *d, const struct run_options *options);
void control_close(struct dash *d);

void control_pause(struct dash *d);
void control_go_on(struct dash *d);
void control_step(struct dash *d, enum control_step how);

/* The guest has stopped for a breakpoint or at the end of a step: shows where. */
void control_stopped(struct dash *d);

/* A filter, or "crash". False: there is a mistake in it, at `column` of the typed line. */
bool control_break(struct dash *d, const char *text, int column);

/* A filter for messages like the selected one; "" if there is none. */
void control_example(struct dash *d, char *text, size_t size);

/* A breakpoint for messages like the selected one, to be edited. */
void control_ask_break(struct dash *d);

/* Shows the breakpoints to the views. */
void control_show(struct dash *d);

/* A menu of the breakpoints, and what its keys do: a digit switches one on or off; 'd' makes the next digit delete. */
void control_breaks(struct dash *d);
void control_pick(struct dash *d, char key);

/* False: there is no such breakpoint. */
bool control_delete(struct dash *d, unsigned number);
bool control_enable(struct dash *d, unsigned number, bool enabled);
bool control_ignore(struct dash *d, unsigned number, uint64_t count);

/* Is there a guest? Says so if not. */
bool control_live(struct dash *d);

/* ---- deeds.c ----------------------------------------------------------------------------------- */

/* May anything be done? Says why not. */
bool deeds_allowed(struct dash *d);

/* Asks before it is done to the chosen process, or, of the messages, to the next one that matches `text`. False: a mistake
 * in the text, at `column` of the typed line. */
bool deeds_ask(struct dash *d, enum deed deed, const char *text, int column);

/* The answer was yes. */
void deeds_confirm(struct dash *d);
void deeds_close(struct dash *d);

/* ---- deeds_menu.c ------------------------------------------------------------------------------ */

/* Opens the menu; takes the letter of one of its rows, or of the breakpoints' list. */
void deeds_menu(struct dash *d);
void deeds_pick(struct dash *d, char key);

/* ---- inspect.c --------------------------------------------------------------------------------- */

/* Fills in registers and address space of the chosen process. */
void inspect(struct dash *d);

/* ---- save.c ------------------------------------------------------------------------------------ */

/* Writes what passes filter and range to a new file, in a format of `courier trace export`; dot: who waits for whom at the moment
 * that is shown. False: a mistake, at `column`. */
bool save(struct dash *d, const char *format, const char *path, int column);

/* ---- beside.c ---------------------------------------------------------------------------------- */

struct display_config;

/* Opens the window of a live guest, or of a recorded trace, if the configuration wants one or pictures. Says why there is none. The screen is open. */
void beside_open(struct dash *d, const struct display_config *config);
void beside_play(struct dash *d, const char *file, const struct display_config *config);

/* Takes its keys, and shows it when it is time. Returns in how many ms it wants to be called again; negative: no need. */
int beside_show(struct dash *d);

/* False: a picture could not be written, and `why` says so. */
bool beside_close(struct dash *d, char *why, size_t size);

#endif
