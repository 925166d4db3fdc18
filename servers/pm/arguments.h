/* The arguments of a program, as it finds them on its stack. */
#ifndef SERVERS_PM_ARGUMENTS_H
#define SERVERS_PM_ARGUMENTS_H

#include <stddef.h>
#include <stdint.h>

/*
 * Builds the top of a stack that ends at `top` (aligned to 16 bytes): the NULL-terminated array
 * argv, then the strings it points to. `strings`: `count` NUL-terminated strings in `bytes` bytes.
 * `image` has room for `room` bytes. Returns how many are used: they belong at top - that, which is
 * both argv and the stack pointer, a multiple of 16. -EINVAL: not as many strings as that. -E2BIG:
 * no room.
 */
int64_t arguments_pack(const char *strings, size_t bytes, uint32_t count, uint64_t top, void *image,
                       size_t room);

#endif
