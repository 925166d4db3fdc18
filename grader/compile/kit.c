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
    return access(path, F_OK) == 0; /* one that is gone is called "... (deleted)" */
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

bool kit_stands(const char *kit)
{
    char path[KIT_PATH + 16];
    snprintf(path, sizeof path, "%s/complete",
             kit); /* the last to be made; removed with the rest */
    return access(path, F_OK) == 0;
}

/* FOLDER/kit, where that leads to. */
static bool kit_in(const char *folder, char path[KIT_PATH])
{
    char name[KIT_PATH + 16];

    snprintf(name, sizeof name, "%s/kit", folder);
    char *real = realpath(name, NULL);
    bool found = real && strlen(real) < KIT_PATH && kit_stands(real);
    if (found)
        strcpy(path, real);
    free(real);
    return found;
}

bool kit_find(const char *folder, char path[KIT_PATH], char *why, size_t size)
{
    char directory[KIT_PATH] = "";

    if (folder && kit_in(folder, path))
        return true;
    if (!folder)
        kit_program(directory); /* where it was, if it is gone */
    while (parent(directory))
        if (kit_in(directory, path))
            return true;
    snprintf(why, size, "no kit to build submissions with %s%s; `make` makes it",
             folder ? "in " : "beside this program", folder ? folder : "");
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
