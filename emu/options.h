/* The command line of `courier run`. See options.c. */
#ifndef EMU_OPTIONS_H
#define EMU_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define EXIT_CANNOT 1   /* it could not be done */
#define EXIT_USAGE  2   /* wrong usage */
#define EXIT_BUDGET 124 /* the instruction budget is spent */

#define EXEC_LINE_MAX 4095 /* bytes, without the newline */

enum pace { PACE_DEFAULT, PACE_REAL, PACE_FAST };

struct run_options {
    const char *kernel; /* a path: the one given, or the default */
    const char *disk;   /* the same; NULL: no disk */
    const char *trace;  /* NULL: none */
    const char *stats;  /* NULL: none */
    const char **exec;  /* lines to type; the array is owned, free with options_free */
    unsigned exec_count;
    const char **breaks; /* filters of breakpoints, or "crash"; the same */
    unsigned break_count;
    unsigned memory; /* MiB */
    uint64_t seed;
    uint64_t max_insns; /* UINT64_MAX: no limit */
    bool headless;
    bool readonly, ascii;   /* of the dashboard */
    bool display;           /* the lecture view, in a window */
    const char *screenshot; /* its pictures: a file, NULL: none */
    const char *record;     /* a directory, NULL: none */
    unsigned slow;          /* its slow motion; 0: not given */
    enum pace pace;

    /* storage of the default paths */
    char default_kernel[4096], default_disk[4096];
};

/*
 * Parses the arguments after `run`. 0, or the exit status to end with: then one line on stderr has
 * said why, or the help has been printed.
 */
#define OPTIONS_OK (-1)
int options_parse(struct run_options *options, int argc, char **argv);
void options_free(struct run_options *options);

void options_help(void);

/* NAME in the directory of this program: where its images are if nobody says otherwise. Returns `path`, or NAME. */
const char *options_beside_program(const char *name, char *path, size_t size);

#endif
