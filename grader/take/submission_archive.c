/*
 * A submission that is an archive, read from its first entry to its last, in memory: nothing is written to a disk, and each
 * byte that it unpacks to is counted. What an archive may not hold is refused wherever it stands.
 */
#include "grader/take/submission.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define BLOCK 65536

struct reading {
    const char *path;
    struct archive *archive;
    struct submission_search *search;
    uint64_t total; /* bytes so far, of all entries */
};

static enum submission_status damaged(struct reading *r, const char *name)
{
    char reason[200];
    const char *words = archive_error_string(r->archive);
    snprintf(reason, sizeof reason, "the archive is damaged: %s", words ? words : "unreadable");
    return submission_refuse(r->search, name, reason);
}

/* What an entry is besides its name, or NULL: a plain file, or a folder. */
static const char *bad_kind(struct archive_entry *e)
{
    if (archive_entry_hardlink(e) || archive_entry_symlink(e) ||
        archive_entry_filetype(e) == AE_IFLNK)
        return "a link";
    if (archive_entry_filetype(e) != AE_IFREG && archive_entry_filetype(e) != AE_IFDIR)
        return "a device or another special file";
    if (archive_entry_is_encrypted(e) > 0)
        return "encrypted";
    return NULL;
}

/* Reads an entry's data. Those that are not kept (`to` is NULL) are counted all the same. */
static enum submission_status read_data(struct reading *r, const char *name, char *to, size_t room,
                                        size_t *size)
{
    const void *block;
    size_t n;
    la_int64_t offset;

    *size = 0;
    for (;;) {
        int status = archive_read_data_block(r->archive, &block, &n, &offset);
        if (status == ARCHIVE_EOF)
            return SUBMISSION_TAKEN;
        if (status < ARCHIVE_WARN)
            return damaged(r, name);
        r->total += n;
        if (r->total > SUBMISSION_TOTAL_BYTES)
            return submission_refuse(r->search, name, "the archive unpacks to more than 64 MiB");
        if (!to)
            continue;
        /* A sparse file has gaps: the buffer is zeroed. */
        if (offset < 0 || (uint64_t)offset > room || n > room - (size_t)offset)
            return submission_refuse(r->search, name, "larger than 1 MiB");
        memcpy(to + offset, block, n);
        *size = (size_t)offset + n;
    }
}

static enum submission_status take_entry(struct reading *r, struct archive_entry *e,
                                         const char *name)
{
    int which = submission_wanted(r->search, name);
    size_t size;

    r->search->files++;
    if (which < 0)
        return read_data(r, name, NULL, 0, &size);
    if (archive_entry_size_is_set(e) && archive_entry_size(e) > (la_int64_t)SUBMISSION_FILE_BYTES)
        return submission_refuse(r->search, name, "larger than 1 MiB");
    char *bytes = calloc(1, SUBMISSION_FILE_BYTES + 1);
    if (!bytes) {
        snprintf(r->search->why, r->search->why_size, "no memory");
        return SUBMISSION_CANNOT;
    }
    enum submission_status status = read_data(r, name, bytes, SUBMISSION_FILE_BYTES, &size);
    if (status == SUBMISSION_TAKEN)
        submission_take(r->search, which, name, bytes, size);
    else
        free(bytes);
    return status;
}

static unsigned depth_of(const char *name)
{
    unsigned depth = 0;
    for (; *name; name++)
        depth += *name == '/' || *name == '\\';
    return depth;
}

static enum submission_status read_entry(struct reading *r, struct archive_entry *e)
{
    const char *name = archive_entry_pathname(e);
    if (!name)
        name = archive_entry_pathname_utf8(e);
    const char *bad = submission_bad_name(name);

    if (!bad)
        bad = bad_kind(e);
    if (!bad && depth_of(name) > SUBMISSION_DEPTH)
        bad = "too deep in folders";
    if (bad)
        return submission_refuse(r->search, name, bad);
    if (archive_entry_filetype(e) == AE_IFDIR)
        return SUBMISSION_TAKEN;
    return take_entry(r, e, name);
}

/* It is no archive that is taken: what is it, by its first bytes (file formats' own magic numbers)? */
static enum submission_status unreadable(struct reading *r)
{
    static const struct {
        const char *name, *magic;
    } other[] = {{"an xz", "\xfd\x37zXZ"},       {"a bzip2", "BZh"},
                 {"a zstd", "\x28\xb5\x2f\xfd"}, {"a 7z", "7z\xbc\xaf\x27\x1c"},
                 {"a RAR", "Rar!\x1a\x07"},      {"an lz4", "\x04\x22\x4d\x18"}};
    char first[8] = "", words[100];
    FILE *in = fopen(r->path, "rb");
    size_t n = in ? fread(first, 1, sizeof first, in) : 0;

    if (in)
        fclose(in);
    snprintf(words, sizeof words, "the submission is no whole .tar.gz or .zip archive");
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        if (n == sizeof first && memcmp(first, other[i].magic, strlen(other[i].magic)) == 0)
            snprintf(words, sizeof words, "the submission is %s archive; expected: .tar.gz or .zip",
                     other[i].name);
    return submission_refuse(r->search, NULL, words);
}

static enum submission_status read_entries(struct reading *r)
{
    struct archive_entry *e;

    for (;;) {
        int status = archive_read_next_header(r->archive, &e);
        if (status == ARCHIVE_EOF)
            return SUBMISSION_TAKEN;
        if (status < ARCHIVE_WARN)
            return r->search->entries == 0 ? unreadable(r) : damaged(r, NULL);
        if (++r->search->entries > SUBMISSION_ENTRIES)
            return submission_refuse(r->search, NULL, "the archive has more than 4000 entries");
        enum submission_status taken = read_entry(r, e);
        if (taken != SUBMISSION_TAKEN)
            return taken;
    }
}

enum submission_status submission_from_archive(const char *path, struct submission_search *s)
{
    struct reading r = {.path = path, .archive = archive_read_new(), .search = s};
    enum submission_status status = SUBMISSION_CANNOT;

    if (r.archive) {
        archive_read_support_filter_gzip(r.archive);
        archive_read_support_format_tar(r.archive);
        archive_read_support_format_zip(r.archive);
    }
    if (!r.archive)
        snprintf(s->why, s->why_size, "no memory");
    else if (archive_read_open_filename(r.archive, path, BLOCK) != ARCHIVE_OK)
        status = unreadable(&r);
    else
        status = read_entries(&r);
    archive_read_free(r.archive);
    return status;
}
