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

/* The first file that was synced and is not as it was, or NULL. Untouched is what is the same at the end of the undisturbed run. */
static const char *lost_file(const struct sweep *s, const struct tree *after)
{
    for (size_t i = 0; i < s->synced.files; i++) {
        const struct tree_file *f = &s->synced.file[i];
        const struct tree_file *last = tree_find(&s->tree, f->path);
        const struct tree_file *now = tree_find(after, f->path);
        bool untouched = last && tree_file_equal(f, last);
        if (untouched && !(now && tree_file_equal(f, now)))
            return f->path;
    }
    return NULL;
}

enum outcome judge_power_cut(const struct sweep *s, const struct machine *m, char what[SWEEP_WHAT])
{
    struct tree tree = {0};
    struct image cut = {0}, booted = {0};
    enum outcome outcome = WRONG_OUTPUT;
    const char *lost;
    if (!image_take(&cut, m->board) || !boot_again(s, &cut, &booted)) {
        snprintf(what, SWEEP_WHAT, "the next boot does not come to its end");
        outcome = LOST;
    } else if (!tree_read(&tree, &booted)) {
        snprintf(what, SWEEP_WHAT, "the disk cannot be read");
    } else if (!image_fsck(&booted)) {
        snprintf(what, SWEEP_WHAT, "fsck.minix complains about the disk");
    } else if ((lost = lost_file(s, &tree))) {
        snprintf(what, SWEEP_WHAT, "synced, but not as it was: %s", lost);
    } else {
        snprintf(what, SWEEP_WHAT, "the disk is sound");
        outcome = TRANSPARENT;
    }
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
