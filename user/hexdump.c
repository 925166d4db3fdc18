/* hexdump [-C] [FILE...]: the bytes of the files, in a row, in hexadecimal; -C: as characters too.
 * A line equal to the one before is shown as one *. */
#include <ctype.h>
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define ROW 16

static bool characters;

static void show(unsigned long offset, const unsigned char *row, size_t n)
{
    printf("%08lx ", offset);
    for (size_t i = 0; i < ROW; i++) {
        if (i == ROW / 2 && (i < n || characters))
            putchar(' ');
        if (i < n)
            printf(" %02x", row[i]);
        else if (characters)
            printf("   ");
    }
    if (characters) {
        printf("  |");
        for (size_t i = 0; i < n; i++)
            putchar(isprint(row[i]) ? row[i] : '.');
        putchar('|');
    }
    putchar('\n');
}

/* The next row out of the files from *names on, which are read as if they were one. */
static size_t next_row(char ***names, FILE **f, unsigned char row[ROW], int *failed)
{
    size_t n = 0;
    for (;;) {
        if (*f)
            n += fread(row + n, 1, ROW - n, *f);
        if (n == ROW || !**names)
            return n;
        const char *name = *(*names)++;
        if (*f)
            fclose(*f);
        *f = fopen(name, "r");
        if (!*f) {
            warn("%s", name);
            *failed = 1;
        }
    }
}

int main(int argc, char **argv)
{
    for (int c; (c = getopt(argc, argv, "C")) != -1; characters = true)
        if (c == '?')
            usage("[-C] [FILE...]");
    char **names = argv + optind;
    FILE *f = *names ? NULL : stdin;
    unsigned char row[ROW], former[ROW];
    unsigned long offset = 0;
    bool starred = false;
    int failed = 0;
    for (size_t n; (n = next_row(&names, &f, row, &failed)) > 0; offset += n) {
        bool same = offset > 0 && n == ROW && memcmp(row, former, ROW) == 0;
        if (same && !starred)
            puts("*");
        else if (!same)
            show(offset, row, n);
        starred = same;
        memcpy(former, row, ROW);
    }
    if (f) /* the last file, at least, was there */
        printf("%08lx\n", offset);
    return failed;
}
