/*
 * The tree of a command line, by recursive descent: one function for each rule.
 *
 *   list     := and_or ((; | & | newline) and_or)*
 *   and_or   := pipeline ((&& | ||) pipeline)*
 *   pipeline := [!] command (| command)*
 *   command  := ( list ) | { list } | if | while | until | for | simple, then redirections
 *   simple   := (NAME=value | word | redirection)+
 */
#include <err.h>
#include <string.h>
#include "sh.h"

static struct input *input;
static struct token token; /* the one that comes next */
static bool failed;        /* there was an error: everything returns as fast as it can */
static int depth;          /* of compound commands: the stack is finite */
#define DEPTH_MAX 50

static void advance(void)
{
    if (!failed)
        token = next_token(input);
    if (token.type == T_BAD && !failed && !interrupted) {
        warnx("syntax error: unfinished %s", token.text);
        failed = true;
    }
}

static void syntax_error(void)
{
    if (!failed && !interrupted)
        warnx("syntax error near %s", token.text);
    failed = true;
}

static bool is_word(const char *text)
{
    return token.type == T_WORD && strcmp(token.text, text) == 0;
}

static void expect_word(const char *text)
{
    if (is_word(text))
        advance();
    else
        syntax_error();
}

static void skip_newlines(void)
{
    while (!failed && token.type == T_NEWLINE)
        advance();
}

/* Does the token end the list that we are in? */
static bool ends_list(void)
{
    static const char *const words[] = {"then", "else", "elif", "fi", "do", "done", "}"};
    if (token.type == T_END || token.type == T_CLOSE || token.type == T_NEWLINE)
        return true;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (is_word(words[i]))
            return true;
    return false;
}

static struct list *parse_list(bool over_lines);

/* The list inside a compound command: there must be something in it. */
static struct list *inner_list(void)
{
    struct list *list = parse_list(true);
    if (!list)
        syntax_error();
    return list;
}

/* Adds a word to the end of a chain. */
static void append(struct word ***end, const char *text)
{
    struct word *w = arena_alloc(sizeof *w);
    w->text = text;
    **end = w;
    *end = &w->next;
}

static bool parse_redirect(struct redirect ***end)
{
    if (token.type < T_LESS || token.type > T_DUPLICATE)
        return false;
    struct redirect *r = arena_alloc(sizeof *r);
    r->type = token.type;
    r->fd = token.fd;
    advance();
    if (token.type != T_WORD)
        syntax_error();
    r->target = token.text;
    advance();
    **end = r;
    *end = &r->next;
    return true;
}

static bool is_assignment(const char *text)
{
    const char *equals = strchr(text, '=');
    return equals && is_name(text, (size_t)(equals - text));
}

static void parse_simple(struct command *c)
{
    struct word **words = &c->words, **assignments = &c->assignments;
    struct redirect **redirects = &c->redirects;
    while (!failed) {
        if (parse_redirect(&redirects))
            continue;
        if (token.type != T_WORD)
            break;
        bool assigns = !c->words && is_assignment(token.text);
        append(assigns ? &assignments : &words, token.text);
        advance();
    }
    if (!c->words && !c->assignments && !c->redirects)
        syntax_error();
}

/* Behind `if` or `elif`, up to and with `fi`. */
static void parse_if(struct command *c)
{
    c->type = IF;
    c->condition = inner_list();
    expect_word("then");
    c->body = inner_list();
    if (is_word("elif") && ++depth < DEPTH_MAX) {
        advance();
        c->otherwise = arena_alloc(sizeof *c->otherwise);
        c->otherwise->pipelines = arena_alloc(sizeof *c->otherwise->pipelines);
        c->otherwise->pipelines->commands = arena_alloc(sizeof *c);
        parse_if(c->otherwise->pipelines->commands);
        depth--;
        return;
    }
    if (is_word("else")) {
        advance();
        c->otherwise = inner_list();
    }
    expect_word("fi");
}

static void parse_body(struct command *c)
{
    expect_word("do");
    c->body = inner_list();
    expect_word("done");
}

static void parse_for(struct command *c)
{
    struct word **end = &c->words;
    c->type = FOR;
    if (token.type != T_WORD || !is_name(token.text, strlen(token.text)))
        syntax_error();
    c->variable = token.text;
    advance();
    skip_newlines();
    c->all_parameters = !is_word("in");
    if (!c->all_parameters) {
        for (advance(); !failed && token.type == T_WORD; advance())
            append(&end, token.text);
        if (token.type != T_SEMICOLON && token.type != T_NEWLINE)
            syntax_error();
    }
    if (token.type == T_SEMICOLON)
        advance();
    skip_newlines();
    parse_body(c);
}

/* A command that begins with a word of the language; false: it does not. */
static bool parse_compound(struct command *c)
{
    if (token.type == T_OPEN) {
        advance();
        c->type = SUBSHELL;
        c->body = inner_list();
        if (token.type != T_CLOSE)
            syntax_error();
        advance();
    } else if (is_word("{")) {
        advance();
        c->type = GROUP;
        c->body = inner_list();
        expect_word("}");
    } else if (is_word("if")) {
        advance();
        parse_if(c);
    } else if (is_word("while") || is_word("until")) {
        c->type = is_word("while") ? WHILE : UNTIL;
        advance();
        c->condition = inner_list();
        parse_body(c);
    } else if (is_word("for")) {
        advance();
        parse_for(c);
    } else {
        return false;
    }
    return true;
}

static struct command *parse_command(void)
{
    struct command *c = arena_alloc(sizeof *c);
    if (++depth > DEPTH_MAX) {
        syntax_error();
    } else if (parse_compound(c)) {
        struct redirect **end = &c->redirects;
        while (!failed && parse_redirect(&end))
            ;
    } else if (ends_list()) {
        syntax_error();
    } else {
        c->type = SIMPLE;
        parse_simple(c);
    }
    depth--;
    return c;
}

static struct pipeline *parse_pipeline(void)
{
    struct pipeline *p = arena_alloc(sizeof *p);
    struct command **end = &p->commands;
    if (is_word("!")) {
        p->negated = true;
        advance();
    }
    for (;;) {
        *end = parse_command();
        end = &(*end)->next;
        if (failed || token.type != T_PIPE)
            return p;
        advance();
        skip_newlines();
    }
}

static struct pipeline *parse_and_or(void)
{
    struct pipeline *first = parse_pipeline(), *last = first;
    while (!failed && (token.type == T_AND || token.type == T_OR)) {
        bool and = token.type == T_AND;
        advance();
        skip_newlines();
        last->next = parse_pipeline();
        last = last->next;
        last->when = and? ON_SUCCESS : ON_FAILURE;
    }
    return first;
}

/* Up to a token that ends it; `over_lines`: newlines do not, they separate. */
static struct list *parse_list(bool over_lines)
{
    struct list *first = NULL, **end = &first;
    for (;;) {
        if (over_lines)
            skip_newlines();
        if (failed || ends_list())
            return first;
        *end = arena_alloc(sizeof **end);
        (*end)->pipelines = parse_and_or();
        (*end)->background = token.type == T_AMPERSAND;
        end = &(*end)->next;
        if (token.type == T_SEMICOLON || token.type == T_AMPERSAND)
            advance();
        else if (!over_lines || token.type != T_NEWLINE)
            return first;
    }
}

enum parse_result parse_line(struct input *in, struct list **tree)
{
    input = in;
    failed = false;
    depth = 0;
    in->continued = in->ended = false;
    advance();
    if (token.type == T_END)
        return PARSE_END;
    *tree = parse_list(false);
    if (token.type != T_NEWLINE && token.type != T_END)
        syntax_error();
    if (!failed)
        return PARSED;
    if (token.type != T_NEWLINE)
        input_skip_line(in);
    return PARSE_ERROR;
}
