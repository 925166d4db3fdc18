/* Finding the kit: in the directory of the program that runs, or one above it (a build with sanitizers is one deeper). */
#include "grader/compile/kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "grader/base/file.h"

bool kit_program(char path[KIT_PATH])
{
    ssize_t n = readlink("/proc/self/exe", path, KIT_PATH - 1);
    if (n < 0)
        return false;
    path[n] = '\0';
    return true;
}

/* Takes the last component away. */
static bool parent(char *path)
{
    char *slash = strrchr(path, '/');
    if (!slash || slash == path)
        return false;
    *slash = '\0';
    return true;
}

bool kit_find(char path[KIT_PATH], char *why, size_t size)
{
    char directory[KIT_PATH - 32];

    if (!kit_program(path) || strlen(path) >= sizeof directory)
        path[0] = '\0';
    strcpy(directory, path);
    while (parent(directory)) {
        snprintf(path, KIT_PATH, "%s/kit/complete", directory);
        if (access(path, F_OK) == 0)
            return parent(path);
    }
    snprintf(why, size, "no kit to build submissions with beside this program; `make` makes it");
    return false;
}

bool kit_root(const char *kit, char path[KIT_PATH])
{
    strcpy(path, kit);
    char **up = kit_lines(kit, "root");
    bool found = up != NULL;
    for (char **line = up; found && *line; line++)
        found = parent(path);
    kit_free_lines(up);
    return found;
}

char **kit_lines(const char *kit, const char *name)
{
    char path[KIT_PATH + 64];
    size_t n = 0;

    snprintf(path, sizeof path, "%s/%s", kit, name);
    char *text = file_read(path, 1u << 20, NULL), *rest = text;
    if (!text)
        return NULL;
    for (const char *c = text; *c; c++)
        n += *c == '\n';
    /* The text that the lines are in is kept before the first. */
    char **lines = calloc(n + 3, sizeof *lines);
    if (!lines) {
        free(text);
        return NULL;
    }
    n = 0;
    lines[n++] = text;
    for (char *line; (line = strsep(&rest, "\n"));)
        if (*line)
            lines[n++] = line;
    return lines + 1;
}

void kit_free_lines(char **lines)
{
    if (!lines)
        return;
    free(lines[-1]);
    free(lines - 1);
}
