/*
 * Memory, numbers, ending: the part of C17 section 7.22 that these programs use. There is no
 * floating point, and no environment: a program gets arguments only.
 */
#ifndef STDLIB_H
#define STDLIB_H

#include <stddef.h>

#define EXIT_SUCCESS 0
#define EXIT_FAILURE 1
#define RAND_MAX     0x7fffffff

/* All return NULL with ENOMEM when the heap cannot grow; memory is aligned to 16 bytes. */
void *malloc(size_t bytes);
void *calloc(size_t count, size_t bytes);
void *realloc(void *p, size_t bytes);
void free(void *p); /* NULL is allowed */

int atoi(const char *s);
long strtol(const char *restrict s, char **restrict end, int base);
unsigned long strtoul(const char *restrict s, char **restrict end, int base);
int abs(int n);

void qsort(void *base, size_t count, size_t bytes, int (*compare)(const void *, const void *));

/* A fixed sequence for each seed, the same on every run. */
int rand(void);
void srand(unsigned seed);

int atexit(void (*function)(void)); /* at most ATEXIT_MAX; -1 when there is no room */
_Noreturn void exit(int status);    /* runs the atexit functions, flushes the streams */
_Noreturn void abort(void);         /* ends by SIGABRT */
#define ATEXIT_MAX 32

#endif
