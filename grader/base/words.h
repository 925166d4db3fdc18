/* A command line that grows: a list of words that ends with NULL, each of them owned. */
#ifndef GRADER_WORDS_H
#define GRADER_WORDS_H

#include <stdbool.h>
#include <stddef.h>

struct words {
    char **word;
    size_t n;
    bool failed; /* no memory: then the list is not to be used */
};

__attribute__((format(printf, 2, 3))) void words_add(struct words *w, const char *format, ...);
void words_add_all(struct words *w,
                   char *const *more); /* ends with NULL; NULL itself is a failure */
void words_free(struct words *w);

#endif
