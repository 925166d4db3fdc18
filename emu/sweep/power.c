/*
 * A power cut is judged by the next boot: it must come up, leave a disk that fsck.minix accepts, and hold every file
 * that had been synced and not been touched since.
 */
#include <stdlib.h>
#include <string.h>
#include "emu/sweep/sweep.h"

enum outcome judge_power_cut(const struct sweep *s, const struct machine *m)
{
    size_t bytes;
    struct tree tree = {0};
    uint8_t *image = judge_disk(m, &bytes);
    bool sound = image && tree_read(&tree, image, bytes) && tree_fsck(image, bytes);
    (void)s;
    tree_free(&tree);
    free(image);
    return sound ? TRANSPARENT : WRONG_OUTPUT;
}
