/* Copying the grader. The kit that is found is one that nobody changes, so its copy is whole unless it was removed meanwhile. */
#include "grader/batch/snapshot.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "grader/base/file.h"
#include "grader/compile/kit.h"

#define BYTES_MAX (256u << 20) /* of a file; a program with sanitizers is large */
#define OPEN_MAX  16
#define TRIES     3

/* For everybody to read, as the sandbox does it under another name. */
static bool copy_file(const char *from, const char *to, mode_t mode)
{
    size_t size;
    char *bytes = file_read(from, BYTES_MAX, &size);
    bool copied = bytes && file_write(to, bytes, size) && chmod(to, mode) == 0;
    int error = errno;
    free(bytes);
    errno = error;
    return copied;
}

static const char *copy_to; /* for the walk */
static size_t copy_from;    /* bytes of the path that it began with */

static int copy_one(const char *path, const struct stat *status, int kind, struct FTW *walk)
{
    char to[KIT_PATH * 2];
    (void)walk;
    snprintf(to, sizeof to, "%s%s", copy_to, path + copy_from);
    if (kind == FTW_D)
        return mkdir(to, 0755) == 0 && chmod(to, 0755) == 0 ? 0 : -1;
    return kind == FTW_F && copy_file(path, to, status->st_mode & 0777) ? 0 : -1;
}

static bool copy_kit(const char *kit, const char *folder)
{
    char to[KIT_PATH + 16];
    snprintf(to, sizeof to, "%s/kit", folder);
    copy_to = to;
    copy_from = strlen(kit);
    return nftw(kit, copy_one, OPEN_MAX, FTW_PHYS) == 0;
}

bool snapshot_take(const char *folder, char *why, size_t size)
{
    char kit[KIT_PATH], program[KIT_PATH + 16];
    bool taken = false;

    for (int i = 0; !taken && i < TRIES; i++) {
        file_remove_tree(folder);
        snprintf(program, sizeof program, "%s/" SNAPSHOT_PROGRAM, folder);
        if (!kit_find(NULL, kit, why, size))
            return false;
        taken = mkdir(folder, 0755) == 0 && chmod(folder, 0755) == 0 &&
                copy_file("/proc/self/exe", program, 0755) && copy_kit(kit, folder);
        if (!taken)
            snprintf(why, size, "%s: %s", folder, strerror(errno));
        taken = taken && kit_stands(kit);
    }
    return taken;
}
