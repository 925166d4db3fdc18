/*
 * Mounting: believe nothing in the superblock before it is checked.
 *
 * After a successful mount the geometry in the state is consistent in itself and with the size of
 * the disk, so that the rest of the core only has to check block and inode numbers against it.
 */
#include "servers/fs/core/core.h"

static int refuse(const char **reason, int err, const char *why)
{
    if (reason)
        *reason = why;
    return err;
}

/* Where the inode table ends, in blocks. */
static uint64_t table_end(const struct mfs_disk_super *sb)
{
    uint32_t per_block = sb->block_size / (uint32_t)sizeof(struct mfs_disk_inode);
    return MFS_FIRST_BITMAP + (uint64_t)sb->imap_blocks + sb->zmap_blocks +
           ((uint64_t)sb->inodes + per_block - 1) / per_block;
}

/* The first data zone, with the field's 0 for "directly after the inode table" resolved. */
static uint64_t first_zone(const struct mfs_disk_super *sb)
{
    return sb->first_zone ? sb->first_zone : table_end(sb);
}

static const char *what_magic(const void *super)
{
    uint16_t old;
    memcpy(&old, (const uint8_t *)super + 16, sizeof old);
    if (old == MFS_MAGIC_V1 || old == MFS_MAGIC_V1L)
        return "a MINIX version 1 file system, not version 3";
    if (old == MFS_MAGIC_V2 || old == MFS_MAGIC_V2L)
        return "a MINIX version 2 file system, not version 3";
    return "no MINIX file system (bad magic number)";
}

/* Returns what is wrong with the superblock, or NULL. */
static const char *check_super(const struct mfs_disk_super *sb, uint64_t sectors)
{
    if (sb->magic != MFS_MAGIC)
        return what_magic(sb);
    if (sb->block_size != 1024 && sb->block_size != 2048 && sb->block_size != 4096)
        return "the block size is not 1024, 2048 or 4096";
    if (sb->log_zone_size != 0)
        return "zones larger than a block are not supported";
    if (sb->inodes == 0 || sb->inodes >= INT32_MAX)
        return "bad number of inodes";
    if (sb->max_size == 0)
        return "bad maximum file size";
    uint64_t bits = (uint64_t)sb->block_size * 8;
    if (sb->imap_blocks * bits < (uint64_t)sb->inodes + 1)
        return "the inode bitmap is too small";
    uint64_t first = first_zone(sb);
    if (first < table_end(sb))
        return "the data begins inside the inode table";
    if (first >= sb->zones || sb->zones >= INT32_MAX)
        return "bad number of zones";
    if (sb->zmap_blocks * bits < sb->zones - first + 1)
        return "the zone bitmap is too small";
    if ((uint64_t)sb->zones * (sb->block_size / MFS_SECTOR) > sectors)
        return "the file system is larger than the disk";
    return NULL;
}

static uint32_t log2_of(uint32_t power)
{
    uint32_t shift = 0;
    while (1u << shift < power)
        shift++;
    return shift;
}

/* Of the words that do not change once the file system is mounted. */
static uint32_t checksum(const struct mfs_state *st)
{
    const uint32_t *word = (const uint32_t *)st;
    uint32_t sum = 2166136261u; /* FNV-1a, of words */
    for (size_t i = 0; i < offsetof(struct mfs_state, checksum) / sizeof *word; i++)
        sum = (sum ^ word[i]) * 16777619u;
    return sum;
}

/* Points the handle, all zero, at an arena whose state is filled in. False: its tables are not sound. */
static bool bind(struct mfs *fs, const struct mfs_ops *ops, void *ctx, void *arena)
{
    fs->ops = ops;
    fs->ctx = ctx;
    fs->state = arena;
    fs->data = (uint8_t *)arena + MFS_STATE_BYTES;
    fs->block_shift = log2_of(fs->state->block_size);
    fs->pointer_shift = fs->block_shift - 2;
    fs->free_inodes = fs->state->free_inodes;
    fs->free_zones = fs->state->free_zones;
    fs->budget = fs->state->buffers / 2 < 256 ? fs->state->buffers / 2 : 256;
    open_rebuild(fs);
    return cache_take_over(fs) && open_is_sound(fs);
}

static void fill_state(struct mfs_state *st, const struct mfs_disk_super *sb, size_t bytes,
                       uint64_t sectors, bool read_only)
{
    size_t buffers = (bytes - MFS_STATE_BYTES) / sb->block_size;
    memset(st, 0, sizeof *st);
    st->read_only = read_only;
    st->block_size = sb->block_size;
    st->buffers = buffers < MFS_MAX_BUFFERS ? (uint32_t)buffers : MFS_MAX_BUFFERS;
    st->inodes = sb->inodes;
    st->zones = sb->zones;
    st->imap_blocks = sb->imap_blocks;
    st->zmap_blocks = sb->zmap_blocks;
    st->first_zone = (uint32_t)first_zone(sb);
    st->max_size = sb->max_size;
    st->log_blocks = read_only ? 0 : log_room(sb, sectors);
}

static int check_root(struct mfs *fs, const char **reason)
{
    struct inode root;
    bool used;
    if (bitmap_count_free(fs) < 0 || inode_bit_get(fs, MFS_ROOT, &used) < 0)
        return refuse(reason, -EIO, "the bitmaps cannot be read");
    if (!used || inode_load_dir(fs, MFS_ROOT, &root) < 0)
        return refuse(reason, -EINVAL, "the root inode is not a sound directory");
    return 0;
}

int mfs_mount(struct mfs *fs, const struct mfs_ops *ops, void *ctx, void *arena, size_t bytes,
              bool read_only, const char **reason)
{
    struct mfs_disk_super sb;
    if (bytes < MFS_ARENA_BYTES(MFS_MIN_BUFFERS, MFS_MIN_BLOCK))
        return refuse(reason, -ENOMEM, "too little memory for the cache");
    uint64_t sectors = ops->sectors(ctx);
    if (sectors < 2 * MFS_SUPER_OFFSET / MFS_SECTOR)
        return refuse(reason, -EINVAL, "the disk is too small for a superblock");
    if (ops->read(ctx, MFS_SUPER_OFFSET / MFS_SECTOR, MFS_SUPER_OFFSET / MFS_SECTOR, arena) < 0)
        return refuse(reason, -EIO, "the superblock cannot be read");
    memcpy(&sb, arena, sizeof sb);
    const char *wrong = check_super(&sb, sectors);
    if (wrong)
        return refuse(reason, -EINVAL, wrong);
    if (bytes < MFS_ARENA_BYTES(MFS_MIN_BUFFERS, sb.block_size))
        return refuse(reason, -ENOMEM, "too little memory for the cache");
    fill_state(arena, &sb, bytes, sectors, read_only);
    memset(fs, 0, sizeof *fs);
    bind(fs, ops, ctx, arena);
    if (log_recover(fs) < 0)
        return refuse(reason, -EIO, "the write-ahead log cannot be brought to an end");
    int err = check_root(fs, reason);
    if (err < 0)
        return err;
    if (!read_only)
        orphans_find(fs);
    fs->state->free_inodes = fs->free_inodes;
    fs->state->free_zones = fs->free_zones;
    fs->state->magic = MFS_STATE_MAGIC;
    fs->state->checksum = checksum(fs->state); /* last: a half-made state is not attached to */
    return 0;
}

/* The superblock that would have led to this state. */
static struct mfs_disk_super super_of(const struct mfs_state *st)
{
    return (struct mfs_disk_super){.magic = MFS_MAGIC,
                                   .block_size = (uint16_t)st->block_size,
                                   .inodes = st->inodes,
                                   .zones = st->zones,
                                   .imap_blocks = (uint16_t)st->imap_blocks,
                                   .zmap_blocks = (uint16_t)st->zmap_blocks,
                                   .first_zone = (uint16_t)st->first_zone,
                                   .max_size = st->max_size};
}

static bool state_is_sound(const struct mfs_state *st, size_t bytes)
{
    if (st->magic != MFS_STATE_MAGIC || st->checksum != checksum(st) || st->read_only > 1)
        return false;
    struct mfs_disk_super sb = super_of(st);
    if (check_super(&sb, (uint64_t)st->zones * (st->block_size / MFS_SECTOR)))
        return false;
    return st->buffers >= MFS_MIN_BUFFERS && st->buffers <= MFS_MAX_BUFFERS &&
           MFS_ARENA_BYTES(st->buffers, st->block_size) <= bytes &&
           st->log_blocks <= MFS_MAX_BUFFERS && st->log_full <= 1 &&
           st->free_inodes <= st->inodes && st->free_zones <= st->zones;
}

int mfs_attach(struct mfs *fs, const struct mfs_ops *ops, void *ctx, void *arena, size_t bytes)
{
    if (bytes < MFS_STATE_BYTES || !state_is_sound(arena, bytes))
        return -EINVAL;
    return bind(fs, ops, ctx, arena) ? 0 : -EINVAL;
}

int mfs_unmount(struct mfs *fs)
{
    mfs_commit(fs);
    int err = 0;
    for (uint32_t slot = 0; slot < MFS_MAX_OPEN && err == 0; slot++) {
        uint32_t number = fs->state->open[slot].inode;
        while (number && fs->state->open[slot].inode == number && fs->state->open[slot].count) {
            err = mfs_close(fs, number);
            mfs_commit(fs);
        }
    }
    while ((err = mfs_reclaim(fs)) > 0)
        mfs_commit(fs);
    mfs_commit(fs);
    err = mfs_sync(fs);
    if (err == 0)
        fs->state->magic = 0;
    return err;
}

void mfs_statfs(const struct mfs *fs, struct mfs_statfs *st)
{
    *st = (struct mfs_statfs){
        .block_size = fs->state->block_size,
        .blocks = fs->state->zones - fs->state->first_zone,
        .free_blocks = fs->free_zones,
        .inodes = fs->state->inodes,
        .free_inodes = fs->free_inodes,
    };
}
