/* sort [-nru] [FILE...]: lines in order; -n: of their numbers, -r: backwards, -u: each once. */
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool numeric, reverse, unique;
static char **lines;
static size_t count;

static int compare(const void *a, const void *b)
{
    const char *p = *(char *const *)a, *q = *(char *const *)b;
    long order = 0;
    if (numeric) {
        long m = strtol(p, NULL, 10), n = strtol(q, NULL, 10);
        order = (m > n) - (m < n);
    }
    if (order == 0)
        order = strcmp(p, q);
    return (int)(reverse ? -order : order);
}

static void add(FILE *f)
{
    char *line = NULL;
    size_t room = 0;
    for (ssize_t n; (n = getline(&line, &room, f)) > 0;) {
        if (line[n - 1] == '\n')
            line[n - 1] = '\0';
        if ((count & (count - 1)) == 0) /* full: its room is a power of two */
            lines = realloc(lines, (count ? count * 2 : 1) * sizeof *lines);
        if (!lines || !(lines[count++] = strdup(line)))
            err(2, "too many lines");
    }
    free(line);
}

int main(int argc, char **argv)
{
    for (int c; (c = getopt(argc, argv, "nru")) != -1;) {
        if (c == '?')
            usage("[-nru] [FILE...]");
        numeric |= c == 'n', reverse |= c == 'r', unique |= c == 'u';
    }
    if (optind == argc)
        add(stdin);
    for (int i = optind; i < argc; i++) {
        FILE *f = fopen(argv[i], "r");
        if (!f)
            err(2, "%s", argv[i]);
        add(f);
        fclose(f);
    }
    qsort(lines, count, sizeof *lines, compare);
    for (size_t i = 0; i < count; i++)
        if (!unique || i == 0 || strcmp(lines[i], lines[i - 1]) != 0)
            puts(lines[i]);
    return 0;
}
