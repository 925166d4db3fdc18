/*
 * tail [-n LINES | -LINES] [FILE...]: the last lines of each file, 10 if not told; with -n +N the lines from the
 * Nth on.
 * The last lines are kept in a ring, so the input may be a pipe.
 */
#include <ctype.h>
#include <err.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void from_line(FILE *f, long number)
{
    long line = 1;
    for (int c; (c = fgetc(f)) != EOF; line += c == '\n')
        if (line >= number)
            putchar(c);
}

static void last_lines(FILE *f, size_t count)
{
    struct line {
        char *text;
        size_t room, length;
    } *ring = calloc(count, sizeof *ring);
    if (count == 0)
        return;
    if (!ring)
        err(1, "%zu lines", count);
    size_t total = 0;
    ssize_t n;
    for (struct line *l = ring; (n = getline(&l->text, &l->room, f)) > 0; l = &ring[total % count])
        l->length = (size_t)n, total++;
    for (size_t i = total > count ? total - count : 0; i < total; i++)
        fwrite(ring[i % count].text, 1, ring[i % count].length, stdout);
    for (size_t i = 0; i < count; i++)
        free(ring[i].text);
    free(ring);
}

/* Returns the status. */
static int tail(FILE *f, const char *name, const char *lines)
{
    if (f && lines[0] == '+')
        from_line(f, atoi(lines));
    else if (f)
        last_lines(f, (size_t)atoi(lines));
    int failed = !f || ferror(f);
    if (failed)
        warn("%s", name);
    if (f)
        fclose(f);
    return failed;
}

int main(int argc, char **argv)
{
    static const char synopsis[] = "[-n [+]LINES | -LINES] [FILE...]";
    const char *lines = "10";
    if (argc > 1 && argv[1][0] == '-' && isdigit(argv[1][1]))
        lines = argv[optind++] + 1; /* as before POSIX, and as everybody types it */
    for (int c; (c = getopt(argc, argv, "n:")) != -1; lines = optarg)
        if (c == '?')
            usage(synopsis);
    char *end;
    long n = strtol(lines, &end, 10);
    if (*end || end == lines || n < 0 || n > INT_MAX)
        usage(synopsis);
    if (optind == argc)
        return tail(stdin, "standard input", lines);
    int failed = 0, several = argc - optind > 1;
    for (int i = optind; i < argc; i++) {
        if (several)
            printf("%s==> %s <==\n", i > optind ? "\n" : "", argv[i]);
        failed |= tail(fopen(argv[i], "r"), argv[i], lines);
    }
    return failed;
}
