/*
 * Pictures of a grid: text to compare with the golden pictures in tests/host/golden. One that
 * differs is shown line by line; GOLDEN=write writes them anew, to be looked at and committed.
 */
#ifndef TESTS_HOST_DASH_PICTURE_H
#define TESTS_HOST_DASH_PICTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tests/host/suite.h"
#include "emu/dash/grid.h"

#define GOLDEN_DIR "tests/host/golden/"

static inline void put_utf8(FILE *out, char32_t ch)
{
    if (ch < 0x80)
        fputc((int)ch, out);
    else if (ch < 0x800)
        fprintf(out, "%c%c", 0xc0 | ch >> 6, 0x80 | (ch & 0x3f));
    else
        fprintf(out, "%c%c%c", 0xe0 | ch >> 12, 0x80 | (ch >> 6 & 0x3f), 0x80 | (ch & 0x3f));
}

/* The grid as lines of UTF-8 without blanks at their ends. The caller frees. */
static inline char *picture(const struct grid *g)
{
    size_t size = (size_t)g->rows * ((size_t)g->columns * 4 + 1) + 1; /* 4: the most of UTF-8 */
    char *text = malloc(size);
    FILE *out = fmemopen(text, size, "w");
    for (int row = 0; row < g->rows; row++) {
        const struct cell *cell = &g->cell[row * g->columns];
        int end = g->columns;
        while (end > 0 && cell[end - 1].ch == ' ')
            end--;
        for (int i = 0; i < end; i++)
            if (cell[i].ch)
                put_utf8(out, cell[i].ch);
        fputc('\n', out);
    }
    fclose(out);
    return text;
}

static inline char *read_all(const char *path)
{
    char *text = NULL;
    size_t size = 0;
    FILE *in = fopen(path, "r");
    FILE *out = open_memstream(&text, &size);
    for (int c; in && (c = fgetc(in)) != EOF;)
        fputc(c, out);
    if (in)
        fclose(in);
    fclose(out);
    return text;
}

/* Prints the lines in which two texts differ; returns how many. */
static inline int show_difference(const char *wanted, const char *got)
{
    int line = 1, differ = 0;
    while (*wanted || *got) {
        int w = (int)strcspn(wanted, "\n"), n = (int)strcspn(got, "\n");
        if (w != n || memcmp(wanted, got, (size_t)n) != 0) {
            printf("line %d\n  wanted |%.*s|\n  got    |%.*s|\n", line, w, wanted, n, got);
            differ++;
        }
        wanted += w + (wanted[w] == '\n');
        got += n + (got[n] == '\n');
        line++;
    }
    return differ;
}

static inline void assert_golden(const struct grid *g, const char *name)
{
    char path[128];
    snprintf(path, sizeof path, GOLDEN_DIR "%s.txt", name);
    char *got = picture(g);
    const char *mode = getenv("GOLDEN");
    if (mode && strcmp(mode, "write") == 0) {
        FILE *out = fopen(path, "w");
        assert_non_null(out);
        fputs(got, out);
        fclose(out);
    }
    char *wanted = read_all(path);
    int differ = show_difference(wanted, got);
    free(wanted);
    free(got);
    if (differ)
        fail_msg("%s: %d lines differ", path, differ);
}

#endif
