/* Characters, lines and blocks on streams. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "stream.h"

/* The end of a writing call: a stream BY_CALL is flushed now. */
static int written(FILE *f, int result)
{
    if (f->flags & BY_CALL && fflush(f) == EOF)
        return EOF;
    return result;
}

int fgetc(FILE *f)
{
    if ((f->next == f->end || f->flags & WRITING) && stream_fill(f) == EOF)
        return EOF;
    return f->buffer[f->next++];
}

int getc(FILE *f)
{
    return fgetc(f);
}

int getchar(void)
{
    return fgetc(stdin);
}

int ungetc(int c, FILE *f)
{
    if (c == EOF || f->flags & WRITING || f->next == 0)
        return EOF;
    f->flags &= ~AT_END;
    f->buffer[--f->next] = (unsigned char)c;
    return c;
}

size_t fread(void *to, size_t bytes, size_t count, FILE *f)
{
    char *at = to;
    size_t total = bytes * count, left = total;
    while (left && ((f->next < f->end && !(f->flags & WRITING)) || stream_fill(f) != EOF)) {
        size_t n = f->end - f->next < left ? f->end - f->next : left;
        memcpy(at, f->buffer + f->next, n);
        f->next += n, at += n, left -= n;
    }
    return bytes ? (total - left) / bytes : 0;
}

size_t fwrite(const void *from, size_t bytes, size_t count, FILE *f)
{
    if (bytes == 0 || stream_write(f, from, bytes * count) == EOF || written(f, 0) == EOF)
        return 0;
    return count;
}

int fputc(int c, FILE *f)
{
    char byte = (char)c;
    return written(f, stream_write(f, &byte, 1) == EOF ? EOF : (unsigned char)c);
}

int putc(int c, FILE *f)
{
    return fputc(c, f);
}

int putchar(int c)
{
    return fputc(c, stdout);
}

int fputs(const char *s, FILE *f)
{
    return written(f, stream_write(f, s, strlen(s)));
}

int puts(const char *s)
{
    return fputs(s, stdout) == EOF ? EOF : putchar('\n');
}

/* Takes from the buffer up to the end of the line, at most `room` bytes; 0: nothing left to read.
 */
static size_t take_line(FILE *f, char *to, size_t room)
{
    if ((f->next == f->end || f->flags & WRITING) && stream_fill(f) == EOF)
        return 0;
    size_t n = f->end - f->next;
    if (n > room)
        n = room;
    unsigned char *newline = memchr(f->buffer + f->next, '\n', n);
    if (newline)
        n = (size_t)(newline - f->buffer) + 1 - f->next;
    memcpy(to, f->buffer + f->next, n);
    f->next += n;
    return n;
}

char *fgets(char *line, int bytes, FILE *f)
{
    size_t length = 0, room = (size_t)bytes - 1, n;
    while (length < room && (n = take_line(f, line + length, room - length)) > 0) {
        length += n;
        if (line[length - 1] == '\n')
            break;
    }
    line[length] = '\0';
    return length ? line : NULL;
}

ssize_t getline(char **line, size_t *room, FILE *f)
{
    size_t length = 0;
    for (;;) {
        if (!*line || *room - length < 128) {
            size_t larger = *line ? *room * 2 : 256;
            char *p = realloc(*line, larger);
            if (!p)
                return -1;
            *line = p;
            *room = larger;
        }
        size_t n = take_line(f, *line + length, *room - length - 1);
        if (n == 0)
            return length ? (ssize_t)length : -1;
        length += n;
        (*line)[length] = '\0';
        if ((*line)[length - 1] == '\n')
            return (ssize_t)length;
    }
}

int fileno(FILE *f)
{
    return f->fd;
}

int feof(FILE *f)
{
    return (f->flags & AT_END) != 0;
}

int ferror(FILE *f)
{
    return (f->flags & FAILED) != 0;
}

void clearerr(FILE *f)
{
    f->flags &= ~(AT_END | FAILED);
}

void perror(const char *what)
{
    const char *reason = strerror(errno);
    if (what && *what)
        fprintf(stderr, "%s: %s\n", what, reason);
    else
        fprintf(stderr, "%s\n", reason);
}
