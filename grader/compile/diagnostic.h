/* What a compiler or linker says, made fit for a report: its beginning, without this machine's paths and without tricks. */
#ifndef GRADER_DIAGNOSTIC_H
#define GRADER_DIAGNOSTIC_H

#define DIAGNOSTIC_LINES 40
#define DIAGNOSTIC_BYTES 6000

/*
 * The first lines of the text, cleaned (clean.h), each absolute path in them as its last name alone, under the note if there is
 * one. Allocated; NULL: no memory.
 */
char *diagnostic_trim(const char *text, const char *note);

#endif
