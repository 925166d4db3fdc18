/* The kit (grader/kit/rules.mk) beside this program: where its parts are, and the texts in it. */
#ifndef GRADER_KIT_H
#define GRADER_KIT_H

#include <stdbool.h>
#include <stddef.h>

#define KIT_PATH 4096

/* Absolute. False: one line in `why`; there is no kit, and `make` makes one. */
bool kit_find(char path[KIT_PATH], char *why, size_t size);

/* The tree that the kit was made from. */
bool kit_root(const char *kit, char path[KIT_PATH]);

/* The lines of a file of the kit, as a list that ends with NULL. NULL: there is no such file, or no memory. */
char **kit_lines(const char *kit, const char *name);
void kit_free_lines(char **lines);

/* This program's own path. */
bool kit_program(char path[KIT_PATH]);

#endif
