/* Numbers, sorting, random numbers, and the end of a program. */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>
#include "stream.h"

static int digit_value(char c)
{
    if (isdigit(c))
        return c - '0';
    if (isalpha(c))
        return tolower(c) - 'a' + 10;
    return INT_MAX;
}

/* The number's sign in *negative and its size as the result; ERANGE and ULONG_MAX on overflow. */
static unsigned long parse(const char *s, char **end, int base, int *negative)
{
    const char *start = s;
    while (isspace(*s))
        s++;
    *negative = *s == '-';
    if (*s == '-' || *s == '+')
        s++;
    if ((base == 0 || base == 16) && s[0] == '0' && (s[1] | 32) == 'x' && isxdigit(s[2]))
        base = 16, s += 2;
    else if (base == 0)
        base = *s == '0' ? 8 : 10;
    unsigned long n = 0;
    int overflow = 0, any = 0;
    for (; digit_value(*s) < base; s++, any = 1) {
        overflow |= __builtin_mul_overflow(n, (unsigned long)base, &n);
        overflow |= __builtin_add_overflow(n, (unsigned long)digit_value(*s), &n);
    }
    if (end)
        *end = (char *)(any ? s : start);
    if (overflow) {
        errno = ERANGE;
        return ULONG_MAX;
    }
    return n;
}

unsigned long strtoul(const char *restrict s, char **restrict end, int base)
{
    int negative;
    unsigned long n = parse(s, end, base, &negative);
    return negative && n != ULONG_MAX ? -n : n;
}

long strtol(const char *restrict s, char **restrict end, int base)
{
    int negative;
    unsigned long n = parse(s, end, base, &negative);
    unsigned long limit = (unsigned long)LONG_MAX + (unsigned long)negative;
    if (n > limit) {
        errno = ERANGE;
        n = limit;
    }
    return (long)(negative ? -n : n);
}

int atoi(const char *s)
{
    return (int)strtol(s, NULL, 10);
}

int abs(int n)
{
    return n < 0 ? -n : n;
}

static void swap(char *a, char *b, size_t bytes)
{
    for (; bytes; bytes--, a++, b++) {
        char c = *a;
        *a = *b;
        *b = c;
    }
}

/* Lets item `i` of a heap of `count` items sink to its place. */
static void sink(char *base, size_t i, size_t count, size_t bytes,
                 int (*compare)(const void *, const void *))
{
    for (size_t child; (child = 2 * i + 1) < count; i = child) {
        if (child + 1 < count && compare(base + child * bytes, base + (child + 1) * bytes) < 0)
            child++;
        if (compare(base + i * bytes, base + child * bytes) >= 0)
            return;
        swap(base + i * bytes, base + child * bytes, bytes);
    }
}

/* Heapsort: no memory, no recursion, no bad case. */
void qsort(void *base, size_t count, size_t bytes, int (*compare)(const void *, const void *))
{
    for (size_t i = count / 2; i-- > 0;)
        sink(base, i, count, bytes, compare);
    for (size_t i = count; i-- > 1;) {
        swap(base, (char *)base + i * bytes, bytes);
        sink(base, 0, i, bytes, compare);
    }
}

static unsigned long random_state = 1;

void srand(unsigned seed)
{
    random_state = seed;
}

/* A linear congruential generator modulo 2^64 (Knuth's MMIX constants); the high bits are good. */
int rand(void)
{
    random_state = random_state * 6364136223846793005ul + 1442695040888963407ul;
    return (int)(random_state >> 33);
}

int (*flush_at_exit)(int status); /* set by the streams (stream.c) when they are used at all */

static void (*at_exit[ATEXIT_MAX])(void);
static int at_exit_count;

int atexit(void (*function)(void))
{
    if (at_exit_count == ATEXIT_MAX)
        return -1;
    at_exit[at_exit_count++] = function;
    return 0;
}

_Noreturn void exit(int status)
{
    while (at_exit_count > 0)
        at_exit[--at_exit_count]();
    if (flush_at_exit)
        status = flush_at_exit(status);
    _exit(status);
}

_Noreturn void abort(void)
{
    signal(SIGABRT, SIG_DFL);
    raise(SIGABRT);
    _exit(128 + SIGABRT);
}
