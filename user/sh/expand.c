/*
 * Expansion: what a word stands for.
 *
 * A field is made as a pattern: characters that were quoted and could mean something to glob() have
 * a backslash before them. So quoting is still known when the field is done, and its names of files
 * are looked for.
 */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/wait.h>
#include "sh.h"

int substitution_status;
static bool failed; /* something was not understood, and said so */

static struct fields *fields; /* where finished fields go; NULL: nothing is split */
static struct text field;     /* the one in the making */
static bool exists;           /* it is one even if it is empty: something was quoted */
static bool vanished;         /* "$@" without parameters makes no field, not an empty one */

void add_field(struct fields *f, char *s)
{
    if (f->count + 1 >= f->room) {
        size_t room = f->room ? f->room * 2 : 8;
        char **v = arena_alloc(room * sizeof *v);
        if (f->count)
            memcpy(v, f->v, f->count * sizeof *v);
        f->v = v;
        f->room = room;
    }
    f->v[f->count++] = s;
    f->v[f->count] = NULL;
}

static void put(char c, bool quoted)
{
    if (c == '\\' || (quoted && strchr("*?[]", c)))
        text_add(&field, '\\');
    text_add(&field, c);
}

static void end_field(void)
{
    if (field.length == 0 && !exists)
        return;
    if (!has_wildcard(field.s) || !glob(field.s, fields))
        add_field(fields, without_escapes(field.s));
    text_clear(&field);
    exists = false;
}

/* A value takes the place of a dollar; outside of quotes it is split at blanks. */
static void put_value(const char *value, bool quoted)
{
    for (; *value; value++)
        if (!quoted && fields && isspace(*value))
            end_field();
        else
            put(*value, quoted);
}

/* $@ in quotes keeps the parameters apart; otherwise they are one text with blanks between. */
static void put_parameters(bool apart)
{
    vanished |= apart && parameter_count == 0;
    for (int i = 0; i < parameter_count; i++) {
        if (i > 0 && apart && fields) {
            exists = true;
            end_field();
        } else if (i > 0) {
            put_value(" ", apart);
        }
        put_value(parameters[i], apart);
        exists |= apart;
    }
}

static void capture(int fd, struct text *out)
{
    char buffer[512];
    text_clear(out);
    for (ssize_t n; (n = read(fd, buffer, sizeof buffer)) > 0 || (n < 0 && errno == EINTR);)
        for (ssize_t i = 0; i < n; i++)
            if (buffer[i])
                text_add(out, buffer[i]);
    while (out->length && out->s[out->length - 1] == '\n')
        out->s[--out->length] = '\0';
}

/* $(command): its output, without the newlines at the end. */
static void substitute(const char *command, bool quoted)
{
    static struct text output;
    static struct input in;
    int fd[2], status;
    if (pipe(fd) < 0) {
        warn("pipe");
        return;
    }
    pid_t pid = start_process(NULL, true);
    if (pid == 0) {
        dup2(fd[1], STDOUT_FILENO);
        close(fd[0]);
        close(fd[1]);
        input_from_string(&in, command);
        _exit(run_input(&in));
    }
    close(fd[1]);
    capture(fd[0], &output);
    close(fd[0]);
    while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    substitution_status = pid > 0 ? exit_status_of(status) : 1;
    put_value(output.s, quoted);
}

static const char *closing(const char *s);

/* The quote that closes the one at s: ' or " or `. In "..." a $(...) has quotes of its own. */
static const char *closing_quote(const char *s)
{
    char quote = *s++;
    for (; *s && *s != quote; s++) {
        if (quote == '\'')
            continue;
        if (*s == '\\' && s[1])
            s++;
        else if (quote == '"' && *s == '`')
            s = closing_quote(s);
        else if (quote == '"' && *s == '$' && (s[1] == '(' || s[1] == '{'))
            s = closing(s + 1);
    }
    return s;
}

/* The bracket that closes the one at s. The lexer has seen that it and all quotes are there. */
static const char *closing(const char *s)
{
    char open = *s, close = open == '(' ? ')' : '}';
    for (int level = 0;; s++) {
        if (*s == '\\' && s[1])
            s++;
        else if (*s == '\'' || *s == '"' || *s == '`')
            s = closing_quote(s);
        level += (*s == open) - (*s == close);
        if (level == 0 || !*s)
            return s;
    }
}

static void expand(const char *s);

/* $((expression)). Parameters and commands within are expanded first, as one string. */
static void put_arithmetic(const char *expression, bool quoted)
{
    struct fields *outer = fields;
    size_t start = field.length;
    bool existed = exists;
    char number[24] = "";
    long value;
    fields = NULL;
    expand(expression);
    fields = outer;
    exists = existed;
    expression = without_escapes(field.s + start);
    field.s[field.length = start] = '\0';
    if (failed || !evaluate(expression, &value))
        failed = true;
    else
        snprintf(number, sizeof number, "%ld", value);
    put_value(number, quoted);
}

/* What begins with the bracket of $( at s; where it ends. */
static const char *bracketed(const char *s, bool quoted)
{
    const char *end = closing(s);
    if (s[1] == '(' && closing(s + 1) == end - 1)
        put_arithmetic(arena_copy(s + 2, (size_t)(end - s) - 3), quoted);
    else
        substitute(arena_copy(s + 1, (size_t)(end - s) - 1), quoted);
    return end + 1;
}

/* A parameter that is not a variable: ? $ ! # @ * and the digits. */
static void put_special(const char *name, size_t n, bool quoted)
{
    char number[24] = "";
    int index = 0;
    switch (*name) {
    case '@':
    case '*':
        put_parameters(quoted && *name == '@');
        return;
    case '?':
        snprintf(number, sizeof number, "%d", last_status);
        break;
    case '$':
        snprintf(number, sizeof number, "%d", shell_pid);
        break;
    case '#':
        snprintf(number, sizeof number, "%d", parameter_count);
        break;
    case '!':
        if (last_background)
            snprintf(number, sizeof number, "%d", last_background);
        break;
    default:
        for (; n && index <= parameter_count; n--)
            index = index * 10 + *name++ - '0';
        put_value(index == 0                 ? shell_name
                  : index <= parameter_count ? parameters[index - 1]
                                             : "",
                  quoted);
    }
    put_value(number, quoted);
}

/* How many characters of s are the name of a parameter; `braces`: it may have many digits. */
static size_t name_length(const char *s, bool braces)
{
    size_t n = 0;
    if (*s && strchr("?$!#@*", *s))
        return 1;
    if (isdigit(*s)) {
        while (isdigit(s[n]) && (braces || n == 0))
            n++;
        return n;
    }
    while (isalnum(s[n]) || s[n] == '_')
        n++;
    return n;
}

/* What is behind a dollar; where to go on. */
static const char *dollar(const char *s, bool quoted)
{
    if (*s == '(')
        return bracketed(s, quoted);
    bool braces = *s == '{';
    const char *name = s + braces;
    size_t n = name_length(name, braces);
    const char *end = braces ? closing(s) + 1 : name + n;
    if (braces && name + n + 1 != end) {
        warnx("%.*s: not understood", (int)(end - s) + 1, s - 1);
        failed = true;
        return end;
    }
    if (n == 0)
        put('$', quoted);
    else if (is_name(name, n))
        put_value(get_variable(name, n), quoted);
    else
        put_special(name, n, quoted);
    return end;
}

/* What is behind a ` (with \` for a further one inside); where to go on. */
static const char *back_quoted(const char *s, bool quoted)
{
    const char *end = closing_quote(s - 1);
    char *command = arena_alloc((size_t)(end - s) + 1), *to = command;
    while (s < end) {
        if (*s == '\\' && strchr("$`\\", s[1]))
            s++;
        *to++ = *s++;
    }
    substitute(command, quoted);
    return end + 1;
}

/* ~ or ~/... at the beginning of a word: there is one user, with one home. */
static const char *tilde(const char *s)
{
    if (s[0] != '~' || (s[1] && s[1] != '/'))
        return s;
    put_value(HOME, true);
    return s + 1;
}

static void expand(const char *s)
{
    bool quoted = false; /* within "..." */
    size_t opened = 0;   /* where in the field */
    while (*s) {
        char c = *s++;
        if (c == '`') {
            s = back_quoted(s, quoted);
        } else if (c == '"') {
            quoted = !quoted;
            if (quoted)
                opened = field.length, vanished = false;
            else
                exists |= !vanished || field.length > opened;
        } else if (c == '\'' && !quoted) {
            exists = true;
            for (; *s != '\''; s++)
                put(*s, true);
            s++;
        } else if (c == '\\' && (!quoted || strchr("$`\"\\", *s)) && *s) {
            exists = true;
            put(*s++, true);
        } else if (c == '$') {
            s = dollar(s, quoted);
        } else {
            put(c, quoted);
        }
    }
}

static void begin(struct fields *out)
{
    fields = out;
    exists = failed = false;
    text_clear(&field);
}

bool expand_words(const struct word *words, struct fields *out)
{
    begin(out);
    for (; words; words = words->next) {
        expand(tilde(words->text));
        end_field();
    }
    return !failed;
}

char *expand_string(const char *word)
{
    begin(NULL);
    expand(tilde(word));
    return failed ? NULL : without_escapes(field.s);
}
