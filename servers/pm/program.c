/*
 * Loading a program: its file becomes the memory of an embryo. FS writes the file's bytes straight
 * into the embryo's pages, through a grant that PM makes for memory of its ward; nothing is copied
 * twice.
 */
#include <string.h>
#include "arguments.h"
#include "elf.h"
#include "pm.h"

#define HEADER_BYTES  4096                  /* ELF and program headers must lie in so many */
#define ARGUMENTS_MAX (USER_STACK_SIZE / 2) /* of the stack; the rest is the program's */

/* The last part of the path, as far as it fits. */
static void set_name(struct program *program, const struct arguments *a)
{
    size_t start = a->path_bytes;
    while (start > 0 && a->path[start - 1] != '/')
        start--;
    size_t n = a->path_bytes - start;
    if (n > NAME_BYTES - 1)
        n = NAME_BYTES - 1;
    memset(program->name, 0, NAME_BYTES);
    memcpy(program->name, a->path + start, n);
}

static int64_t read_headers(int64_t fd, struct image *image)
{
    static char header[HEADER_BYTES];
    int64_t n = fs_read(fd, header, sizeof header);
    return n < 0 ? n : elf_parse(header, (size_t)n, image);
}

static int64_t map_image(endpoint_t embryo, int64_t fd, const struct image *image)
{
    for (unsigned i = 0; i < image->count; i++) {
        const struct segment *s = &image->segments[i];
        int64_t status = k_map(embryo, s->start, s->bytes, s->prot);
        if (status == 0 && s->file_bytes)
            status = fs_read_at(fd, s->offset, embryo, s->address, s->file_bytes);
        if (status < 0)
            return status;
    }
    return 0;
}

static int64_t make_stack(struct program *program, const struct arguments *a)
{
    static char image[ARGUMENTS_MAX];
    int64_t used =
        arguments_pack(a->strings, a->bytes, a->count, USER_STACK_TOP, image, sizeof image);
    if (used < 0)
        return used;
    program->sp = USER_STACK_TOP - (uint64_t)used;
    int64_t status = k_map(program->embryo, USER_STACK_TOP - USER_STACK_SIZE, USER_STACK_SIZE,
                           PROT_READ | PROT_WRITE);
    return status < 0 ? status : k_write_memory(program->embryo, program->sp, image, (size_t)used);
}

/* fd is open. */
static int64_t build(int64_t fd, const struct arguments *a, struct program *program)
{
    struct image image;
    int64_t status = read_headers(fd, &image);
    if (status < 0)
        return status;
    set_name(program, a);
    int64_t embryo = k_create(-1, program->name);
    if (embryo < 0)
        return embryo;
    program->embryo = (endpoint_t)embryo;
    program->pc = image.entry;
    program->heap = image.end;
    status = map_image(program->embryo, fd, &image);
    if (status == 0)
        status = make_stack(program, a);
    if (status < 0)
        k_kill(program->embryo);
    return status;
}

int64_t program_load(endpoint_t process, const struct arguments *a, struct program *program)
{
    int64_t fd = fs_open_for(process, a->path, a->path_bytes);
    if (fd < 0)
        return fd;
    int64_t status = build(fd, a, program);
    fs_close(fd);
    return status;
}
