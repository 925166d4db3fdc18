/*
 * A power cut is judged by the next boot: the disk goes into another machine, which must come up to its prompt and power
 * off in peace. Then fsck.minix must accept the disk, and every file that had been synced before the cut, and was not
 * touched since, must be on it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "emu/sweep/sweep.h"

#define LIMIT_BOOT 2000000000ull /* 20 s of virtual time */

/* Boots, ends the shell at its first prompt, and replaces the image by what that left. False: it did not get so far. */
static bool boot_again(const struct sweep *s, uint8_t **image, size_t *bytes)
{
    const struct workload nothing = {0};
    struct machine *m = calloc(1, sizeof *m);
    char path[64], why[256];
    int status = 1, disk = tree_disk_file(*image, *bytes, path, sizeof path);
    struct machine_config config = {
        .kernel = s->config.kernel, .disk = path, .seed = s->config.seed};
    bool good = m && disk >= 0 && machine_open(m, &config, &nothing, NULL, why, sizeof why) &&
                machine_run(m, LIMIT_BOOT, &status) == END_POWER_OFF && status == 0;
    free(*image);
    *image = good ? judge_disk(m, bytes) : NULL;
    if (m)
        machine_close(m);
    free(m);
    if (disk >= 0)
        close(disk);
    return *image != NULL;
}

/* Untouched is what is the same at the end of the undisturbed run. */
static bool holds_what_was_synced(const struct sweep *s, const struct tree *after)
{
    for (size_t i = 0; i < s->synced.files; i++) {
        const struct tree_file *f = &s->synced.file[i];
        const struct tree_file *last = tree_find(&s->tree, f->path);
        const struct tree_file *now = tree_find(after, f->path);
        bool untouched = last && tree_file_equal(f, last);
        if (untouched && !(now && tree_file_equal(f, now)))
            return false;
    }
    return true;
}

enum outcome judge_power_cut(const struct sweep *s, const struct machine *m)
{
    size_t bytes;
    struct tree tree = {0};
    enum outcome outcome = WRONG_OUTPUT;
    uint8_t *image = judge_disk(m, &bytes);
    if (!image || !boot_again(s, &image, &bytes))
        outcome = LOST;
    else if (tree_read(&tree, image, bytes) && tree_fsck(image, bytes) &&
             holds_what_was_synced(s, &tree))
        outcome = TRANSPARENT;
    tree_free(&tree);
    free(image);
    return outcome;
}

void power_note_synced(struct sweep *s, const struct machine *m)
{
    size_t bytes;
    uint8_t *image = judge_disk(m, &bytes);
    tree_free(&s->synced);
    if (!image || !tree_read(&s->synced, image, bytes))
        tree_free(&s->synced);
    free(image);
}
