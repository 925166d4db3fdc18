/* The help: what one sees on this page, then the keys. It scrolls. */
#include <stdio.h>
#include <string.h>
#include "emu/dash/view_parts.h"

#define HELP_COLUMNS 74

static const char *const overview[] = {
    "Every process, the latest messages, and the console.",
    "",
    "PROCESS    its name; fs#2: the second life of a service, after a restart",
    "ENDPT      its address, slot.generation: 16.1 is the first one in slot 16",
    "STATE      running, ready; receiving: waits for a message; sending: until",
    "           the other receives; awaiting: the other has the request and",
    "           owes the reply; crashed, down: dead; new: never ran",
    "WAITS FOR  the other one; FOR: how long already (on a wide screen)",
    "OPEN       requests that it has and owes a reply to",
    "IN, OUT    messages so far",
    "SELF       its share of the last second; IMPOSED: what others ran for it.",
    "           Of an earlier moment: the shares of its whole life until then.",
    "P50, P99   of its replies, from the client's call on, in instructions;",
    "           what waits for typing, a child or an alarm does not count",
    NULL};
static const char *const trace[] = {
    "Every message, when it was delivered, and the selected one in full.",
    "",
    "LATENCY    from the client's call to the reply, in instructions (100 are",
    "           1 us). 12.3k+ is still open. again: the server died, its next",
    "           incarnation gets it. gone: the client is.",
    "Left edge  the selected line; * tagged, a letter: marked, / found",
    "Message    its fields, and the transaction that it belongs to as a tree:",
    "           what one request had others do, and the cost of every leg.",
    "           SELF ran for it, INSIDE ran for what it asked in turn.",
    "",
    "pending    the guest stopped before this one: it is not sent yet",
    "",
    "While a message is selected, the processes and their waits are those of",
    "its delivery. The messages are all there, the later ones dim, and each",
    "says what became of it until now.",
    NULL};
static const char *const ladder[] = {
    "A column for each process that takes part, time downwards; an arrow is a",
    "message at the time of its delivery, with the latency at each reply.",
    "",
    "The column is heavy while the process works, thin while it waits for any",
    "message, and dotted while it waits for another: for its reply, or until it",
    "receives. It ends in X where the process dies; the next incarnation,",
    "#2, opens a column of its own. A dashed arrow is about to be sent: the",
    "guest stopped before it.",
    "",
    "When there is no room for all, those near the selected message come first,",
    "and the chosen process; an arrow to one without a column says its name.",
    NULL};
static const char *const waits[] = {
    "Who waits for whom: below each process those who wait for it, since when",
    "and for which request. A wait that nothing can end is marked with !.",
    "",
    "awaiting   it has sent its request, and waits for the reply",
    "sending    the other has not received it yet",
    "receiving  from one process alone",
    "owes       a server listens to anyone, and owes these the reply; the",
    "           kernel's check for deadlocks cannot see such a wait",
    "",
    "The chain goes from the chosen process to whoever can act next.",
    NULL};
static const char *const latency[] = {
    "How long requests took, by source, destination and type: from the call to",
    "the delivery of the reply, in instructions, or (t) in host time.",
    "",
    "OPEN, OLDEST  those without an answer yet, and the age of the oldest:",
    "              percentiles know nothing of a call that hangs",
    "LATER         answered only after the server had put them off, until a",
    "              line was typed or a child ended; they are not in the others",
    "",
    "Below, the chosen row as a histogram; a power of two has eight steps.",
    "The arrow points at the selected message; * is at its kind of request.",
    "Enter goes to the slowest message of the chosen row.",
    NULL};
static const char *const process[] = {
    "All about the chosen process: registers as they are now, or saved in its",
    "trap frame; its address space; whom it may send to; which requests it has",
    "and owes a reply to; its last messages; when it is dead, its last words.",
    "",
    "r-x means: may be read and executed. No page is both writable and",
    "executable. Registers and memory are known of now only, and of a live",
    "guest. PgUp and PgDn scroll.",
    NULL};
static const char *const console_page[] = {
    "The guest's console. i gives it the keys: everything that is typed then",
    "goes to the guest, ^C too, and only Ctrl-] comes back.", "",
    "[ and ] scroll, and Shift-PgUp, Shift-PgDn do while it has the keys.", NULL};
static const char *const log_page[] = {
    "Deaths of services and how each came back:",
    "",
    "fault      the operator's deed, or the fault itself; of a hang, since",
    "           when it did nothing",
    "seen       the kernel's report of the death; RS finds a hang by its",
    "           heartbeat",
    "begins     the next incarnation; requests that were not answered are",
    "           delivered to it again",
    "replies    its first good reply",
    "",
    "Below, births and deaths, refused calls (the cycle is named), deadlocks,",
    "and all that the operator did; x30: thirty times in a row. Enter goes to",
    "the moment of the chosen line.",
    NULL};
static const char *const filter_help[] = {
    "    src==sh && dst==fs && type==FS_READ && latency>1000 && err",
    "",
    "== != < <= > >=, and ~ (contains), joined by ! && || and parentheses.",
    "A field alone is true if it is not zero.",
    "",
    "src dst proc  a process by name, endpoint or slot; proc: one of the two",
    "type          FS_READ; of a reply that of its request",
    "kind          request, reply, message, notify, failed",
    "status err    a number or ENOENT; err: it is negative",
    "latency self  of answered requests and their replies: 1.5k, 250us, 3ms",
    "open          a request without an answer yet; deferred: it was put off",
    "txn parent    numbers of transactions",
    "time event    3s, 12.5ms; the number of the event",
    "fd bytes ...  any field of the message by its name",
    "",
    "A breakpoint is such a filter, too, or the word crash.",
    NULL};
static const char *const command_help[] = {
    "A command may be cut short. Up and Down: what was typed before.",
    "",
    "goto EVENT | TIME | start | end      :18241 alone, too",
    "filter EXPR                          without EXPR: everything shows",
    "range FROM TO | off                  two marks (range a b), or times",
    "export csv | jsonl | mermaid | perfetto FILE   of the run what passes",
    "                                     filter and range",
    "export dot FILE                      who waits for whom, then",
    "break EXPR | crash   breaks   delete N   enable N   disable N",
    "ignore N COUNT                       the breakpoint does not stop so often",
    "pause  continue  step  over  finish",
    "kill NAME   hang NAME   restart NAME",
    "drop EXPR   duplicate EXPR           the next message that matches",
    "delay 10ms EXPR   corrupt BIT EXPR",
    "flip REGISTER BIT | 0xADDRESS BIT    in the chosen process",
    "freeze  follow  notifications  mouse on | off  help  quit",
    NULL};
static const char *const *const page_help[PAGES] = {overview, trace,   ladder,       waits,
                                                    latency,  process, console_page, log_page};

static const char *const keys[] = {
    "",
    "The first line: RUN, STOP (and why) or FILE; virtual time since power-on;",
    "instructions; messages in the last second of your time, notifications only",
    "when a shows them; events so far, or, with a trace file, those in it and",
    "those lost; shown 1:4: of four messages one was on the screen; restarts.",
    "In the second: as of, when an earlier moment is shown; the filter.",
    "",
    "1 to 8, Tab     pages             z, F5         this view alone",
    "Up Down, j k    move in the view  Left Right    choose a process",
    "PgUp PgDn, g G  far, to the ends  J K           messages",
    "F               follow newest     Z             freeze the display only",
    "/ ? n N, F3     search            \\, F4         filter (F1 there: how)",
    "r               reply, request    Enter         on to what is chosen",
    "Space, U        tag, untag all    m ' a letter  mark, go back there",
    "a               notifications     t             host time",
    "p, F2           pause, go on      c             go on",
    "s               step: to the next message",
    "o               over: to the reply of this transaction",
    "f               finish: to this server's next receive",
    "b B             break at messages like this one; list the breakpoints",
    "F7 F8 F9        faults, restart, kill; each asks first",
    "x :             export; command (F1 there: which)",
    "i               type to the console; Ctrl-] comes back",
    "q, F10, ^C      quit; asks first while a guest runs",
    "Esc             close; the newest again",
    NULL};
static const char *const typing[] = {
    "", "Enter does it, Esc cancels, Up and Down: lines typed before.", NULL};

static int lines_of(const char *const *text)
{
    int lines = 0;
    while (text[lines])
        lines++;
    return lines;
}

/* What the help is about: the line that is being typed, or the page. */
static const char *const *topic(const struct view *v, const char **name)
{
    static const char *const title[PAGES] = {"Overview", "Trace",   "Ladder",  "Wait-for graph",
                                             "Latency",  "Process", "Console", "Log"};
    enum view_page page = v->page < PAGES ? v->page : PAGE_OVERVIEW;
    *name = v->prompt == PROMPT_COMMAND ? "Commands" : v->prompt ? "Filters" : title[page];
    return v->prompt == PROMPT_COMMAND ? command_help : v->prompt ? filter_help : page_help[page];
}

static int room_for(int lines, int rows)
{
    return rows - 4 < lines ? rows - 4 : lines;
}

int view_help_top(const struct view *v, int rows)
{
    const char *name;
    int lines = lines_of(topic(v, &name)) + lines_of(v->prompt ? typing : keys);
    int most = lines - room_for(lines, rows);
    return v->help_top < 0 ? 0 : v->help_top < most ? v->help_top : most;
}

/* "^3 v24" in the border: so many lines do not show. */
static void draw_more(struct grid *g, const struct view *v, struct rect r, int above, int below)
{
    const struct glyphs *glyphs = view_glyphs(v);
    char text[32];
    if (above > 0) {
        snprintf(text, sizeof text, " %s%d more ", glyphs->up, above);
        grid_right(g, r.row - 1, r.column, r.columns, STYLE_BOX_BOLD, text);
    }
    if (below > 0) {
        snprintf(text, sizeof text, " %s%d more ", glyphs->down, below);
        grid_right(g, r.row + r.rows, r.column, r.columns, STYLE_BOX_BOLD, text);
    }
}

void view_help(struct grid *g, const struct view *v)
{
    const char *name;
    const char *const *text = topic(v, &name), *const *rest = v->prompt ? typing : keys;
    char title[64];
    int own = lines_of(text), lines = own + lines_of(rest);
    int room = room_for(lines, g->rows), top = view_help_top(v, g->rows);
    snprintf(title, sizeof title, "Help: %s", name);
    struct rect r = view_box(g, v, room + 2, HELP_COLUMNS + 6, title);
    for (int i = 0; i < room; i++) {
        int line = top + i;
        grid_text(g, r.row + i, r.column, r.columns, STYLE_BOX, 0,
                  line < own ? text[line] : rest[line - own]);
    }
    draw_more(g, v, r, top, lines - top - room);
}
