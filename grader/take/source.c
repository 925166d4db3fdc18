/* See source.h. */
#include "grader/take/source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "grader/base/file.h"
#include "grader/compile/kit.h"
#include "grader/take/marker.h"

/* The tree's text becomes the handout's. */
static bool make_hole(struct submission_file *f, const struct lab *lab, unsigned *holes, char *why,
                      size_t size)
{
    unsigned n = 0;
    size_t bytes = 0;
    char *stripped = marker_strip(f->bytes, f->size, lab->name, &bytes, &n, why, size);

    if (!stripped)
        return false;
    free(f->bytes);
    *f = (struct submission_file){stripped, bytes};
    *holes += n;
    return true;
}

static enum submission_status read_tree(const char *root, const struct lab *lab,
                                        struct submission *s, bool handout, char *why, size_t size)
{
    unsigned holes = 0;

    for (size_t i = 0; i < lab->nfiles; i++) {
        char path[KIT_PATH + 300];
        struct submission_file *f = &s->files[i];
        snprintf(path, sizeof path, "%s/%s", root, lab->files[i].path);
        f->bytes = file_read(path, SUBMISSION_FILE_BYTES, &f->size);
        if (!f->bytes) {
            snprintf(why, size, "%s: %s", lab->files[i].path, strerror(errno));
            return SUBMISSION_CANNOT;
        }
        if (handout && !make_hole(f, lab, &holes, why, size))
            return SUBMISSION_CANNOT;
    }
    if (handout && holes == 0) {
        snprintf(why, size, "no hole of this lab in this tree: it is a handout itself");
        return SUBMISSION_CANNOT;
    }
    submission_digest(s, lab);
    return SUBMISSION_TAKEN;
}

enum submission_status source_read(const char *name, const char *kit, const struct lab *lab,
                                   struct submission *s, char *why, size_t size)
{
    char root[KIT_PATH];
    bool handout = strcmp(name, SOURCE_HANDOUT) == 0;

    if (!handout && strcmp(name, SOURCE_REFERENCE) != 0)
        return submission_read(name, lab, s, why, size);
    *s = (struct submission){.files = calloc(lab->nfiles, sizeof *s->files), .nfiles = lab->nfiles};
    if (!s->files || !kit_root(kit, root)) {
        free(s->files);
        snprintf(why, size, "the tree that the kit was made from is not found");
        return SUBMISSION_CANNOT;
    }
    enum submission_status status = read_tree(root, lab, s, handout, why, size);
    if (status != SUBMISSION_TAKEN)
        submission_free(s);
    return status;
}

bool source_holds(const char *name, const struct lab *lab, const char *path)
{
    if (file_is_same(name, path))
        return true;
    for (size_t i = 0; i < lab->nfiles; i++)
        if (submission_fit(path, lab->files[i].path) > 0 && file_below(path, name) > 0)
            return true;
    return false;
}
