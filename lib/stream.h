/*
 * What a stream is made of; for the library alone.
 *
 * The buffer holds bytes read ahead, [next, end), or, with WRITING, bytes to be written, [0, end).
 */
#ifndef LIB_STREAM_H
#define LIB_STREAM_H

#include <stdio.h>

struct file {
    int fd;
    unsigned flags;
    int error; /* errno, with FAILED */
    size_t next, end;
    struct file *link;     /* all open streams */
    unsigned char *buffer; /* BUFSIZ bytes */
};

#define READABLE  1u
#define WRITABLE  2u
#define WRITING   4u
#define BY_LINE   8u  /* flush at the end of a line */
#define BY_CALL   16u /* flush at the end of each call */
#define UNDECIDED 32u /* by line if it turns out to be a terminal */
#define AT_END    64u
#define FAILED    128u

/* Bytes into the stream's buffer, written out as its flags say. The count, or EOF. */
int stream_write(FILE *f, const char *from, size_t n);

/* At least one byte into an empty buffer; EOF at the end or on an error. */
int stream_fill(FILE *f);

/* Called last by exit() with the status, and returns it; but when what was written to stdout got
 * lost, no success: 1, after a message. NULL as long as no stream was written to. */
extern int (*flush_at_exit)(int status);

#endif
