/* Writing the tree. A student's file comes after the headers, so what is handed in is what is compiled. */
#include "grader/take/tree.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "grader/sandbox/sandbox.h"

#define BLOCK 65536
#define SECURE                                                                                     \
    (ARCHIVE_EXTRACT_SECURE_SYMLINKS | ARCHIVE_EXTRACT_SECURE_NODOTDOT |                           \
     ARCHIVE_EXTRACT_SECURE_NOABSOLUTEPATHS | ARCHIVE_EXTRACT_UNLINK | ARCHIVE_EXTRACT_TIME)

static bool failed(struct archive *a, char *why, size_t size)
{
    const char *words = archive_error_string(a);
    snprintf(why, size, "cannot write what is to be compiled: %s", words ? words : "no memory");
    return false;
}

static bool put(struct archive *disk, struct archive_entry *e, const char *bytes, size_t n)
{
    return archive_write_header(disk, e) == ARCHIVE_OK &&
           (n == 0 || archive_write_data(disk, bytes, n) == (la_ssize_t)n) &&
           archive_write_finish_entry(disk) == ARCHIVE_OK;
}

static bool put_headers(struct archive *disk, const char *kit, char *why, size_t size)
{
    struct archive *tar = archive_read_new();
    struct archive_entry *e;
    char path[4096];
    bool good = tar != NULL;

    if (!tar)
        return failed(disk, why, size);
    snprintf(path, sizeof path, "%s/headers.tar", kit);
    archive_read_support_format_tar(tar);
    if (archive_read_open_filename(tar, path, BLOCK) != ARCHIVE_OK)
        good = failed(tar, why, size);
    while (good) {
        int status = archive_read_next_header(tar, &e);
        if (status == ARCHIVE_EOF)
            break;
        size_t n = status == ARCHIVE_OK ? (size_t)archive_entry_size(e) : 0;
        char *bytes = malloc(n + 1);
        if (status != ARCHIVE_OK || !bytes || archive_read_data(tar, bytes, n) != (la_ssize_t)n)
            good = failed(tar, why, size);
        else if (!put(disk, e, bytes, n))
            good = failed(disk, why, size);
        free(bytes);
    }
    archive_read_free(tar);
    return good;
}

static bool put_files(struct archive *disk, const struct lab *lab,
                      const struct submission *submission)
{
    bool good = true;
    for (size_t i = 0; good && i < submission->nfiles; i++) {
        struct archive_entry *e = archive_entry_new();
        if (!e)
            return false;
        archive_entry_set_pathname(e, lab->files[i].path);
        archive_entry_set_filetype(e, AE_IFREG);
        archive_entry_set_perm(e, 0644);
        archive_entry_set_mtime(e, SANDBOX_DATE, 0);
        archive_entry_set_size(e, (la_int64_t)submission->files[i].size);
        good = put(disk, e, submission->files[i].bytes, submission->files[i].size);
        archive_entry_free(e);
    }
    return good;
}

/* libarchive's flags ask for relative paths, and so for a current directory. */
static int go_to(const char *directory)
{
    int back = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (back >= 0 && chdir(directory) < 0) {
        close(back);
        back = -1;
    }
    return back;
}

bool tree_fill(const char *directory, const char *kit, const struct lab *lab,
               const struct submission *submission, char *why, size_t size)
{
    char src[4096], out[4096];

    snprintf(src, sizeof src, "%s/src", directory);
    snprintf(out, sizeof out, "%s/out", directory);
    mode_t mask = umask(
        022); /* the directory itself is for the owner alone; in the sandbox another one reads these */
    int back = mkdir(src, 0755) == 0 && mkdir(out, 0755) == 0 ? go_to(src) : -1;
    if (back < 0) {
        snprintf(why, size, "%s: %s", directory, strerror(errno));
        umask(mask);
        return false;
    }
    struct archive *disk = archive_write_disk_new();
    bool good = disk && archive_write_disk_set_options(disk, SECURE) == ARCHIVE_OK &&
                put_headers(disk, kit, why, size);
    if (good && (!put_files(disk, lab, submission) || archive_write_close(disk) != ARCHIVE_OK))
        good = failed(disk, why, size);
    archive_write_free(disk);
    umask(mask);
    if (fchdir(back) < 0 && good) {
        snprintf(why, size, "%s", strerror(errno));
        good = false;
    }
    close(back);
    return good;
}

bool tree_new(char *path, size_t size)
{
    const char *top = getenv("TMPDIR");
    char name[4096];

    snprintf(name, sizeof name, "%s/grade-XXXXXX", top && *top ? top : "/tmp");
    char *real = mkdtemp(name) ? realpath(name, NULL) : NULL;
    if (!real || strlen(real) >= size || strlen(real) > 3000) {
        errno = real ? ENAMETOOLONG : errno;
        free(real);
        return false;
    }
    strcpy(path, real);
    free(real);
    return true;
}
