/* wc [-clw] [FILE...]: counts lines, words and bytes, and their sums when there are several files.
 */
#include <ctype.h>
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct counts {
    unsigned long lines, words, bytes;
};

static bool show_lines, show_words, show_bytes;

static void show(const struct counts *n, const char *name)
{
    if (show_lines)
        printf(" %7lu", n->lines);
    if (show_words)
        printf(" %7lu", n->words);
    if (show_bytes)
        printf(" %7lu", n->bytes);
    printf(name ? " %s\n" : "\n", name);
}

static void count(FILE *f, struct counts *n)
{
    bool in_word = false;
    for (int c; (c = fgetc(f)) != EOF;) {
        n->bytes++;
        n->lines += c == '\n';
        n->words += !isspace(c) && !in_word;
        in_word = !isspace(c);
    }
}

static int wc(const char *name, struct counts *total)
{
    struct counts n = {0};
    FILE *f = name ? fopen(name, "r") : stdin;
    if (!f) {
        warn("%s", name);
        return 1;
    }
    count(f, &n);
    int failed = ferror(f);
    if (failed)
        warn("%s", name ? name : "input");
    if (name)
        fclose(f);
    show(&n, name);
    total->lines += n.lines, total->words += n.words, total->bytes += n.bytes;
    return failed;
}

int main(int argc, char **argv)
{
    for (int c; (c = getopt(argc, argv, "clw")) != -1;) {
        show_lines |= c == 'l', show_words |= c == 'w', show_bytes |= c == 'c';
        if (c == '?')
            usage("[-clw] [FILE...]");
    }
    if (!show_lines && !show_words && !show_bytes)
        show_lines = show_words = show_bytes = true;
    struct counts total = {0};
    int failed = 0;
    if (optind == argc)
        failed = wc(NULL, &total);
    for (int i = optind; i < argc; i++)
        failed |= wc(argv[i], &total);
    if (argc - optind > 1)
        show(&total, "total");
    return failed;
}
