/*
 * A file that is written whole or not at all: under a temporary name in the same directory (FILE_TEMPORARY and six
 * letters), then renamed. A full disk or a kill leaves what was there before. (Nothing is synced: after a power cut the
 * file may be empty, which those who read results notice.)
 */
#ifndef GRADER_FILE_H
#define GRADER_FILE_H

#include <stdbool.h>
#include <stddef.h>

#define FILE_TEMPORARY ".grade-" /* how temporary names begin */

/*
 * Makes `path` a file of these bytes. A link is followed; what exists and is no regular file (a pipe, /dev/stdout) is
 * written to directly; NULL and "-" are stdout. False: errno says why, and a regular file is as it was.
 */
bool file_write(const char *path, const char *bytes, size_t size);

/* Everything of a file, with a zero behind it that `size` (or NULL) does not count. NULL: errno says why; EFBIG: above `limit`. */
char *file_read(const char *path, size_t limit, size_t *size);

/* Are these two names of one regular file? */
bool file_is_same(const char *a, const char *b);

/* Where `path` is, which may be still to be made, seen from a directory: 0 it is the directory itself, n so many steps below it,
 * -1 elsewhere. Links are followed. */
int file_below(const char *path, const char *directory);

/* Removes a directory and all that is in it, whatever the rights are that a program gave to it. False: errno says why. */
bool file_remove_tree(const char *path);

#endif
