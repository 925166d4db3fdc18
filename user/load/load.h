/*
 * load: a mixed load that checks its own results. A round is a piece of work of one kind, some 100,000 instructions; a job is a
 * function that does it and says what was wrong, or NULL. `round` is the round's number: what is written, read, and
 * counted follows from it.
 */
#ifndef LOAD_H
#define LOAD_H

#include <stddef.h>

#define LOAD_PERIOD_MS 10
#define LOAD_KINDS     9 /* of rounds, by turns; */
#define LOAD_PRINTS    2 /* this one prints LOAD_LINE with its number, */
#define LOAD_ASKS      6 /* and this one reads a line: how many it has read before */
#define LOAD_LINE      "round %u: a line of many\n"

typedef const char *job(unsigned round);

/* files.c */
job job_write, job_read, job_names;
/* processes.c */
job job_pipe, job_exec, job_signal;
/* terminal.c: what is printed and typed is the emulator's to check, and to type */
job job_print, job_ask;
/* services.c */
job job_services;

/* A pattern of bytes that follows from a number, and whether these are that pattern from `offset` on. */
void pattern_fill(char *to, size_t bytes, size_t offset, unsigned number);
int pattern_matches(const char *p, size_t bytes, size_t offset, unsigned number);

#endif
