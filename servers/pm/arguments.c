/*
 * argv on a new stack (RISC-V calling convention: the stack pointer is a multiple of 16):
 *
 *   top - used = sp = argv   argv[0] ... argv[count - 1]
 *                            NULL
 *                            the strings, and up to 15 bytes of nothing
 *   top
 */
#include <stdbool.h>
#include <string.h>
#include <courier/errno.h>
#include "arguments.h"

static bool strings_ok(const char *strings, size_t bytes, uint32_t count)
{
    size_t found = 0;
    for (size_t i = 0; i < bytes; i++)
        found += strings[i] == '\0';
    return found == count && (bytes == 0 || strings[bytes - 1] == '\0');
}

int64_t arguments_pack(const char *strings, size_t bytes, uint32_t count, uint64_t top, void *image,
                       size_t room)
{
    if (!strings_ok(strings, bytes, count))
        return -EINVAL;
    size_t array = (count + (size_t)1) * sizeof(uint64_t);
    size_t used = (array + bytes + 15) & ~(size_t)15;
    if (used > room)
        return -E2BIG;
    memset(image, 0, used);
    memcpy((char *)image + array, strings, bytes);
    uint64_t *argv = image, at = top - used + array;
    for (uint32_t i = 0; i < count; i++) {
        argv[i] = at;
        size_t n = strlen(strings) + 1;
        at += n;
        strings += n;
    }
    return (int64_t)used;
}
