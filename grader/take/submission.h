/*
 * What a student hands in: a directory, a .tar.gz or a .zip. Of all that is in it only the lab's own files are taken, into
 * memory; whatever else it holds is ignored if it is a plain file, and refused by name if it could do harm.
 *
 * A file may be where it is in the tree (kernel/ipc.c), the same below folders (jane/kernel/ipc.c), or under its last name
 * alone (ipc.c). Two that could be meant are refused.
 */
#ifndef GRADER_SUBMISSION_H
#define GRADER_SUBMISSION_H

#include <stdbool.h>
#include <stddef.h>
#include "grader/lab.h"
#include "grader/base/sha256.h"

#define SUBMISSION_ARCHIVE_BYTES (8u << 20)  /* of an archive */
#define SUBMISSION_FILE_BYTES    (1u << 20)  /* of one of the lab's files */
#define SUBMISSION_TOTAL_BYTES   (64u << 20) /* of all that an archive unpacks to */
#define SUBMISSION_ENTRIES       4000
#define SUBMISSION_DEPTH         16 /* of folders */

struct submission_file {
    char *bytes; /* a zero follows */
    size_t size;
};

struct submission {
    struct submission_file *files; /* as in the lab's list, which has the names */
    size_t nfiles;
    char digest[SHA256_HEX]; /* of their names and contents */
};

enum submission_status {
    SUBMISSION_TAKEN,
    SUBMISSION_REFUSED, /* the student's fault: `why` is for them */
    SUBMISSION_CANNOT   /* it cannot be read at all: no such file, no rights, no memory */
};

/* `why` becomes one line without control characters. Unless it is taken there is nothing to free. */
enum submission_status submission_read(const char *path, const struct lab *lab,
                                       struct submission *s, char *why, size_t size);
void submission_free(struct submission *s);

/* The digest of files that came from elsewhere. */
void submission_digest(struct submission *s, const struct lab *lab);

/* ---- what the readers of directories and archives share ------------------------------------------------------------- */

/* What is wrong with a name, or NULL. Backslashes count as slashes: some archives have them. */
const char *submission_bad_name(const char *name);

/* How well a name fits a lab's file: 0 not at all, else the better the higher. */
unsigned submission_fit(const char *name, const char *path);

/* The best that was found for each of the lab's files. */
struct submission_found {
    unsigned fit;
    bool twice;
    char *name;
    char *near; /* of one that would be it, were capitals small; or NULL */
    struct submission_file file;
};

struct submission_search {
    const struct lab *lab;
    struct submission_found *found; /* one for each file */
    unsigned entries;               /* looked at */
    unsigned files;                 /* of them plain files */
    char *why;
    size_t why_size;
};

/* Writes the line; the value is SUBMISSION_REFUSED. The name is shown as far as it can be. */
enum submission_status submission_refuse(struct submission_search *s, const char *name,
                                         const char *reason);

/* Which of the lab's files the name could be and has not been found better: its number, or -1. */
int submission_wanted(struct submission_search *s, const char *name);
/* It is taken; the bytes are the search's from now on. */
void submission_take(struct submission_search *s, int which, const char *name, char *bytes,
                     size_t size);

enum submission_status submission_from_directory(int fd, struct submission_search *s);
enum submission_status submission_from_archive(const char *path, struct submission_search *s);

#endif
