/*
 * The two bitmaps: which inodes and which zones are in use.
 *
 * A search begins where the last one ended (next fit), so that a file written in one go gets
 * neighbouring zones. The number of free bits is counted once at the mount and kept from then on:
 * an operation knows that it will run out of space before it has changed anything.
 */
#include "servers/fs/core/core.h"

struct bitmap {
    uint32_t block; /* its first */
    uint32_t bits;  /* bit 0 is always set and means nothing */
};

static struct bitmap inode_map(const struct mfs *fs)
{
    return (struct bitmap){MFS_FIRST_BITMAP, fs->state->inodes + 1};
}

static struct bitmap zone_map(const struct mfs *fs)
{
    return (struct bitmap){MFS_FIRST_BITMAP + fs->state->imap_blocks,
                           fs->state->zones - fs->state->first_zone + 1};
}

static uint32_t bits_per_block(const struct mfs *fs)
{
    return 8u << fs->block_shift;
}

/* The first clear bit (or set one) in [from, to), which lie in one block: *bit is it, or `to` if there is none. */
static int scan_block(struct mfs *fs, const struct bitmap *map, uint32_t from, uint32_t to,
                      bool set, uint32_t *bit)
{
    const void *data;
    int err = cache_get(fs, map->block + (from >> (fs->block_shift + 3)), 0, &data);
    if (err < 0)
        return err;
    const uint64_t *words = data;
    uint32_t base = from & ~(bits_per_block(fs) - 1);
    uint64_t ignore = (UINT64_C(1) << (from & 63)) - 1; /* the bits before `from` */
    uint64_t flip = set ? 0 : ~UINT64_C(0);
    for (uint32_t b = from & ~UINT32_C(63); b < to; b += 64) {
        uint64_t wanted = (words[(b - base) / 64] ^ flip) & ~ignore;
        ignore = 0;
        if (wanted) {
            uint32_t found = b + (uint32_t)__builtin_ctzll(wanted);
            *bit = found < to ? found : to;
            return 0;
        }
    }
    *bit = to;
    return 0;
}

/* The same over any range. */
static int scan(struct mfs *fs, const struct bitmap *map, uint32_t from, uint32_t to, bool set,
                uint32_t *bit)
{
    while (from < to) {
        uint32_t end = (from | (bits_per_block(fs) - 1)) + 1;
        if (end > to || end == 0)
            end = to;
        int err = scan_block(fs, map, from, end, set, bit);
        if (err < 0 || *bit < end)
            return err;
        from = end;
    }
    *bit = to;
    return 0;
}

/* Sets (or clears) `count` bits from `bit` on; each must have been the other way. */
static int assign(struct mfs *fs, const struct bitmap *map, uint32_t bit, uint32_t count, bool set)
{
    while (count > 0) {
        void *data;
        int err = cache_modify(fs, map->block + (bit >> (fs->block_shift + 3)), &data);
        if (err < 0)
            return err;
        uint8_t *bytes = data;
        do {
            uint32_t in_block = bit & (bits_per_block(fs) - 1);
            uint8_t mask = (uint8_t)(1u << (in_block & 7));
            if (((bytes[in_block / 8] & mask) != 0) == set)
                return corrupt(fs, "a bitmap contradicts what is in use");
            bytes[in_block / 8] ^= mask;
            bit++;
            count--;
        } while (count > 0 && (bit & (bits_per_block(fs) - 1)) != 0);
    }
    return 0;
}

/* How many bits from `bit` on are clear, at least that one, at most `max` and within one block. */
static int clear_run(struct mfs *fs, const struct bitmap *map, uint32_t bit, uint32_t max,
                     uint32_t *count)
{
    const void *data;
    uint32_t limit = map->bits - bit;
    uint32_t in_block = bit & (bits_per_block(fs) - 1);
    int err = cache_get(fs, map->block + (bit >> (fs->block_shift + 3)), 0, &data);
    if (limit > max)
        limit = max;
    if (limit > bits_per_block(fs) - in_block)
        limit = bits_per_block(fs) - in_block;
    const uint8_t *bytes = data;
    *count = 1;
    while (err == 0 && *count < limit) {
        uint32_t next = in_block + *count;
        if (bytes[next / 8] >> (next & 7) & 1)
            break;
        ++*count;
    }
    return err;
}

/* Finds a clear bit from *cursor on, around the end, and up to `max` clear ones in a row; sets
 * them. */
static int allocate(struct mfs *fs, const struct bitmap *map, uint32_t *cursor, uint32_t max,
                    uint32_t *bit, uint32_t *count)
{
    uint32_t start = *cursor > 0 && *cursor < map->bits ? *cursor : 1;
    int err = scan(fs, map, start, map->bits, false, bit);
    if (err == 0 && *bit == map->bits) {
        err = scan(fs, map, 1, start, false, bit);
        if (err == 0 && *bit == start)
            return -ENOSPC;
    }
    if (err == 0)
        err = clear_run(fs, map, *bit, max, count);
    if (err == 0)
        err = assign(fs, map, *bit, *count, true);
    *cursor = *bit + *count;
    return err;
}

bool zone_valid(const struct mfs *fs, uint32_t zone, uint32_t count)
{
    return zone >= fs->state->first_zone && zone < fs->state->zones &&
           count <= fs->state->zones - zone;
}

int zone_alloc(struct mfs *fs, uint32_t max, uint32_t *zone, uint32_t *count)
{
    struct bitmap map = zone_map(fs);
    uint32_t bit;
    if (fs->free_zones == 0)
        return -ENOSPC;
    int err = allocate(fs, &map, &fs->zone_cursor, max, &bit, count);
    if (err < 0)
        return err;
    fs->free_zones -= *count;
    *zone = fs->state->first_zone - 1 + bit;
    return 0;
}

int zone_free(struct mfs *fs, uint32_t zone, uint32_t count)
{
    struct bitmap map = zone_map(fs);
    if (!zone_valid(fs, zone, count))
        return corrupt(fs, "a file has a zone outside the disk");
    int err = assign(fs, &map, zone - fs->state->first_zone + 1, count, false);
    if (err < 0)
        return err;
    fs->free_zones += count;
    for (uint32_t k = 0; k < count; k++)
        cache_forget(fs, zone + k);
    return 0;
}

int inode_bit_alloc(struct mfs *fs, uint32_t *number)
{
    struct bitmap map = inode_map(fs);
    uint32_t one;
    if (fs->free_inodes == 0)
        return -ENOSPC;
    int err = allocate(fs, &map, &fs->inode_cursor, 1, number, &one);
    if (err < 0)
        return err;
    fs->free_inodes--;
    return 0;
}

int inode_bit_free(struct mfs *fs, uint32_t number)
{
    struct bitmap map = inode_map(fs);
    int err = assign(fs, &map, number, 1, false);
    if (err < 0)
        return err;
    fs->free_inodes++;
    return 0;
}

static int get_bit(struct mfs *fs, const struct bitmap *map, uint32_t bit, bool *used)
{
    uint32_t clear = bit;
    int err = scan_block(fs, map, bit, bit + 1, false, &clear);
    *used = clear != bit;
    return err;
}

int inode_bit_get(struct mfs *fs, uint32_t number, bool *used)
{
    struct bitmap map = inode_map(fs);
    return get_bit(fs, &map, number, used);
}

int inode_bit_next(struct mfs *fs, uint32_t from, uint32_t *number)
{
    struct bitmap map = inode_map(fs);
    *number = map.bits;
    return from < map.bits ? scan(fs, &map, from, map.bits, true, number) : 0;
}

int zone_bit_get(struct mfs *fs, uint32_t zone, bool *used)
{
    struct bitmap map = zone_map(fs);
    return get_bit(fs, &map, zone - fs->state->first_zone + 1, used);
}

/* Counts clear bits by hopping from one to the next run of set ones, a word at a time. */
static int count_free(struct mfs *fs, const struct bitmap *map, uint32_t *count)
{
    *count = 0;
    for (uint32_t base = 0; base < map->bits; base += bits_per_block(fs)) {
        const void *data;
        int err = cache_get(fs, map->block + (base >> (fs->block_shift + 3)), 0, &data);
        if (err < 0)
            return err;
        const uint64_t *words = data;
        uint32_t left = map->bits - base;
        if (left > bits_per_block(fs))
            left = bits_per_block(fs);
        for (uint32_t b = 0; b < left; b += 64) {
            uint64_t clear = ~words[b / 64];
            if (left - b < 64)
                clear &= (UINT64_C(1) << (left - b)) - 1;
            if (base == 0 && b == 0)
                clear &= ~UINT64_C(1);
            *count += (uint32_t)__builtin_popcountll(clear);
        }
    }
    return 0;
}

int bitmap_count_free(struct mfs *fs)
{
    struct bitmap inodes = inode_map(fs), zones = zone_map(fs);
    int err = count_free(fs, &inodes, &fs->free_inodes);
    return err < 0 ? err : count_free(fs, &zones, &fs->free_zones);
}
