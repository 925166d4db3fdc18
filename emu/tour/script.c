/*
 * A line is a verb and what it is about; what that may be is in a table.
 */
#include "emu/tour/script.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What follows a verb. */
enum argument {
    ARGUMENT_NONE,
    ARGUMENT_TEXT,
    ARGUMENT_WORD,
    ARGUMENT_NUMBER,
    ARGUMENT_FILTER,
    ARGUMENT_PICTURE,
    ARGUMENT_EXPECTATION
};

static const struct {
    const char *word;
    enum verb verb;
    enum argument argument;
} verbs[] = {
    {"title", VERB_TITLE, ARGUMENT_TEXT},
    {"say", VERB_SAY, ARGUMENT_TEXT},
    {"type", VERB_TYPE, ARGUMENT_TEXT},
    {"prompt", VERB_PROMPT, ARGUMENT_NONE},
    {"wait", VERB_WAIT, ARGUMENT_FILTER},
    {"kill", VERB_KILL, ARGUMENT_WORD},
    {"break", VERB_BREAK, ARGUMENT_FILTER},
    {"step", VERB_STEP, ARGUMENT_NONE},
    {"go", VERB_GO, ARGUMENT_NONE},
    {"show", VERB_SHOW, ARGUMENT_PICTURE},
    {"expect", VERB_EXPECT, ARGUMENT_EXPECTATION},
    {"reopen", VERB_REOPEN, ARGUMENT_NONE},
    {"repeat", VERB_REPEAT, ARGUMENT_NUMBER},
    {"again", VERB_AGAIN, ARGUMENT_NONE},
};

/* What may stand behind a picture's name. */
enum selection { SELECT_NOTHING, SELECT_FILTER, SELECT_NAMES };

static const struct {
    const char *word;
    enum selection selection;
} pictures[PICTURES] = {
    [PICTURE_TREE] = {"tree", SELECT_FILTER},
    [PICTURE_MESSAGES] = {"messages", SELECT_FILTER},
    [PICTURE_LADDER] = {"ladder", SELECT_FILTER},
    [PICTURE_WAITS] = {"waits", SELECT_NOTHING},
    [PICTURE_PROCESSES] = {"processes", SELECT_NOTHING},
    [PICTURE_LATENCY] = {"latency", SELECT_NOTHING},
    [PICTURE_LOG] = {"log", SELECT_NOTHING},
    [PICTURE_CONSOLE] = {"console", SELECT_NOTHING},
    [PICTURE_EVENTS] = {"events", SELECT_NAMES},
    [PICTURE_RECOVERY] = {"recovery", SELECT_NOTHING},
};

#define REPEAT_MOST 1000
#define COUNT(a)    (sizeof(a) / sizeof((a)[0]))

/* Where the reader is. */
struct parser {
    struct script *script;
    int line;
    char *text; /* of the whole line */
    char *why;
    size_t size;
};

__attribute__((format(printf, 3, 4))) static bool mistake(struct parser *p, const char *at,
                                                          const char *format, ...)
{
    char text[200];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    snprintf(p->why, p->size, "%s:%d:%d: %s", p->script->path, p->line, (int)(at - p->text) + 1,
             text);
    return false;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static char *skip_blanks(char *at)
{
    while (is_blank(*at))
        at++;
    return at;
}

/* Cuts the word at `at` off; `*rest`: what follows it. */
static char *take_word(char *at, char **rest)
{
    char *end = at;
    while (*end && !is_blank(*end))
        end++;
    *rest = skip_blanks(end);
    if (*end)
        *end = '\0';
    return at;
}

/* ---- arguments -------------------------------------------------------------------------------- */

static bool parse_filter(struct parser *p, struct command *c, char *at)
{
    struct filter_error error;
    c->filter = filter_compile(at, &error);
    if (c->filter)
        return true;
    return mistake(p, at + (error.column > 0 ? error.column - 1 : 0), "%s", error.text);
}

static bool parse_picture(struct parser *p, struct command *c, char *at)
{
    char *rest, *word = take_word(at, &rest);
    for (size_t i = 0; i < PICTURES; i++) {
        if (strcmp(word, pictures[i].word) != 0)
            continue;
        c->picture = (enum picture)i;
        c->text = rest;
        if (pictures[i].selection == SELECT_NOTHING && *rest)
            return mistake(p, rest, "'show %s' stands alone", word);
        if (pictures[i].selection == SELECT_NAMES && !*rest)
            return mistake(p, rest, "'show %s' needs names of processes", word);
        return pictures[i].selection != SELECT_FILTER || !*rest || parse_filter(p, c, rest);
    }
    return mistake(p, word,
                   "there is no picture '%s': tree, messages, ladder, waits, processes, latency, "
                   "log, console, events or recovery",
                   word);
}

static bool parse_expectation(struct parser *p, struct command *c, char *at)
{
    static const struct {
        const char *word;
        enum verb verb;
    } kinds[] = {{"no", VERB_EXPECT_NO},
                 {"stopped", VERB_EXPECT_STOPPED},
                 {"console", VERB_EXPECT_CONSOLE},
                 {"log", VERB_EXPECT_LOG}};
    for (size_t i = 0; i < COUNT(kinds); i++) {
        size_t n = strlen(kinds[i].word);
        if (strncmp(at, kinds[i].word, n) != 0 || (at[n] && !is_blank(at[n])))
            continue;
        c->verb = kinds[i].verb;
        c->text = skip_blanks(at + n);
        if (!*c->text)
            return mistake(p, c->text, "'expect %s' what?", kinds[i].word);
        bool filter = c->verb == VERB_EXPECT_NO || c->verb == VERB_EXPECT_STOPPED;
        return !filter || parse_filter(p, c, c->text);
    }
    return parse_filter(p, c, at);
}

static bool parse_number(struct parser *p, struct command *c, char *at, const char *verb)
{
    char *end;
    unsigned long n = *at >= '0' && *at <= '9' ? strtoul(at, &end, 10) : 0;
    if (n < 1 || n > REPEAT_MOST || *end)
        return mistake(p, at, "'%s' takes a number, 1 to %d", verb, REPEAT_MOST);
    c->times = (unsigned)n;
    return true;
}

static bool parse_argument(struct parser *p, struct command *c, enum argument kind, char *at,
                           const char *verb)
{
    char *rest;
    c->text = at;
    if (kind == ARGUMENT_NONE && *at)
        return mistake(p, at, "'%s' stands alone", verb);
    if (kind != ARGUMENT_NONE && kind != ARGUMENT_TEXT && !*at)
        return mistake(p, at, "'%s' what?", verb);
    switch (kind) {
    case ARGUMENT_WORD:
        take_word(at, &rest);
        return *rest ? mistake(p, rest, "'%s' takes one name", verb) : true;
    case ARGUMENT_NUMBER:
        return parse_number(p, c, at, verb);
    case ARGUMENT_FILTER:
        return parse_filter(p, c, at);
    case ARGUMENT_PICTURE:
        return parse_picture(p, c, at);
    case ARGUMENT_EXPECTATION:
        return parse_expectation(p, c, at);
    default:
        return true;
    }
}

/* ---- lines ------------------------------------------------------------------------------------ */

static struct command *add_command(struct script *s)
{
    struct command *more = realloc(s->command, (s->count + 1) * sizeof *more);
    if (!more)
        return NULL;
    s->command = more;
    more[s->count] = (struct command){0};
    return &more[s->count++];
}

static bool needs_guest(enum verb verb)
{
    return verb == VERB_TYPE || verb == VERB_PROMPT || verb == VERB_WAIT || verb == VERB_KILL ||
           verb == VERB_BREAK || verb == VERB_STEP || verb == VERB_GO || verb == VERB_REOPEN;
}

/* A repetition ends before the next one begins. */
static bool nest(struct parser *p, enum verb verb, const char *word)
{
    int *open = &p->script->repeats;
    if (verb == VERB_REPEAT && *open)
        return mistake(p, word, "'repeat': the one of line %d has not ended, with `again`", *open);
    if (verb == VERB_AGAIN && !*open)
        return mistake(p, word, "'again': there is no `repeat` before it");
    *open = verb == VERB_REPEAT ? p->line : verb == VERB_AGAIN ? 0 : *open;
    return true;
}

static bool parse_command(struct parser *p, char *at)
{
    char *rest, *word = take_word(at, &rest);
    struct script *s = p->script;
    size_t i = 0;
    while (i < COUNT(verbs) && strcmp(word, verbs[i].word) != 0)
        i++;
    if (i == COUNT(verbs))
        return mistake(p, word, "there is no command '%s'", word);
    struct command *c = add_command(s);
    if (!c)
        return mistake(p, word, "not enough memory");
    c->verb = verbs[i].verb;
    c->line = p->line;
    if (s->reopens && needs_guest(c->verb)) {
        c->text = NULL;
        return mistake(p, word, "'%s': the guest is off since line %d, `reopen`", word, s->reopens);
    }
    bool good = parse_argument(p, c, verbs[i].argument, rest, word);
    c->text = strdup(c->text); /* until now it pointed into the line */
    if (good && !c->text)
        return mistake(p, word, "not enough memory");
    if (good && c->verb == VERB_TITLE)
        s->title = c->text;
    if (c->verb == VERB_REOPEN)
        s->reopens = p->line;
    return good && nest(p, c->verb, word);
}

static bool parse_line(struct parser *p, size_t length)
{
    if (length > SCRIPT_LINE)
        return mistake(p, p->text + SCRIPT_LINE, "a line has at most %d bytes", SCRIPT_LINE);
    for (size_t i = 0; i < length; i++)
        if (iscntrl((unsigned char)p->text[i]) && p->text[i] != '\t')
            return mistake(p, p->text + i, "a control character");
    while (length > 0 && is_blank(p->text[length - 1]))
        length--;
    p->text[length] = '\0';
    char *at = skip_blanks(p->text);
    return *at == '\0' || *at == '#' || parse_command(p, at);
}

/* `end`: behind the last byte, where there is room for one more. */
static bool parse_lines(struct parser *p, char *text, char *end)
{
    bool good = true;
    for (char *next; good && text < end; text = next) {
        char *newline = memchr(text, '\n', (size_t)(end - text));
        next = newline ? newline + 1 : end;
        p->line++;
        p->text = text;
        good = parse_line(p, (size_t)((newline ? newline : end) - text));
    }
    if (good && p->script->repeats)
        return mistake(p, p->text, "the `repeat` of line %d does not end, with `again`",
                       p->script->repeats);
    return good;
}

static bool parse_file(struct parser *p, FILE *file)
{
    char *text = malloc(SCRIPT_BYTES + 1);
    const char *problem = NULL;
    size_t length = text ? fread(text, 1, SCRIPT_BYTES + 1, file) : 0;
    if (!text)
        problem = "not enough memory";
    else if (ferror(file))
        problem = strerror(errno);
    else if (length > SCRIPT_BYTES)
        problem = "too long for a script";
    if (problem)
        snprintf(p->why, p->size, "%s: %s", p->script->path, problem);
    bool good = !problem && parse_lines(p, text, text + length);
    free(text);
    return good;
}

bool script_read(struct script *s, const char *path, char *why, size_t size)
{
    *s = (struct script){.path = strdup(path), .title = ""};
    struct parser p = {.script = s, .why = why, .size = size};
    FILE *file = s->path ? fopen(path, "r") : NULL;
    if (!file) {
        snprintf(why, size, "%s: %s", path, strerror(errno));
        return false;
    }
    bool good = parse_file(&p, file);
    fclose(file);
    return good;
}

void script_free(struct script *s)
{
    for (size_t i = 0; i < s->count; i++) {
        filter_free(s->command[i].filter);
        free(s->command[i].text);
    }
    free(s->command);
    free(s->path);
    *s = (struct script){0};
}
