/* Executable files: a header is judged, and becomes a list of what to map. */
#ifndef SERVERS_PM_ELF_H
#define SERVERS_PM_ELF_H

#include <stddef.h>
#include <stdint.h>

#define IMAGE_SEGMENTS 8

struct segment {
    uint64_t start, bytes; /* to be mapped: whole pages */
    unsigned prot;         /* PROT_, never both WRITE and EXEC */
    uint64_t address;      /* where in there the file's bytes go; what they leave is zero */
    uint64_t offset;       /* where they are in the file */
    uint64_t file_bytes;
};

struct image {
    uint64_t entry;
    uint64_t end; /* first address after the highest segment, page-aligned: the heap's start */
    unsigned count;
    struct segment segments[IMAGE_SEGMENTS]; /* in ascending order, no page in two of them */
};

/*
 * Reads the first `bytes` bytes of a file. 0: *image is a static RV64 program that fits the address
 * space (<courier/syscall.h>). -ENOEXEC: anything else; *image is then undefined. Whether the file
 * is as long as its header says shows when it is read.
 */
int64_t elf_parse(const void *file, size_t bytes, struct image *image);

#endif
