/*
 * The one thing that the kernel asks the device tree: where memory ends. (Devicetree Specification
 * 0.4, chapter 5: big-endian words; a structure block of nodes and properties; names of properties
 * in a strings block.)
 */
#include "kernel.h"

#define FDT_MAGIC      0xd00dfeed
#define FDT_BEGIN_NODE 1
#define FDT_END_NODE   2
#define FDT_PROP       3
#define FDT_NOP        4

static uint32_t word(const void *at)
{
    const uint8_t *b = at;
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
}

static uint64_t pair(const char *at)
{
    return (uint64_t)word(at) << 32 | word(at + 4);
}

static bool starts_with(const char *s, const char *prefix)
{
    while (*prefix)
        if (*s++ != *prefix++)
            return false;
    return true;
}

uint64_t fdt_memory_end(const void *device_tree)
{
    const char *tree = device_tree;
    if (!tree || word(tree) != FDT_MAGIC)
        return 0;
    const char *at = tree + word(tree + 8), *strings = tree + word(tree + 12);
    bool in_memory = false;
    for (;;) {
        uint32_t token = word(at);
        at += 4;
        if (token == FDT_BEGIN_NODE) {
            in_memory = starts_with(at, "memory@");
            while (*at++)
                ;
            at = (const char *)(((uint64_t)at + 3) & ~3ul);
        } else if (token == FDT_PROP) {
            uint32_t bytes = word(at);
            const char *name = strings + word(at + 4);
            if (in_memory && starts_with(name, "reg") && !name[3] && bytes >= 16)
                return pair(at + 8) + pair(at + 16);
            at += 8 + ((bytes + 3) & ~3u);
        } else if (token != FDT_END_NODE && token != FDT_NOP) {
            return 0; /* FDT_END */
        }
    }
}
