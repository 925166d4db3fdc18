/*
 * The `:` line: a table of commands. A command may be shortened as long as it is the only one that begins so, or the first of those in
 * the table. A mistake is shown at its place, and the line stays open.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "emu/dash/dash.h"
#include "emu/dash/mouse.h"

#define BLANKS " \t"

bool command_mistake(struct dash *d, int column, const char *format, ...)
{
    va_list args;
    d->view.mistake = column > 0 ? column : 1;
    va_start(args, format);
    vsnprintf(d->view.flash, sizeof d->view.flash, format, args);
    va_end(args);
    d->flash_until = UINT64_MAX; /* until the next key */
    return false;
}

/* ---- reading arguments ------------------------------------------------------------------------- */

/* What follows a command: the rest of the line, and where in the line that is. */
struct arguments {
    const char *text;
    int column;
};

/* Cuts the first word off. */
static struct arguments take_word(struct arguments *a, char *word, size_t size)
{
    size_t length = strcspn(a->text, BLANKS), skip = length + strspn(a->text + length, BLANKS);
    struct arguments at = *a;
    snprintf(word, size, "%.*s", (int)length, a->text);
    a->text += skip;
    a->column += (int)skip;
    return at;
}

/* A whole number, and nothing behind it. */
static bool parse_number(const char *text, uint64_t *n)
{
    char *end;
    if (*text < '0' || *text > '9')
        return false;
    *n = strtoull(text, &end, 0);
    return *end == '\0';
}

/* A virtual time: 12ms, 3s, 0.5s, 250us. */
static bool parse_time(const char *text, uint64_t *time)
{
    static const struct {
        const char *unit;
        double clocks; /* instruction times of 10 ns */
    } units[] = {{"s", 1e8}, {"ms", 1e5}, {"us", 1e2}, {"ns", 0.1}};
    char *end;
    if (*text < '0' || *text > '9')
        return false;
    double value = strtod(text, &end);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (strcmp(end, units[i].unit) == 0 && value * units[i].clocks < 1e19) {
            *time = (uint64_t)(value * units[i].clocks + 0.5);
            return true;
        }
    return false;
}

/* ---- where one looks --------------------------------------------------------------------------- */

static bool at_event(struct dash *d, uint64_t event, int column)
{
    if (moment_goto(d, event))
        return true;
    return command_mistake(d, column, "nothing is kept of that time");
}

static bool do_goto(struct dash *d, struct arguments a, int value)
{
    uint64_t n;
    (void)value;
    if (strcmp(a.text, "end") == 0)
        moment_follow(d);
    else if (strcmp(a.text, "start") == 0)
        return at_event(d, d->timeline ? timeline_first(d->timeline) : 1, a.column);
    else if (parse_number(a.text, &n))
        return at_event(d, n, a.column);
    else if (parse_time(a.text, &n) && d->timeline)
        return at_event(d, timeline_at(d->timeline, n), a.column);
    else
        return command_mistake(d, a.column,
                               "the number of an event, or a time: 12ms, 3.5s; or start, end");
    return true;
}

static bool do_filter(struct dash *d, struct arguments a, int value)
{
    bool good = search_filter(d, a.text);
    (void)value;
    if (!good)
        d->view.mistake += a.column - 1;
    return good;
}

/* The end of a range: a mark, or a time. */
static bool range_end(struct dash *d, struct arguments *a, uint64_t *time)
{
    char word[32];
    struct arguments at = take_word(a, word, sizeof word);
    if (word[0] && !word[1] && (*time = search_mark_time(d, word[0])))
        return true;
    if (parse_time(word, time))
        return true;
    return command_mistake(d, at.column, "a mark that is set (m and a letter), or a time: 12ms");
}

static bool do_range(struct dash *d, struct arguments a, int value)
{
    uint64_t from, to;
    (void)value;
    if (strcmp(a.text, "off") == 0) {
        d->view.range_from = d->view.range_to = 0;
        return true;
    }
    if (!range_end(d, &a, &from) || !range_end(d, &a, &to))
        return false;
    d->view.range_from = from < to ? from : to;
    d->view.range_to = from < to ? to : from;
    return true;
}

static bool do_export(struct dash *d, struct arguments a, int value)
{
    char format[16];
    struct arguments at = take_word(&a, format, sizeof format);
    (void)value;
    if (!a.text[0])
        return command_mistake(d, a.column, "export csv|jsonl|mermaid|perfetto|dot FILE");
    return save(d, format, a.text, at.column);
}

/* What a key does, too. */
static bool do_action(struct dash *d, struct arguments a, int value)
{
    if (a.text[0])
        return command_mistake(d, a.column, "nothing belongs here");
    act(d, (enum action)value, (struct key){0});
    return true;
}

/* The list of commands, over a line for the next one. */
static bool do_help(struct dash *d, struct arguments a, int value)
{
    (void)a;
    (void)value;
    prompt_open(&d->view, &d->memory, PROMPT_COMMAND, "");
    act(d, ACTION_HELP, (struct key){0});
    return true;
}

static bool do_mouse(struct dash *d, struct arguments a, int value)
{
    (void)value;
    if (strcmp(a.text, "on") != 0 && strcmp(a.text, "off") != 0)
        return command_mistake(d, a.column, "on, or off: then the terminal selects text with it");
    mouse_report(strcmp(a.text, "on") == 0);
    return true;
}

/* ---- what the guest does ----------------------------------------------------------------------- */

static bool do_break(struct dash *d, struct arguments a, int value)
{
    (void)value;
    if (!control_live(d))
        return true;
    if (!a.text[0])
        return command_mistake(d, a.column, "crash, or which message: src==sh && type==FS_READ");
    return control_break(d, a.text, a.column);
}

/* The breakpoint that the first word names. */
static bool take_breakpoint(struct dash *d, struct arguments *a, uint64_t *n)
{
    char word[16];
    struct arguments at = take_word(a, word, sizeof word);
    if (parse_number(word, n) && *n > 0 && *n < 1000000)
        return true;
    return command_mistake(d, at.column, "the number of a breakpoint; B lists them");
}

static bool no_such(struct dash *d, struct arguments a, uint64_t n)
{
    return command_mistake(d, a.column, "there is no breakpoint %u; B lists them", (unsigned)n);
}

static bool do_delete(struct dash *d, struct arguments a, int value)
{
    struct arguments at = a;
    uint64_t n;
    (void)value;
    if (!take_breakpoint(d, &a, &n))
        return false;
    return control_delete(d, (unsigned)n) || no_such(d, at, n);
}

static bool do_ignore(struct dash *d, struct arguments a, int value)
{
    struct arguments at = a;
    uint64_t n, count;
    (void)value;
    if (!take_breakpoint(d, &a, &n))
        return false;
    if (!parse_number(a.text, &count))
        return command_mistake(d, a.column, "how many times it shall not stop");
    return control_ignore(d, (unsigned)n, count) || no_such(d, at, n);
}

static bool do_enable(struct dash *d, struct arguments a, int value)
{
    struct arguments at = a;
    uint64_t n;
    if (!take_breakpoint(d, &a, &n))
        return false;
    return control_enable(d, (unsigned)n, value) || no_such(d, at, n);
}

static bool do_deed(struct dash *d, struct arguments a, int value)
{
    return deeds_ask(d, (enum deed)value, a.text, a.column);
}

static bool do_flip(struct dash *d, struct arguments a, int value)
{
    (void)value;
    bool memory = strncmp(a.text, "0x", 2) == 0;
    return deeds_ask(d, memory ? DEED_FLIP_MEMORY : DEED_FLIP_REGISTER, a.text, a.column);
}

/* ---- the table --------------------------------------------------------------------------------- */

static const struct command {
    const char *name;
    bool (*run)(struct dash *d, struct arguments a, int value);
    int value; /* for it */
} commands[] = {
    {"goto", do_goto, 0},
    {"filter", do_filter, 0},
    {"range", do_range, 0},
    {"export", do_export, 0},
    {"break", do_break, 0},
    {"breaks", do_action, ACTION_BREAKS},
    {"delete", do_delete, 0},
    {"ignore", do_ignore, 0},
    {"enable", do_enable, true},
    {"disable", do_enable, false},
    {"pause", do_action, ACTION_PAUSE},
    {"continue", do_action, ACTION_GO_ON},
    {"step", do_action, ACTION_STEP},
    {"over", do_action, ACTION_OVER},
    {"finish", do_action, ACTION_FINISH},
    {"freeze", do_action, ACTION_FREEZE},
    {"follow", do_action, ACTION_FOLLOW},
    {"notifications", do_action, ACTION_NOTICES},
    {"kill", do_deed, DEED_KILL},
    {"hang", do_deed, DEED_HANG},
    {"restart", do_deed, DEED_RESTART},
    {"drop", do_deed, DEED_DROP},
    {"delay", do_deed, DEED_DELAY},
    {"duplicate", do_deed, DEED_DUPLICATE},
    {"corrupt", do_deed, DEED_CORRUPT},
    {"flip", do_flip, 0},
    {"mouse", do_mouse, 0},
    {"help", do_help, 0},
    {"quit", do_action, ACTION_QUIT},
};

static const struct command *find(const char *word)
{
    size_t length = strlen(word);
    for (size_t i = 0; length && i < sizeof commands / sizeof commands[0]; i++)
        if (strncmp(commands[i].name, word, length) == 0)
            return &commands[i];
    return NULL;
}

bool command_run(struct dash *d, const char *line)
{
    struct arguments a = {line + strspn(line, BLANKS), 1 + (int)strspn(line, BLANKS)}, at = a;
    char word[32];
    if (!a.text[0])
        return true;
    if (a.text[0] >= '0' && a.text[0] <= '9') /* :18241 */
        return do_goto(d, a, 0);
    take_word(&a, word, sizeof word);
    const struct command *c = find(word);
    return c ? c->run(d, a, c->value)
             : command_mistake(d, at.column, "no such command; F1 lists them");
}
