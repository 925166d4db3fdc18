/*
 * Bytes and strings: C17 section 7.24, with strdup, strndup, strnlen, strtok_r and strsignal of
 * POSIX.1-2017. strdup and strndup return memory that the caller frees.
 */
#ifndef STRING_H
#define STRING_H

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t n);
void *memmove(void *to, const void *from, size_t n);
void *memset(void *to, int byte, size_t n);
int memcmp(const void *a, const void *b, size_t n);
void *memchr(const void *s, int byte, size_t n);

size_t strlen(const char *s);
size_t strnlen(const char *s, size_t max);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t n);
char *strcpy(char *restrict to, const char *restrict from);
char *strncpy(char *restrict to, const char *restrict from, size_t n);
char *strcat(char *restrict to, const char *restrict from);
char *strncat(char *restrict to, const char *restrict from, size_t n);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
char *strstr(const char *s, const char *part);
size_t strspn(const char *s, const char *accept);
size_t strcspn(const char *s, const char *reject);
char *strpbrk(const char *s, const char *accept);
char *strtok_r(char *restrict s, const char *restrict separators, char **restrict rest);
char *strdup(const char *s);
char *strndup(const char *s, size_t max);

char *strerror(int error);   /* never NULL; constant text, but for unknown numbers */
char *strsignal(int signal); /* likewise */

/* A freestanding compiler does not know what these do; this tells it again, so that copies of a
 * small constant size become a few loads and stores. */
#define memcpy(to, from, n) __builtin_memcpy(to, from, n)
#define memset(to, byte, n) __builtin_memset(to, byte, n)

#endif
