/* The kit (grader/kit/rules.mk) beside this program: where its parts are, and the texts in it. */
#ifndef GRADER_KIT_H
#define GRADER_KIT_H

#include <stdbool.h>
#include <stddef.h>

#define KIT_PATH 4096

/*
 * The kit in `folder`, or (NULL) in the directory of this program or one above it. Absolute, and no link: who has found it
 * goes on with the same one when `make` puts another in its place. False: one line in `why`; there is none.
 */
bool kit_find(const char *folder, char path[KIT_PATH], char *why, size_t size);

/* Is it still there, from its first file to its last? */
bool kit_stands(const char *kit);
#define KIT_GONE "the kit was removed while it was in use; `make` makes it anew"

/* The tree that the kit was made from. */
bool kit_root(const char *kit, char path[KIT_PATH]);

/* The lines of a file of the kit, as a list that ends with NULL. NULL: there is no such file, or no memory. */
char **kit_lines(const char *kit, const char *name);
void kit_free_lines(char **lines);

/* This program's own path. False: errno says why; ENOENT: another has been put in its place since it was started. */
bool kit_program(char path[KIT_PATH]);

#endif
