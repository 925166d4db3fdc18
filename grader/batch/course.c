/* Which submissions there are, what their reports are called, and whose they are. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include "grader/batch/course.h"

#define STEM_MAX 100 /* bytes of a report's name, without what is added to it */

static void *must(void *memory)
{
    if (!memory) {
        fputs("grade: no memory\n", stderr);
        exit(1);
    }
    return memory;
}

/* ---- names ---------------------------------------------------------------------------------------------------------- */

/* The name without the ending of an archive. */
static char *student_name(const char *file)
{
    static const char *const ending[] = {".tar.gz", ".tgz", ".tar", ".zip"};
    size_t length = strlen(file);
    for (size_t i = 0; i < sizeof ending / sizeof ending[0]; i++) {
        size_t more = strlen(ending[i]);
        if (length > more && strcasecmp(file + length - more, ending[i]) == 0)
            return must(strndup(file, length - more));
    }
    return must(strdup(file));
}

/* FNV-1a, 32 bits: names apart that would look the same. */
static uint32_t hash(const char *text)
{
    uint32_t h = 2166136261u;
    for (; *text; text++)
        h = (h ^ (unsigned char)*text) * 16777619u;
    return h;
}

/* A file name that needs no quotes anywhere. What had to be changed for that gets a number, so that two stay two. */
static char *make_stem(const char *name)
{
    static const char harmless[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.@+-";
    char *stem = must(strndup(name, STEM_MAX)), *numbered;
    bool changed = strlen(name) > STEM_MAX;
    for (char *c = stem; *c; c++)
        if (!strchr(harmless, *c) || (c == stem && strchr(".-+@", *c))) {
            *c = '_';
            changed = true;
        }
    if (!changed)
        return stem;
    if (asprintf(&numbered, "%s-%08x", stem, hash(name)) < 0)
        numbered = NULL;
    free(stem);
    return must(numbered);
}

static void set_stems(struct course *c)
{
    for (size_t i = 0; i < c->entries; i++) {
        bool shared = false;
        for (size_t k = 0; k < c->entries; k++)
            shared = shared || (k != i && strcasecmp(c->entry[k].name, c->entry[i].name) == 0);
        c->entry[i].stem = make_stem(shared ? c->entry[i].file : c->entry[i].name);
    }
}

/* ---- the directory -------------------------------------------------------------------------------------------------- */

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_name_of_one(const struct dirent *d)
{
    return d->d_name[0] != '.' && strcmp(d->d_name, "__MACOSX") != 0;
}

static void add_entry(struct course *c, const char *file, const struct stat *out)
{
    char *path;
    struct stat status;
    if (asprintf(&path, "%s/%s", c->submissions, file) < 0)
        path = NULL;
    must(path);
    if (stat(path, &status) == 0 && status.st_dev == out->st_dev && status.st_ino == out->st_ino) {
        free(path);
        return;
    }
    c->entry[c->entries++] =
        (struct entry){.name = student_name(file), .file = must(strdup(file)), .path = path};
}

bool course_list(struct course *c)
{
    struct dirent **found;
    struct stat out = {.st_dev = 0};
    if (stat(c->out, &out) != 0 && errno != ENOENT)
        return false;
    int count = scandir(c->submissions, &found, is_name_of_one, by_bytes);
    if (count < 0)
        return false;
    c->entries = 0;
    c->entry = must(calloc((size_t)count + 1, sizeof *c->entry));
    for (int i = 0; i < count; i++) {
        add_entry(c, found[i]->d_name, &out);
        free(found[i]);
    }
    free(found);
    set_stems(c);
    return true;
}

void course_free(struct course *c)
{
    for (size_t i = 0; i < c->entries; i++) {
        struct entry *e = &c->entry[i];
        if (e->done)
            result_free(&e->result);
        free(e->name);
        free(e->file);
        free(e->path);
        free(e->stem);
    }
    free(c->entry);
    free(c->grader);
    c->grader = NULL;
    c->entry = NULL;
    c->entries = 0;
}

/* ---- whose they are ------------------------------------------------------------------------------------------------- */

static bool same_student(const struct course *c, const struct entry *a, const struct entry *b)
{
    if (!c->roster)
        return strcasecmp(a->name, b->name) == 0;
    bool placed = (a->placing == PLACE_FOUND || a->placing == PLACE_DUPLICATE) &&
                  (b->placing == PLACE_FOUND || b->placing == PLACE_DUPLICATE);
    return placed && a->row == b->row;
}

void course_place(struct course *c, const struct roster *roster)
{
    static const enum placing placing[] = {[ROSTER_FOUND] = PLACE_FOUND,
                                           [ROSTER_UNKNOWN] = PLACE_UNKNOWN,
                                           [ROSTER_SEVERAL] = PLACE_AMBIGUOUS};
    c->roster = roster;
    for (size_t i = 0; i < c->entries; i++) {
        struct entry *e = &c->entry[i];
        e->placing = roster ? placing[roster_find(roster, e->name, &e->row)] : PLACE_ALONE;
    }
    for (size_t i = 0; i < c->entries; i++)
        for (size_t k = i + 1; k < c->entries; k++)
            if (same_student(c, &c->entry[i], &c->entry[k]))
                c->entry[i].placing = c->entry[k].placing = PLACE_DUPLICATE;
}

/* ---- what others need of it ------------------------------------------------------------------------------------------ */

char *course_path(const struct course *c, const char *folder, const struct entry *e,
                  const char *suffix)
{
    char *path;
    int length = e ? asprintf(&path, "%s/%s/%s%s", c->out, folder, e->stem, suffix)
                   : asprintf(&path, "%s/%s", c->out, folder);
    return must(length < 0 ? NULL : path);
}

struct grade_options course_options(const struct course *c, const struct entry *e)
{
    return (struct grade_options){.lab = c->lab,
                                  .submission = e->path,
                                  .name = e->file,
                                  .seed = c->seed,
                                  .grader = c->grader,
                                  .hidden = c->hidden,
                                  .sandbox = c->sandbox};
}

bool course_has_grade(const struct entry *e)
{
    return e->done && result_has_grade(&e->result);
}
