/* See words.h. */
#include "grader/base/words.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void words_add(struct words *w, const char *format, ...)
{
    va_list arguments;
    char *word = NULL, **more = realloc(w->word, (w->n + 2) * sizeof *more);

    if (more)
        w->word = more;
    va_start(arguments, format);
    if (!more || vasprintf(&word, format, arguments) < 0) {
        w->failed = true;
        word = NULL;
    }
    va_end(arguments);
    if (!more)
        return;
    w->word[w->n] = word;
    w->n += word != NULL;
    w->word[w->n] = NULL;
}

void words_add_all(struct words *w, char *const *more)
{
    if (!more)
        w->failed = true;
    for (; more && *more; more++)
        words_add(w, "%s", *more);
}

void words_free(struct words *w)
{
    for (size_t i = 0; i < w->n; i++)
        free(w->word[i]);
    free(w->word);
    *w = (struct words){.n = 0};
}
