/*
 * test EXPRESSION: 0 when it is true, 1 when not, 2 when it makes no sense (POSIX.1-2017, XCU
 * test). As `[`, the last argument must be `]`.
 *
 *   expression := conjunction [-o expression]      conjunction := factor [-a conjunction]
 *   factor     := ! factor | ( expression ) | -X STRING | STRING OP STRING | STRING
 */
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char **at; /* the next argument; NULL at the end */

static bool expression(void);

static _Noreturn void nonsense(const char *what)
{
    errx(2, "%s: not understood", what ? what : "end of the expression");
}

static long number(const char *s)
{
    char *end;
    long n = strtol(s, &end, 10);
    if (*end || end == s)
        errx(2, "%s: not a number", s);
    return n;
}

static bool unary(char op, const char *s)
{
    struct stat st;
    if (op == 'n' || op == 'z')
        return (*s != '\0') == (op == 'n');
    if (op == 't')
        return isatty((int)number(s));
    if (stat(s, &st) < 0)
        return false;
    switch (op) {
    case 'e':
        return true;
    case 'f':
        return S_ISREG(st.st_mode);
    case 'd':
        return S_ISDIR(st.st_mode);
    case 'c':
        return S_ISCHR(st.st_mode);
    case 'b':
        return S_ISBLK(st.st_mode);
    case 'p':
        return S_ISFIFO(st.st_mode);
    case 's':
        return st.st_size > 0;
    default:
        return access(s, op == 'r' ? R_OK : op == 'w' ? W_OK : X_OK) == 0;
    }
}

static bool is_unary(const char *s)
{
    return s[0] == '-' && s[1] && !s[2] && strchr("ntzefdcbpsrwx", s[1]);
}

static const char *const operators[] = {"=", "!=", "-eq", "-ne", "-lt", "-le", "-gt", "-ge", NULL};

static int operator_index(const char *s)
{
    for (int i = 0; s && operators[i]; i++)
        if (strcmp(s, operators[i]) == 0)
            return i;
    return -1;
}

static bool binary(const char *a, int op, const char *b)
{
    if (op < 2)
        return (strcmp(a, b) == 0) == (op == 0);
    long x = number(a), y = number(b);
    switch (op) {
    case 2:
        return x == y;
    case 3:
        return x != y;
    case 4:
        return x < y;
    case 5:
        return x <= y;
    case 6:
        return x > y;
    default:
        return x >= y;
    }
}

static bool factor(void)
{
    const char *word = *at;
    if (!word)
        nonsense(NULL);
    at++;
    int op = operator_index(*at);
    if (op >= 0 && at[1]) {
        at += 2;
        return binary(word, op, at[-1]);
    }
    if (strcmp(word, "!") == 0 && *at)
        return !factor();
    if (is_unary(word) && *at)
        return unary(word[1], *at++);
    if (strcmp(word, "(") == 0 && *at) {
        bool value = expression();
        if (!*at || strcmp(*at, ")") != 0)
            nonsense(*at);
        at++;
        return value;
    }
    return *word != '\0';
}

static bool conjunction(void)
{
    bool value = factor();
    while (*at && strcmp(*at, "-a") == 0) {
        at++;
        value &= factor();
    }
    return value;
}

static bool expression(void)
{
    bool value = conjunction();
    while (*at && strcmp(*at, "-o") == 0) {
        at++;
        value |= conjunction();
    }
    return value;
}

int main(int argc, char **argv)
{
    if (strcmp(program_name, "[") == 0) {
        if (strcmp(argv[argc - 1], "]") != 0)
            errx(2, "] is missing");
        argv[argc - 1] = NULL;
    }
    at = argv + 1;
    if (!*at)
        return 1;
    bool value = expression();
    if (*at)
        nonsense(*at);
    return !value;
}
