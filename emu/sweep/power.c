/*
 * A power cut is judged by the next boot: the disk goes into another machine, which must come up to its prompt and power
 * off in peace. Then fsck.minix must accept the disk, and every file that had been synced before the cut, and was not
 * touched since, must be on it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "emu/sweep/sweep.h"

#define LIMIT_BOOT 2000000000ull /* 20 s of virtual time */

/* Boots, ends the shell at its first prompt, and takes the disk that this leaves. False: it did not get so far. */
static bool boot_again(const struct sweep *s, const struct image *before, struct image *after)
{
    const struct workload nothing = {0};
    struct machine *m = calloc(1, sizeof *m);
    char path[IMAGE_PATH], why[256];
    int status = 1;
    image_path(before, path);
    struct machine_config config = {
        .kernel = s->config.kernel, .disk = path, .seed = s->config.seed};
    bool good = m && machine_open(m, &config, &nothing, NULL, why, sizeof why) &&
                machine_run(m, LIMIT_BOOT, &status) == END_POWER_OFF && status == 0 &&
                image_take(after, m->board);
    if (m)
        machine_close(m);
    free(m);
    return good;
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
    struct tree tree = {0};
    struct image cut = {0}, booted = {0};
    enum outcome outcome = WRONG_OUTPUT;
    if (!image_take(&cut, m->board) || !boot_again(s, &cut, &booted))
        outcome = LOST;
    else if (tree_read(&tree, &booted) && image_fsck(&booted) && holds_what_was_synced(s, &tree))
        outcome = TRANSPARENT;
    tree_free(&tree);
    image_free(&booted);
    image_free(&cut);
    return outcome;
}

void power_note_synced(struct sweep *s, const struct machine *m)
{
    struct image image;
    tree_free(&s->synced);
    if (!image_take(&image, m->board) || !tree_read(&s->synced, &image))
        tree_free(&s->synced);
    image_free(&image);
}
