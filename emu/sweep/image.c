/* Copies of disks, and fsck.minix on them. */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include "emu/sweep/image.h"

#define PIECE 4096

/* The next piece of the disk. Returns its size, 0: that was all, or it cannot be read. */
static size_t piece_at(const struct board *board, uint64_t at, uint64_t words[PIECE / 8])
{
    uint64_t left = board_disk_size(board) - at;
    size_t size = left < PIECE ? (size_t)left : PIECE;
    memset(words, 0, PIECE);
    return size && board_disk_read(board, words, size, at) ? size : 0;
}

static bool is_zero(const uint64_t words[PIECE / 8])
{
    return words[0] == 0 && memcmp(words, words + 1, PIECE - 8) == 0;
}

static bool copy(const struct image *image, const struct board *board)
{
    uint64_t words[PIECE / 8], at = 0;
    for (size_t n; at < image->size && (n = piece_at(board, at, words)); at += n)
        if (!is_zero(words) && pwrite(image->fd, words, n, (off_t)at) != (ssize_t)n)
            return false;
    return at == image->size;
}

bool image_take(struct image *image, const struct board *board)
{
    *image =
        (struct image){.fd = memfd_create("disk", MFD_CLOEXEC), .size = board_disk_size(board)};
    bool copied = image->fd >= 0 && image->size > 0 &&
                  ftruncate(image->fd, (off_t)image->size) == 0 && copy(image, board);
    void *map = copied ? mmap(NULL, image->size, PROT_READ | PROT_WRITE, MAP_SHARED, image->fd, 0)
                       : MAP_FAILED;
    if (map != MAP_FAILED) {
        image->bytes = map;
        return true;
    }
    image_free(image);
    return false;
}

void image_free(struct image *image)
{
    if (image->bytes)
        munmap(image->bytes, image->size);
    if (image->fd > 0)
        close(image->fd);
    *image = (struct image){0};
}

void image_path(const struct image *image, char path[IMAGE_PATH])
{
    snprintf(path, IMAGE_PATH, "/proc/%d/fd/%d", (int)getpid(), image->fd);
}

uint64_t image_fingerprint(const struct board *board)
{
    uint64_t words[PIECE / 8], hash = 14695981039346656037ull;
    for (uint64_t at = 0, n; (n = piece_at(board, at, words)); at += n) {
        if (is_zero(words))
            continue;
        hash ^= at;
        for (unsigned i = 0; i < PIECE / 8; i++) {
            hash = (hash ^ words[i]) * 0x9e3779b97f4a7c15ull;
            hash ^= hash >> 32;
        }
    }
    return hash;
}

/* ---- fsck.minix ------------------------------------------------------------------------------ */

/* Administrators' programs are not in everybody's PATH. */
static void extend_path(void)
{
    static bool extended;
    const char *old = getenv("PATH");
    char path[4096];
    snprintf(path, sizeof path, "%s%s/usr/sbin:/sbin", old ? old : "", old ? ":" : "");
    if (!extended)
        setenv("PATH", path, 1);
    extended = true;
}

/* fsck.minix, with its words into `output`. Its exit status, or -1. */
static int run_fsck(char *path, int output)
{
    char name[] = "fsck.minix", force[] = "-f";
    char *const arguments[] = {name, force, path, NULL};
    posix_spawn_file_actions_t files;
    pid_t child;
    int status = -1;
    extend_path();
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, output, STDERR_FILENO);
    if (posix_spawnp(&child, name, &files, NULL, arguments, environ) == 0)
        waitpid(child, &status, 0);
    posix_spawn_file_actions_destroy(&files);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

bool image_fsck(const struct image *image)
{
    char path[IMAGE_PATH], usual[96];
    int output = memfd_create("output", MFD_CLOEXEC);
    if (output < 0)
        return false;
    image_path(image, path);
    off_t length = snprintf(usual, sizeof usual, "Forcing filesystem check on %s.\n", path);
    bool clean = run_fsck(path, output) == 0 && lseek(output, 0, SEEK_END) == length;
    close(output);
    return clean;
}
