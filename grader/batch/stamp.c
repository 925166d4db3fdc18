/* The grader's part of a stamp is a sum over the batch's copy of it: program and kit. */
#include <ftw.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "grader/base/file.h"
#include "grader/batch/stamp.h"

#define BYTES_MAX (256u << 20)
#define OPEN_MAX  16

static uint64_t sum; /* of the files so far, in no order */

/* FNV-1a, 64 bits */
static uint64_t hash(uint64_t h, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        h = (h ^ (unsigned char)bytes[i]) * UINT64_C(1099511628211);
    return h;
}

static void add_file(const char *path, const char *name)
{
    size_t size;
    char *bytes = file_read(path, BYTES_MAX, &size);
    if (!bytes)
        return;
    uint64_t h = hash(UINT64_C(14695981039346656037), name, strlen(name) + 1);
    sum += hash(h, bytes, size);
    free(bytes);
}

static int add_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    (void)status;
    if (kind == FTW_F)
        add_file(path, path + walk->base);
    return 0;
}

static uint64_t grader_sum(const char *grader)
{
    sum = 0;
    nftw(grader, add_one, OPEN_MAX, FTW_PHYS);
    return sum;
}

char *stamp_make(const struct course *c)
{
    char *stamp;
    int length = asprintf(
        &stamp, "courier batch 1\nlab %s\nseed %" PRIu64 "\ncases %s\ngrader %016" PRIx64 "\n",
        c->lab, c->seed, c->hidden ? "all" : "public", grader_sum(c->grader));
    return length < 0 ? NULL : stamp;
}

bool stamp_agrees(const struct course *c, const char *stamp)
{
    char *path = course_path(c, "stamp", NULL, "");
    char *there = file_read(path, BYTES_MAX, NULL);
    bool same = there && strcmp(there, stamp) == 0;
    free(there);
    free(path);
    return same;
}

bool stamp_write(const struct course *c, const char *stamp)
{
    char *path = course_path(c, "stamp", NULL, "");
    bool written = file_write(path, stamp, strlen(stamp));
    free(path);
    return written;
}
