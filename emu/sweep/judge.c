/* Compares a run that was disturbed with the one that was not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "emu/sweep/sweep.h"

const char *sweep_kind_name(enum sweep_kind kind)
{
    static const char *const name[] = {"crash", "hang", "bitflip", "powercut"};
    return name[kind];
}

const char *outcome_name(enum outcome outcome)
{
    static const char *const name[] = {"transparent", "visible_error", "wrong_output", "lost"};
    return name[outcome];
}

/* ---- what a run leaves ----------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

char *judge_processes(const struct world *w)
{
    const char *name[NSLOTS];
    size_t count = 0, used = 0;
    char *text = malloc((size_t)NSLOTS * (NAME_BYTES + 1) + 1);
    for (unsigned slot = NSERVICES; slot < NSLOTS; slot++)
        if (w->process[slot].used)
            name[count++] = w->process[slot].name;
    qsort(name, count, sizeof *name, by_name);
    for (size_t i = 0; text && i < count; i++)
        used += (size_t)sprintf(text + used, "%s\n", name[i]);
    if (text)
        text[used] = '\0';
    return text;
}

/* Is the disk sound, and are all files as in the reference? Sound alone: *equal tells. */
static bool disk_is_sound(const struct sweep *s, const struct machine *m, bool *equal)
{
    struct tree tree = {0};
    struct image image = {0};
    *equal = image_fingerprint(m->board) == s->fingerprint;
    if (*equal)
        return true;
    bool sound = image_take(&image, m->board) && tree_read(&tree, &image) && image_fsck(&image);
    *equal = sound && tree_equal(&tree, &s->tree);
    tree_free(&tree);
    image_free(&image);
    return sound;
}

/* ---- the console ----------------------------------------------------------------------------- */

static bool same_output(const struct reference *r, const struct machine *m)
{
    return m->bytes == r->bytes && memcmp(m->output, r->output, r->bytes) == 0;
}

/* Is this line nowhere in the text? */
static bool is_new(const char *line, size_t length, const struct reference *r)
{
    return memmem(r->output, r->bytes, line, length) == NULL;
}

/* Was somebody told? Each program's error begins with its name and a colon, "cat: /etc/motd: ...". */
static bool tells_of_an_error(const struct reference *r, const struct machine *m)
{
    for (size_t at = 0; at < m->bytes;) {
        const char *line = m->output + at;
        const char *end = memchr(line, '\n', m->bytes - at);
        size_t length = end ? (size_t)(end - line) : m->bytes - at;
        if (memmem(line, length, ": ", 2) && is_new(line, length, r))
            return true;
        at += length + 1;
    }
    return false;
}

/* ---- the verdicts ---------------------------------------------------------------------------- */

enum outcome judge(const struct sweep *s, const struct machine *m, enum machine_end end, int status)
{
    bool equal_disk;
    if (end != END_POWER_OFF)
        return LOST;
    bool sound = disk_is_sound(s, m, &equal_disk);
    char *processes = judge_processes(&m->world);
    bool accounted = processes && strcmp(processes, s->processes) == 0;
    free(processes);
    if (equal_disk && accounted && status == s->reference.status && same_output(&s->reference, m))
        return TRANSPARENT;
    return sound && (status != 0 || tells_of_an_error(&s->reference, m)) ? VISIBLE_ERROR
                                                                         : WRONG_OUTPUT;
}

/* ---- for a person who looks at one case ------------------------------------------------------ */

static void explain_disk(const struct sweep *s, const struct machine *m)
{
    struct tree tree = {0};
    struct image image;
    if (!image_take(&image, m->board) || !tree_read(&tree, &image))
        printf("the disk cannot be mounted\n");
    else if (!image_fsck(&image))
        printf("fsck.minix complains about the disk\n");
    for (size_t i = 0; i < tree.files; i++) {
        const struct tree_file *f = tree_find(&s->tree, tree.file[i].path);
        if (!f || !tree_file_equal(f, &tree.file[i]))
            printf("on the disk %s is %s\n", tree.file[i].path, f ? "different" : "new");
    }
    for (size_t i = 0; i < s->tree.files; i++)
        if (!tree_find(&tree, s->tree.file[i].path))
            printf("on the disk %s is missing\n", s->tree.file[i].path);
    tree_free(&tree);
    image_free(&image);
}

static void explain_output(const struct reference *r, const struct machine *m)
{
    size_t same = 0;
    while (same < r->bytes && same < m->bytes && r->output[same] == m->output[same])
        same++;
    while (same > 0 && r->output[same - 1] != '\n')
        same--;
    if (!same_output(r, m))
        printf("the output is different from here on:\n%.*s\nand should be:\n%.*s\n",
               (int)(m->bytes - same), m->output + same, (int)(r->bytes - same), r->output + same);
}

void judge_explain(const struct sweep *s, const struct machine *m, int status)
{
    char *processes = judge_processes(&m->world);
    explain_disk(s, m);
    explain_output(&s->reference, m);
    if (processes && strcmp(processes, s->processes) != 0)
        printf("these processes are alive at the end:\n%sand should be:\n%s", processes,
               s->processes);
    if (status != s->reference.status)
        printf("the status is %d, and should be %d\n", status, s->reference.status);
    free(processes);
}
