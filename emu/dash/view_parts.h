/*
 * What the views share: characters, numbers, titles, lists, and the panes that a page is made of.
 *
 * A pane draws itself into a rectangle whose first row is its title.
 */
#ifndef EMU_DASH_VIEW_PARTS_H
#define EMU_DASH_VIEW_PARTS_H

#include "emu/dash/view.h"

#define INSNS_PER_US 100u
#define TIME_COLUMNS 11 /* "12.345678", right-aligned, for a run of up to three hours */

/* ---- view_text.c: characters, numbers, titles --------------------------------------------------- */

/* The characters that depend on the terminal. */
struct glyphs {
    char32_t rule, arrow, here, cut, vertical,
        corner[4]; /* top left, top right, bottom left, right */
    const char *up, *down, *up_down, *died, *back, *note;
    char32_t works, idle, waits, begins, left,
        right;                               /* of the ladder: lifelines, heads of arrows */
    char32_t dashes;                         /* an arrow that is to come */
    const char *branch, *last, *bar, *chain; /* of trees */
    char32_t block[9];                       /* a column of a histogram, by eighths of a row */
    char32_t mark;                           /* points down at something */
};
const struct glyphs *view_glyphs(const struct view *v);

/* A number in at most 5 columns: 9999, 12.3k, 4.56M. `size` of out: 16. */
char *view_number(char *out, uint64_t n);

/* Virtual time as seconds, "12.345678". `size` of out: 32. */
char *view_time(char *out, uint64_t time);

/* How long, in at most 6 columns: "250 ns" for 25 instruction times, "12.3ms". `size` of out: 16. */
char *view_span(char *out, uint64_t ns);

/* Columns of UTF-8 text. */
int view_columns(const char *text);

/* A pane's title row: the name in a rule across the pane, a hint behind it. */
void view_title(struct grid *g, const struct view *v, struct rect r, const char *name,
                const char *hint);

/* The same in the middle of a pane, beginning at `row`. */
void view_section(struct grid *g, const struct view *v, struct rect r, int row, const char *name);

/* Text that is broken at blanks into at most `rows` rows; returns how many it took. */
int view_wrap(struct grid *g, struct rect r, enum style style, const char *text);

/* A line of the log: its mark and its text. */
void view_note(struct grid *g, const struct view *v, const struct note *n, int row, int column,
               int columns);

/* Is the world that is shown an earlier one than the run's last? */
bool view_then(const struct view *v, const struct scene *s);

/* ---- view_list.c: which messages stand where ---------------------------------------------------- */

#define VIEW_LIST_ROWS 512 /* of a list, at most */
enum { LIST_STREAM, LIST_LADDER };

/* The next shown entry before (step -1) or behind (1) `number`; 0: none. */
uint64_t view_next(const struct view *v, const struct scene *s, uint64_t number, int step);

/* The message that all views look at: the selected one, else the newest that shows; NULL: none. */
const struct entry *view_current(const struct view *v, const struct scene *s);

/* The numbers of the entries that a list of so many rows shows, in order; returns how many. */
int view_lines(const struct view *v, const struct scene *s, int list, int rows, uint64_t *number);

/* Counts the messages for v->place, if anything has changed since. */
void view_count(struct view *v, const struct scene *s);

/* Does a list end in the message that the guest stopped before? It takes the place of the first line. */
bool view_pending(const struct view *v);

/* Is any of these a message, and no note? */
bool view_has_message(const struct scene *s, const uint64_t *number, int lines);

/* "*" for a tagged message, a mark's letter, or ' '. */
char view_tag(const struct view *v, uint64_t number);

/* A message as text: "sh fs FS_READ fd=3 bytes=512", what is searched. */
void view_entry_text(char *out, size_t size, const struct scene *s, const struct entry *e);

/* Does the search find this entry? */
bool view_found(const struct view *v, const struct scene *s, const struct entry *e);

/* Its latency, or what became of it, in at most 7 columns. Returns the style for it. */
enum style view_latency_text(char *out, const struct scene *s, const struct entry *e);

/* ---- panes ---------------------------------------------------------------------------------------- */

struct view_pane {
    void (*draw)(struct grid *g, const struct view *v, const struct scene *s, struct rect r);
    struct rect r;
};
#define VIEW_PANES 8

/* Which panes there are, and where, for a grid of this size; returns how many. */
int view_layout(const struct view *v, const struct scene *s, int rows, int columns,
                struct view_pane pane[VIEW_PANES]);

void view_processes(struct grid *g, const struct view *v, const struct scene *s, struct rect r);
void view_stream(struct grid *g, const struct view *v, const struct scene *s, struct rect r);
void view_console(struct grid *g, const struct view *v, const struct scene *s, struct rect r);
void view_log(struct grid *g, const struct view *v, const struct scene *s, struct rect r);
void view_detail(struct grid *g, const struct view *v, const struct scene *s, struct rect r);
void view_ladder(struct grid *g, const struct view *v, const struct scene *s, struct rect r);
void view_waits(struct grid *g, const struct view *v, const struct scene *s, struct rect r);
void view_latency(struct grid *g, const struct view *v, const struct scene *s, struct rect r);
void view_process(struct grid *g, const struct view *v, const struct scene *s, struct rect r);

/* Lines of the latency table, and of the log. */
int view_latency_lines(const struct view *v, const struct scene *s);
int view_log_lines(const struct scene *s);

/* view_target() of these two. */
uint64_t view_latency_event(const struct view *v, const struct scene *s);
uint64_t view_log_event(const struct view *v, const struct scene *s);

/* ---- view_episode.c: recoveries ------------------------------------------------------------------- */

#define VIEW_EPISODE_ROWS 3

/* One episode, in so many rows from `row` on; and a pane of them, the latest first. */
void view_episode(struct grid *g, const struct view *v, const struct episode *e, int row,
                  struct rect r);
void view_episodes(struct grid *g, const struct view *v, const struct scene *s, struct rect r);

/* Rows of the whole inspector at this width. */
int view_process_rows(const struct view *v, const struct scene *s, struct rect r);

/* Rows for messages in a ladder of this size; the others are its headings. */
int view_ladder_rows(struct rect r);

/* The processes in the order of the table; returns how many. */
int view_slots(const struct scene *s, unsigned short slot[NSLOTS]);

/* Of `count` processes a table of this size shows `rows`, from number `first` on. */
struct view_rows {
    int count, rows, first;
};
struct view_rows view_table_rows(const struct view *v, const struct scene *s, struct rect r);

/* "receiving", "awaiting" ... */
const char *view_state(const struct world *w, const struct world_process *p);
enum style view_state_style(const struct world_process *p);

/* ---- the frame, and what lies over it --------------------------------------------------------------- */

void view_status(struct grid *g, const struct view *v, const struct scene *s);
void view_tabs(struct grid *g, const struct view *v, const struct scene *s);
void view_keys(struct grid *g, const struct view *v);
void view_prompt(struct grid *g, const struct view *v);
void view_help(struct grid *g, const struct view *v);
void view_dialog(struct grid *g, const struct view *v);
void view_too_small(struct grid *g);

/* An empty box of this size in the middle; returns its inside. */
struct rect view_box(struct grid *g, const struct view *v, int rows, int columns,
                     const char *title);

/* The page of the tab at this column, or -1. */
int view_tab_at(int column);

#endif
