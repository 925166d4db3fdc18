/* Which of the names that a submission holds are the lab's files, and what is said when they are not there. */
#include "grader/take/submission.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>
#include "grader/base/clean.h"

#define NAME_SHOWN 100 /* bytes */

enum { FIT_NONE, FIT_LAST, FIT_BELOW, FIT_EXACT };

/* ---- names --------------------------------------------------------------------------------------- */

static bool is_slash(char c)
{
    return c == '/' || c == '\\';
}

const char *submission_bad_name(const char *name)
{
    if (!name || !*name)
        return "an entry without a readable name";
    if (strlen(name) > 1024)
        return "too long a name";
    if (is_slash(*name) || (name[1] == ':' && is_slash(name[2])))
        return "an absolute path";
    for (const char *at = name; *at;) {
        size_t n = strcspn(at, "/\\");
        if (n == 2 && at[0] == '.' && at[1] == '.')
            return "a path that leaves its folder";
        at += n + (at[n] != '\0');
    }
    return NULL;
}

/* Equal, but for the direction of slashes? */
static bool same_path(const char *name, const char *path)
{
    for (; *name && *path; name++, path++)
        if (*name != *path && !(is_slash(*name) && *path == '/'))
            return false;
    return *name == *path;
}

static const char *last_name(const char *path)
{
    const char *last = path;
    for (; *path; path++)
        if (is_slash(*path))
            last = path + 1;
    return last;
}

unsigned submission_fit(const char *name, const char *path)
{
    while (name[0] == '.' && is_slash(name[1]))
        name += 2;
    if (same_path(name, path))
        return FIT_EXACT;
    size_t n = strlen(name), tail = strlen(path);
    if (n > tail && is_slash(name[n - tail - 1]) && same_path(name + n - tail, path))
        return FIT_BELOW;
    return strcmp(last_name(name), last_name(path)) == 0 ? FIT_LAST : FIT_NONE;
}

/* A last name stands for a file if no other file of the lab has it. */
static bool last_name_is_unique(const struct lab *lab, size_t which)
{
    for (size_t i = 0; i < lab->nfiles; i++)
        if (i != which && !strcmp(last_name(lab->files[i].path), last_name(lab->files[which].path)))
            return false;
    return true;
}

/* ---- the search ----------------------------------------------------------------------------------- */

enum submission_status submission_refuse(struct submission_search *s, const char *name,
                                         const char *reason)
{
    char *shown = name ? clean_line(name) : NULL;

    if (shown)
        snprintf(s->why, s->why_size, "%.*s%s: %s", NAME_SHOWN, shown,
                 strlen(shown) > NAME_SHOWN ? "..." : "", reason);
    else
        snprintf(s->why, s->why_size, "%s", reason);
    free(shown);
    return SUBMISSION_REFUSED;
}

/* What a disk that does not tell capitals apart has made of a file's name is shown, if the file is missing. */
static void look_near(struct submission_search *s, const char *name)
{
    for (size_t i = 0; i < s->lab->nfiles; i++)
        if (!s->found[i].near && strcasecmp(last_name(name), last_name(s->lab->files[i].path)) == 0)
            s->found[i].near = clean_line(name);
}

int submission_wanted(struct submission_search *s, const char *name)
{
    int best = -1;
    unsigned fit = FIT_NONE;

    for (size_t i = 0; i < s->lab->nfiles; i++) {
        unsigned f = submission_fit(name, s->lab->files[i].path);
        if (f > fit && (f > FIT_LAST || last_name_is_unique(s->lab, i))) {
            best = (int)i;
            fit = f;
        }
    }
    if (best < 0)
        look_near(s, name);
    if (best < 0 || s->found[best].fit > fit)
        return -1;
    if (s->found[best].fit == fit) {
        s->found[best].twice = true;
        return -1;
    }
    return best;
}

void submission_take(struct submission_search *s, int which, const char *name, char *bytes,
                     size_t size)
{
    struct submission_found *f = &s->found[which];

    free(f->file.bytes);
    free(f->name);
    *f = (struct submission_found){.fit = submission_fit(name, s->lab->files[which].path),
                                   .name = strdup(name),
                                   .near = f->near,
                                   .file = {bytes, size}};
}

static void expected(const struct lab *lab, char *out, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < lab->nfiles && n < size; i++)
        n += (size_t)snprintf(out + n, size - n, "%s%s", i ? ", " : "", lab->files[i].path);
}

/* Is each of the files there, once, and something in it? */
static enum submission_status verdict(struct submission_search *s)
{
    char names[512], reason[800];

    expected(s->lab, names, sizeof names);
    if (s->files == 0)
        return submission_refuse(s, NULL, "the submission is empty");
    for (size_t i = 0; i < s->lab->nfiles; i++) {
        const struct submission_found *f = &s->found[i];
        const char *path = s->lab->files[i].path;
        if (f->fit == FIT_NONE) {
            snprintf(reason, sizeof reason, "not in the submission%s%.*s%s; expected: %s",
                     f->near ? ", which has " : "", NAME_SHOWN, f->near ? f->near : "",
                     f->near ? " (capitals matter)" : "", names);
            return submission_refuse(s, path, reason);
        }
        if (f->twice) {
            snprintf(reason, sizeof reason, "more than one file could be it; expected once: %s",
                     names);
            return submission_refuse(s, path, reason);
        }
        if (f->file.size == 0)
            return submission_refuse(s, f->name, "an empty file");
    }
    return SUBMISSION_TAKEN;
}

/* ---- the whole -------------------------------------------------------------------------------------- */

static enum submission_status search(const char *path, struct submission_search *s)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    enum submission_status status = SUBMISSION_CANNOT;

    if (fd < 0 || fstat(fd, &st) < 0)
        snprintf(s->why, s->why_size, "%s", strerror(errno));
    else if (S_ISDIR(st.st_mode))
        status = submission_from_directory(fd, s);
    else if (!S_ISREG(st.st_mode))
        snprintf(s->why, s->why_size, "neither a directory nor a file");
    else if (st.st_size == 0)
        status = submission_refuse(s, NULL, "the submission is an empty file");
    else if (st.st_size > (off_t)SUBMISSION_ARCHIVE_BYTES)
        status = submission_refuse(s, NULL, "the archive is larger than 8 MiB");
    else
        status = submission_from_archive(path, s);
    if (fd >= 0)
        close(fd);
    return status == SUBMISSION_TAKEN ? verdict(s) : status;
}

void submission_digest(struct submission *s, const struct lab *lab)
{
    struct sha256 sum;

    sha256_begin(&sum);
    for (size_t i = 0; i < s->nfiles; i++) {
        unsigned char length[8];
        for (int b = 0; b < 8; b++)
            length[b] = (unsigned char)((uint64_t)s->files[i].size >> 8 * b);
        sha256_add(&sum, lab->files[i].path, strlen(lab->files[i].path) + 1);
        sha256_add(&sum, length, sizeof length);
        sha256_add(&sum, s->files[i].bytes, s->files[i].size);
    }
    sha256_end(&sum, s->digest);
}

enum submission_status submission_read(const char *path, const struct lab *lab,
                                       struct submission *s, char *why, size_t size)
{
    struct submission_search found = {.lab = lab, .why = why, .why_size = size};
    enum submission_status status = SUBMISSION_CANNOT;

    *s = (struct submission){.files = calloc(lab->nfiles, sizeof *s->files), .nfiles = lab->nfiles};
    found.found = calloc(lab->nfiles, sizeof *found.found);
    if (s->files && found.found)
        status = search(path, &found);
    else
        snprintf(why, size, "no memory");
    for (size_t i = 0; found.found && i < lab->nfiles; i++) {
        free(found.found[i].name);
        free(found.found[i].near);
        if (status == SUBMISSION_TAKEN)
            s->files[i] = found.found[i].file;
        else
            free(found.found[i].file.bytes);
    }
    free(found.found);
    if (status == SUBMISSION_TAKEN)
        submission_digest(s, lab);
    else
        submission_free(s);
    return status;
}

void submission_free(struct submission *s)
{
    for (size_t i = 0; s->files && i < s->nfiles; i++)
        free(s->files[i].bytes);
    free(s->files);
    *s = (struct submission){.nfiles = 0};
}
