/*
 * Streams: the part of C17 section 7.21 and of POSIX.1-2017 (getline, fdopen, fileno) that these
 * programs use.
 *
 * A stream's buffer holds either bytes read ahead or bytes to be written. stdout is written at the
 * end of each line when it is a terminal, else when the buffer is full; stderr at the end of each
 * call. printf knows the conversions d i u x X o c s p % with flags - 0 + space #, width,
 * precision and the lengths hh h l ll j z t; no floating point.
 */
#ifndef STDIO_H
#define STDIO_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <courier/protocol/fs.h> /* SEEK_SET, SEEK_CUR, SEEK_END */

#define EOF    (-1)
#define BUFSIZ 4096

typedef struct file FILE;
extern FILE *const stdin, *const stdout, *const stderr;

FILE *fopen(const char *path, const char *mode); /* r w a, and + for both ways; NULL with errno */
FILE *fdopen(int fd, const char *mode);          /* fclose() closes fd */
int fclose(FILE *f);
int fflush(FILE *f); /* NULL: all streams */
int fileno(FILE *f);
int feof(FILE *f);
int ferror(FILE *f);
void clearerr(FILE *f);
int fseek(FILE *f, long offset, int whence);
long ftell(FILE *f);

size_t fread(void *to, size_t bytes, size_t count, FILE *f);
size_t fwrite(const void *from, size_t bytes, size_t count, FILE *f);
int fgetc(FILE *f);
int getc(FILE *f);
int getchar(void);
int ungetc(int c, FILE *f);
char *fgets(char *line, int bytes, FILE *f);
/* A line of any length with its newline into *line, a malloc'ed buffer of *room bytes that grows
 * (NULL and 0 to begin with; the caller frees it). Its length, or -1 at the end or on an error. */
ssize_t getline(char **line, size_t *room, FILE *f);

int fputc(int c, FILE *f);
int putc(int c, FILE *f);
int putchar(int c);
int fputs(const char *s, FILE *f);
int puts(const char *s);

int printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
int fprintf(FILE *f, const char *format, ...) __attribute__((format(printf, 2, 3)));
int dprintf(int fd, const char *format, ...) __attribute__((format(printf, 2, 3)));
int snprintf(char *to, size_t bytes, const char *format, ...) __attribute__((format(printf, 3, 4)));
int vfprintf(FILE *f, const char *format, va_list arguments);
int vsnprintf(char *to, size_t bytes, const char *format, va_list arguments);
void perror(const char *what);

int remove(const char *path);
int rename(const char *from, const char *to);

#endif
