/* seq [FIRST [STEP]] LAST: counts, one number a line. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>

static const char synopsis[] = "[FIRST [STEP]] LAST";

static long number(const char *s)
{
    char *end;
    long n = strtol(s, &end, 10);
    if (*end || end == s)
        usage(synopsis);
    return n;
}

int main(int argc, char **argv)
{
    if (argc < 2 || argc > 4)
        usage(synopsis);
    long first = argc > 2 ? number(argv[1]) : 1;
    long step = argc > 3 ? number(argv[2]) : 1;
    long last = number(argv[argc - 1]);
    if (step == 0)
        usage(synopsis);
    for (long n = first; !ferror(stdout) && (step > 0 ? n <= last : n >= last); n += step)
        printf("%ld\n", n);
    return 0;
}
