/*
 * Arithmetic, by recursive descent: a function reads what its rule describes and returns the value.
 *
 *   binary  := operand (operator operand)*    * / %  bind closer than  + -,  then the comparisons,
 *                                             < <= > >=  closer than  == !=,  then &&, then ||
 *   operand := (+ | - | !)* (number | name | ( binary ))
 *
 * The rules of all levels of operators differ only in their operators, so one function serves
 * them all: it is told how closely an operator must bind to belong to it. Numbers have 64 bits and
 * wrap around, as registers do; a name that is not set counts as 0.
 */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "sh.h"

static const char *at;    /* what has not been read yet */
static const char *error; /* what is wrong; NULL: nothing. The first one counts */
static int depth;         /* of brackets and signs: the stack is finite */
#define DEPTH_MAX 50

static long binary(int closeness);

static long fail(const char *what)
{
    if (!error)
        error = what;
    return 0;
}

static char next(void)
{
    while (isspace(*at))
        at++;
    return *at;
}

/* ---- operands ---- */

/* 12, 014 or 0xc */
static long number(void)
{
    errno = 0;
    long value = strtol(at, (char **)&at, 0);
    if (isalnum(*at) || *at == '_')
        return fail("this is no number");
    return errno == ERANGE ? fail("the number is too large") : value;
}

static long variable(void)
{
    const char *name = at;
    while (isalnum(*at) || *at == '_')
        at++;
    const char *value = get_variable(name, (size_t)(at - name));
    char *end;
    errno = 0;
    long n = strtol(value, &end, 0);
    return *end || errno == ERANGE ? fail("the value of a variable is no number") : n;
}

static long brackets(void)
{
    at++;
    long value = binary(0);
    if (next() == ')')
        at++;
    else
        fail("a ) is missing");
    return value;
}

static long operand(void)
{
    char c = next();
    long value = 0;
    if (++depth > DEPTH_MAX)
        fail("nested too deep");
    else if (isdigit(c))
        value = number();
    else if (isalpha(c) || c == '_')
        value = variable();
    else if (c == '(')
        value = brackets();
    else if (c == '+' && at++)
        value = operand();
    else if (c == '-' && at++)
        value = (long)-(unsigned long)operand();
    else if (c == '!' && at++)
        value = !operand();
    else
        fail("a number is missing");
    depth--;
    return value;
}

/* ---- operators ---- */

enum operation { OR, AND, EQ, NE, LE, GE, LT, GT, ADD, SUB, MUL, DIV, REM, NONE };

/* How each is written, and how closely it binds. <= stands before <, which is its beginning. */
static const struct {
    const char *text;
    int closeness;
} operators[] = {
    [OR] = {"||", 1}, [AND] = {"&&", 2}, [EQ] = {"==", 3}, [NE] = {"!=", 3}, [LE] = {"<=", 4},
    [GE] = {">=", 4}, [LT] = {"<", 4},   [GT] = {">", 4},  [ADD] = {"+", 5}, [SUB] = {"-", 5},
    [MUL] = {"*", 6}, [DIV] = {"/", 6},  [REM] = {"%", 6},
};

static enum operation next_operator(void)
{
    next();
    for (enum operation o = 0; o < NONE; o++)
        if (strncmp(at, operators[o].text, strlen(operators[o].text)) == 0)
            return o;
    return NONE;
}

/* -2^63 / -1 is 2^63, which wraps around to -2^63. */
static long divide(enum operation o, long a, long b)
{
    if (b == 0)
        return fail("division by zero");
    if (b == -1)
        return o == DIV ? (long)-(unsigned long)a : 0;
    return o == DIV ? a / b : a % b;
}

static long apply(enum operation o, long a, long b)
{
    unsigned long x = (unsigned long)a, y = (unsigned long)b; /* these may overflow */
    switch (o) {
    case OR:
        return a || b;
    case AND:
        return a && b;
    case EQ:
        return a == b;
    case NE:
        return a != b;
    case LE:
        return a <= b;
    case GE:
        return a >= b;
    case LT:
        return a < b;
    case GT:
        return a > b;
    case ADD:
        return (long)(x + y);
    case SUB:
        return (long)(x - y);
    case MUL:
        return (long)(x * y);
    default:
        return divide(o, a, b);
    }
}

/* Operands joined by operators that bind more closely than `closeness`. The right side of each
 * takes only what binds more closely than itself: so 8 - 4 - 2 is (8 - 4) - 2. */
static long binary(int closeness)
{
    long value = operand();
    for (enum operation o; !error && (o = next_operator()) != NONE;) {
        if (operators[o].closeness <= closeness)
            break;
        at += strlen(operators[o].text);
        value = apply(o, value, binary(operators[o].closeness));
    }
    return value;
}

bool evaluate(const char *expression, long *value)
{
    at = expression;
    error = NULL;
    depth = 0;
    *value = binary(0);
    if (!error && next())
        fail("an operator is missing, or not known");
    if (error)
        warnx("$((%s)): %s", expression, error);
    return !error;
}
