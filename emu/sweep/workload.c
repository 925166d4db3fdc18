/* Reads a workload. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "emu/sweep/workload.h"

/* Takes the escapes out of a line, in place. Returns the number of bytes, or -1: a mistake. */
static int unescape(char *text)
{
    char *to = text;
    for (const char *from = text; *from; from++) {
        if (*from == '^' && from[1] >= '@' && from[1] <= '_') {
            *to++ = (char)(*++from - '@');
        } else if (*from == '\\' && from[1] == 'n') {
            *to++ = '\n';
            from++;
        } else if (*from == '\\' && (from[1] == '\\' || from[1] == '^')) {
            *to++ = *++from;
        } else if (*from == '\\' || *from == '^') {
            return -1;
        } else {
            *to++ = *from;
        }
    }
    return (int)(to - text);
}

/* Adds a step with these bytes. */
static bool add(struct workload *w, enum workload_when when, const char *bytes, size_t count,
                unsigned number)
{
    struct workload_step *step = realloc(w->step, (w->steps + 1) * sizeof *step);
    char *copy = malloc(count + 1);
    if (step)
        w->step = step;
    if (!step || !copy) {
        free(copy);
        return false;
    }
    memcpy(copy, bytes, count);
    w->step[w->steps++] = (struct workload_step){when, copy, count, number};
    return true;
}

/* What is wrong with the line, or NULL. */
static const char *take_line(struct workload *w, char *line, unsigned number)
{
    bool prompt = line[0] == '$';
    line[strcspn(line, "\n")] = '\0';
    if (line[0] == '\0' || line[0] == '#')
        return NULL;
    if ((!prompt && line[0] != '>') || (line[1] != ' ' && line[1] != '\0'))
        return "a line begins with '$ ', '> ' or '#'";
    char *text = line[1] ? line + 2 : line + 1;
    int count = unescape(text);
    if (count < 0)
        return "an escape is ^A to ^_, \\n, \\\\ or \\^";
    if (prompt)
        text[count++] = '\n'; /* in the place of the NUL */
    return add(w, prompt ? AT_PROMPT : AT_READ, text, (size_t)count, number) ? NULL
                                                                             : "out of memory";
}

bool workload_read(struct workload *w, const char *path, char *why, size_t size)
{
    char *line = NULL;
    size_t room = 0;
    const char *wrong = NULL;
    unsigned number = 0;
    FILE *f = fopen(path, "re");
    *w = (struct workload){0};
    if (!f) {
        snprintf(why, size, "%s: %s", path, strerror(errno));
        return false;
    }
    while (!wrong && getline(&line, &room, f) >= 0) {
        number++;
        wrong = take_line(w, line, number);
    }
    if (!wrong && ferror(f))
        wrong = "cannot be read";
    if (!wrong && w->steps == 0)
        wrong = "nothing is typed";
    if (wrong)
        snprintf(why, size, "%s:%u: %s", path, number, wrong);
    free(line);
    fclose(f);
    if (wrong)
        workload_free(w);
    return !wrong;
}

void workload_free(struct workload *w)
{
    for (size_t i = 0; i < w->steps; i++)
        free(w->step[i].bytes);
    free(w->step);
    *w = (struct workload){0};
}
