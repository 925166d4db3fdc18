/*
 * A workload: what is typed at the guest's console, from a text file.
 *
 *     # a comment, or an empty line
 *     $ ls / | wc          at the shell's prompt, with Enter behind it
 *     > hello^H^Hp me\n    when a program reads the console and finds nothing; no Enter but \n
 *
 * In both, ^X stands for a control key (^D, ^H, ^U, ...), \n for Enter, \\ and \^ for themselves.
 */
#ifndef EMU_SWEEP_WORKLOAD_H
#define EMU_SWEEP_WORKLOAD_H

#include <stdbool.h>
#include <stddef.h>

enum workload_when { AT_PROMPT, AT_READ };

struct workload_step {
    enum workload_when when;
    char *bytes;
    size_t count;
    unsigned line; /* of the file, from 1 on */
};

struct workload {
    struct workload_step *step;
    size_t steps;
};

/* False: the file cannot be read or has a mistake, and `why` says which and in which line. Free with workload_free(). */
bool workload_read(struct workload *w, const char *path, char *why, size_t size);
void workload_free(struct workload *w);

#endif
