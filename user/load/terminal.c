/* The terminal: every line out once and whole, every line in once and in order. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "load.h"

const char *job_print(unsigned round)
{
    char line[64];
    int n = snprintf(line, sizeof line, LOAD_LINE, round);
    return write(STDOUT_FILENO, line, (size_t)n) == n ? NULL : "write";
}

/* What is typed is how many were asked for before. */
const char *job_ask(unsigned round)
{
    char line[32];
    ssize_t n = read(STDIN_FILENO, line, sizeof line - 1);
    if (n <= 0)
        return "read";
    line[n] = '\0';
    return line[n - 1] == '\n' && strtoul(line, NULL, 10) == round / LOAD_KINDS ? NULL
                                                                                : "what was typed";
}
