/*
 * Tokens: operators and words (POSIX.1-2017, XCU 2.3).
 *
 * A word keeps its quotes and dollars: what they mean is expand.c's business. Here matters only
 * where the word ends, so quotes and $(...) are followed to their ends.
 */
#include <ctype.h>
#include <string.h>
#include "sh.h"

static struct text word;       /* the one that is being read */
static const char *unfinished; /* what the input's end came too early for; NULL: nothing */

/* Takes the next character into the word. */
static int take(struct input *in)
{
    int c = input_next(in);
    if (c >= 0)
        text_add(&word, (char)c);
    return c;
}

static void single_quotes(struct input *in)
{
    take(in);
    for (int c = 0; c != '\'';)
        if ((c = take(in)) < 0) {
            unfinished = "'";
            return;
        }
}

/* A backslash and what it quotes; with a newline it is nothing at all. */
static void backslash(struct input *in)
{
    input_next(in);
    if (input_peek(in) == '\n') {
        input_next(in);
        return;
    }
    text_add(&word, '\\');
    take(in);
}

/* `command`, the older way to write $(command). */
static void back_quotes(struct input *in)
{
    take(in);
    for (int c = 0; c != '`';) {
        c = input_peek(in);
        if (c < 0) {
            unfinished = "`";
            return;
        }
        if (c == '\\')
            backslash(in);
        else
            take(in);
    }
}

static void dollar(struct input *in, int depth);

static void double_quotes(struct input *in, int depth)
{
    take(in);
    for (;;) {
        int c = input_peek(in);
        if (c < 0) {
            unfinished = "\"";
            return;
        }
        if (c == '\\') {
            backslash(in);
        } else if (c == '$') {
            dollar(in, depth);
        } else if (c == '`') {
            back_quotes(in);
        } else {
            take(in);
            if (c == '"')
                return;
        }
    }
}

#define DEPTH_MAX 20 /* of $( within $( */

/* $, ${...} or $(...): the latter may hold anything, quotes and further $(...) included. */
static void dollar(struct input *in, int depth)
{
    take(in);
    int c = input_peek(in);
    if (c != '(' && c != '{')
        return;
    const char *name = c == '(' ? "$(" : "${";
    int open = c, close = c == '(' ? ')' : '}', level = 0;
    if (depth == DEPTH_MAX)
        unfinished = "$( nested too deep";
    while (!unfinished) {
        c = input_peek(in);
        if (c < 0)
            unfinished = name;
        else if (c == '\'')
            single_quotes(in);
        else if (c == '"')
            double_quotes(in, depth + 1);
        else if (c == '`')
            back_quotes(in);
        else if (c == '\\')
            backslash(in);
        else if (c == '$')
            dollar(in, depth + 1);
        else
            take(in);
        level += (c == open) - (c == close);
        if (level == 0)
            return;
    }
}

static bool ends_word(int c)
{
    return c < 0 || isspace(c) || strchr(";&|()<>", c);
}

static struct token read_word(struct input *in)
{
    text_clear(&word);
    unfinished = NULL;
    for (int c; !unfinished && !ends_word(c = input_peek(in));) {
        if (c == '\'')
            single_quotes(in);
        else if (c == '"')
            double_quotes(in, 0);
        else if (c == '`')
            back_quotes(in);
        else if (c == '\\')
            backslash(in);
        else if (c == '$')
            dollar(in, 0);
        else
            take(in);
    }
    if (unfinished)
        return (struct token){T_BAD, 0, unfinished};
    return (struct token){T_WORD, 0, arena_copy(word.s, word.length)};
}

/* Blanks, comments, and newlines that a backslash takes away. */
static void skip_blanks(struct input *in)
{
    for (int c; (c = input_peek(in)) >= 0;) {
        if (c == '#') {
            while ((c = input_peek(in)) >= 0 && c != '\n')
                input_next(in);
            return;
        }
        if (c == '\\' && in->line[1] == '\n')
            input_next(in);
        else if (c == '\n' || !isspace(c))
            return;
        input_next(in);
    }
}

/* If the next character is c, goes past it. */
static bool accept(struct input *in, int c)
{
    if (input_peek(in) != c)
        return false;
    input_next(in);
    return true;
}

/* A redirection; fd is -1 where the default is meant. */
static struct token redirection(struct input *in, int fd)
{
    bool out = input_next(in) == '>';
    enum token_type type = out ? T_GREAT : T_LESS;
    if (*in->line == '&')
        type = T_DUPLICATE;
    else if (out && *in->line == '>')
        type = T_APPEND;
    if (type == T_DUPLICATE || type == T_APPEND)
        input_next(in);
    return (struct token){type, fd >= 0 ? fd : out, out ? ">" : "<"};
}

struct token next_token(struct input *in)
{
    skip_blanks(in);
    int c = input_peek(in);
    switch (c) {
    case -1:
        return (struct token){T_END, 0, "end of file"};
    case '\n':
        input_next(in);
        return (struct token){T_NEWLINE, 0, "newline"};
    case ';':
        input_next(in);
        return (struct token){T_SEMICOLON, 0, ";"};
    case '(':
        input_next(in);
        return (struct token){T_OPEN, 0, "("};
    case ')':
        input_next(in);
        return (struct token){T_CLOSE, 0, ")"};
    case '&':
        input_next(in);
        return accept(in, '&') ? (struct token){T_AND, 0, "&&"}
                               : (struct token){T_AMPERSAND, 0, "&"};
    case '|':
        input_next(in);
        return accept(in, '|') ? (struct token){T_OR, 0, "||"} : (struct token){T_PIPE, 0, "|"};
    case '<':
    case '>':
        return redirection(in, -1);
    }
    if (isdigit(c) && (in->line[1] == '<' || in->line[1] == '>'))
        return redirection(in, input_next(in) - '0');
    return read_word(in);
}
