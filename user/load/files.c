/* Files: what was written is read back, names come and go. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "load.h"

#define NAME  "data"
#define PIECE 1500
#define SYNCS 32 /* every so many-th file is synced */

static size_t size_of(unsigned number)
{
    return 3 * PIECE + number % 977;
}

/* Each file is read twice: when it was written, and, three rounds later, by job_read. */
const char *job_write(unsigned round)
{
    char piece[PIECE];
    size_t size = size_of(round), at = 0;
    int fd = open(NAME, O_RDWR | O_CREAT | O_TRUNC, 0644);
    if (fd < 0)
        return "open";
    while (at < size) {
        size_t n = size - at < PIECE ? size - at : PIECE;
        pattern_fill(piece, n, at, round);
        if (write(fd, piece, n) != (ssize_t)n)
            return "write";
        at += n;
    }
    if (lseek(fd, 0, SEEK_CUR) != (off_t)size)
        return "the offset after writing";
    if (lseek(fd, PIECE, SEEK_SET) != PIECE || read(fd, piece, PIECE) != PIECE)
        return "read back";
    if (!pattern_matches(piece, PIECE, PIECE, round))
        return "other bytes than those written";
    if (round / LOAD_KINDS % SYNCS == 0 && fsync(fd) < 0)
        return "fsync";
    return close(fd) < 0 ? "close" : NULL;
}

const char *job_read(unsigned round)
{
    char piece[PIECE];
    unsigned number = round - 3; /* when job_write made it */
    size_t at = 0;
    struct stat st;
    ssize_t n;
    int fd = open(NAME, O_RDONLY);
    if (fd < 0 || fstat(fd, &st) < 0)
        return "open";
    if ((size_t)st.st_size != size_of(number))
        return "the size";
    while ((n = read(fd, piece, sizeof piece)) > 0) {
        if (!pattern_matches(piece, (size_t)n, at, number))
            return "other bytes than those written before";
        at += (size_t)n;
    }
    if (n < 0 || at != size_of(number))
        return "read";
    return close(fd) < 0 ? "close" : NULL;
}

const char *job_names(unsigned round)
{
    char folder[16], first[32], second[32];
    struct stat st;
    snprintf(folder, sizeof folder, "d%u", round);
    snprintf(first, sizeof first, "%s/first", folder);
    snprintf(second, sizeof second, "%s/second", folder);
    if (mkdir(folder, 0755) < 0)
        return "mkdir";
    int fd = open(first, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (fd < 0 || write(fd, "x", 1) != 1 || close(fd) < 0)
        return "create";
    if (link(first, second) < 0 || stat(first, &st) < 0 || st.st_nlink != 2)
        return "link";
    if (unlink(first) < 0 || stat(first, &st) == 0 || errno != ENOENT)
        return "unlink";
    if (rename(second, first) < 0 || stat(first, &st) < 0 || st.st_nlink != 1 || st.st_size != 1)
        return "rename";
    if (rmdir(folder) == 0 || errno != ENOTEMPTY)
        return "rmdir of what is not empty";
    return unlink(first) < 0 || rmdir(folder) < 0 ? "rmdir" : NULL;
}
