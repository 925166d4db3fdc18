/*
 * What the files of the core tell each other, by file, bottom up: txn and cache, bitmaps, inodes,
 * block maps, directories, paths. Everything above the cache names blocks by number and copies what
 * it needs: no pointer into a buffer is kept across a call.
 */
#ifndef MFS_CORE_H
#define MFS_CORE_H

#include <string.h>
#include "servers/fs/core/mfs.h"

#define MFS_STATE_MAGIC 0x4d465333u /* "MFS3" */

/* Blocks that any operation other than write and truncate dirties at most: a rename touches two
 * directories' blocks, four inodes, "..", and grows a directory by a block, three indirect blocks
 * and their bitmap bits. */
#define OP_BLOCKS 16

/* Are the 64 bytes at p, a multiple of 8, all zero? */
static inline bool is_zero_64(const void *p)
{
    const uint64_t __attribute__((may_alias)) *w = p;
    return !(w[0] | w[1] | w[2] | w[3] | w[4] | w[5] | w[6] | w[7]);
}

/* ---- txn.c: the one way to change the state ---- */

/* Opens a changing operation: EROFS, ENOMEM (transaction too large), EIO (no room: the disk does
 * not take what is committed). */
int txn_begin(struct mfs *fs);
/* Closes it: passes `result` on, and takes the whole transaction back if that is an error. */
int txn_end(struct mfs *fs, int result);
/* Changes one word of the state. */
void state_set(struct mfs *fs, uint32_t *word, uint32_t value);
/* How many more blocks may be dirtied in this transaction. */
uint32_t txn_space(const struct mfs *fs);
/* The handle, not the disk, is damaged: the next incarnation makes it anew. */
__attribute__((cold)) void broken(const struct mfs *fs, const char *what);
int corrupt(struct mfs *fs, const char *what); /* logs, returns -EIO */

/* ---- cache.c: blocks in memory ----
 * A pointer from cache_get() is good until the next call of a cache function; one to a block that
 * this transaction made or changed, until its end. */

/* Enters the blocks that have an owner into an empty cache. False: such a block is out of range, or has two. */
bool cache_take_over(struct mfs *fs);
/* The same, whatever was in the cache. */
void cache_rebuild(struct mfs *fs);
/* The block, read with up to `ahead` blocks after it in the same transfer. */
int cache_get(struct mfs *fs, uint32_t block, uint32_t ahead, const void **data);
/* The block, to be changed. */
int cache_modify(struct mfs *fs, uint32_t block, void **data);
/* The block, whose old contents do not matter; the caller fills all of it. */
int cache_new(struct mfs *fs, uint32_t block, void **data);
/* The contents of a freed block need not reach the disk. */
void cache_forget(struct mfs *fs, uint32_t block);
/* The block if it is in memory, else NULL. Moves nothing. */
const void *cache_peek(struct mfs *fs, uint32_t block);
/* The first buffer from i on that has an owner, or the number of buffers. */
uint32_t cache_next_owned(const struct mfs *fs, uint32_t i);

/* Two bits from each other, and no bit that flips turns one that must be kept into less than the first two. */
enum { BUF_EMPTY = 0, BUF_CLEAN = 3, BUF_DIRTY = 0x0c, BUF_FRESH = 0x30, BUF_SHADOW = 0xc0 };

/* ---- log.c: the write-ahead log ---- */

/* How many blocks it has room for. */
uint32_t log_room(const struct mfs_disk_super *sb, uint64_t sectors);
/* Steps 1 and 2: the dirty buffers are as good as written. */
int log_write(struct mfs *fs);
/* Step 4. */
int log_clear(struct mfs *fs);
/* Finishes what the log holds, if it holds anything. */
int log_recover(struct mfs *fs);

/* ---- writeback.c ---- */

int writeback(struct mfs *fs);

/* ---- bitmap.c ---- */

/* One zone, or up to `max` adjacent ones. */
int zone_alloc(struct mfs *fs, uint32_t max, uint32_t *zone, uint32_t *count);
int zone_free(struct mfs *fs, uint32_t zone, uint32_t count);
bool zone_valid(const struct mfs *fs, uint32_t zone, uint32_t count);
int inode_bit_alloc(struct mfs *fs, uint32_t *number);
int inode_bit_free(struct mfs *fs, uint32_t number);
int zone_bit_get(struct mfs *fs, uint32_t zone, bool *used);
int inode_bit_get(struct mfs *fs, uint32_t number, bool *used);
/* The first inode in use from `from` on, or the number after the last inode's. */
int inode_bit_next(struct mfs *fs, uint32_t from, uint32_t *number);
int bitmap_count_free(struct mfs *fs);

/* ---- inode.c ---- */

struct inode {
    uint32_t number;
    struct mfs_disk_inode d;
};

static inline bool inode_is(const struct inode *ip, uint16_t type)
{
    return (ip->d.mode & MFS_IFMT) == type;
}

/* The inode as it is in the table; `number` is in range. */
int inode_fetch(struct mfs *fs, uint32_t number, struct inode *ip);
/* What is wrong with one that is in use, or NULL. */
const char *inode_wrong(const struct mfs *fs, const struct inode *ip);
int inode_load(struct mfs *fs, uint32_t number, struct inode *ip);
int inode_load_dir(struct mfs *fs, uint32_t number, struct inode *ip);
int inode_store(struct mfs *fs, const struct inode *ip);
int inode_alloc(struct mfs *fs, uint16_t mode, struct inode *ip);
int inode_free(struct mfs *fs, struct inode *ip);
/* Drops `links` links; an inode without links and users becomes an orphan. Stores it. */
int inode_unlink(struct mfs *fs, struct inode *ip, uint16_t links);
/* Sets the modification time, and the change time with it. */
void inode_modified(struct mfs *fs, struct inode *ip);

/* ---- open.c: inodes in use, and what becomes of them without a name ---- */

void open_rebuild(struct mfs *fs);
bool open_is_sound(const struct mfs *fs); /* each inode once, and in range? */
bool open_has(const struct mfs *fs, uint32_t number);
/* An inode has lost its last link: it goes when its last user does. */
int open_orphan(struct mfs *fs, uint32_t number);
/* In a mount: this one is not an orphan. */
void open_forget(struct mfs *fs, uint32_t number);

/* ---- orphan.c ---- */

/* At the end of a mount: enters the inodes that a power cut has left without name and user. */
void orphans_find(struct mfs *fs);

/* ---- map.c: where a file's blocks are ---- */

/* The zone of file block `fb` and how many (at most max) blocks follow on in the same way: adjacent
 * zones, or a hole (*zone == 0). */
int map_run(struct mfs *fs, const struct inode *ip, uint32_t fb, uint32_t max, uint32_t *zone,
            uint32_t *count);
/* The same, but a hole is filled: *made says that the zones are new, and their contents undefined.
 * ENOSPC changes nothing. The caller stores the inode. */
int map_alloc(struct mfs *fs, struct inode *ip, uint32_t fb, uint32_t max, uint32_t *zone,
              uint32_t *count, bool *made);

/* ---- trim.c ---- */

/* Frees blocks from the end of the file down to `from`. Returns 0: done; or 1: the transaction is
 * full, and the size now ends before what is freed. The caller stores the inode. */
int map_trim(struct mfs *fs, struct inode *ip, uint32_t from);

/* ---- dir.c: directories as tables of names ---- */

struct name {
    _Alignas(4) char text[MFS_NAME_MAX]; /* zero-padded */
    uint32_t length;
};

/* The contents of file block fb of a directory, which has no holes; *used: bytes of it in use. */
int dir_block(struct mfs *fs, const struct inode *dir, uint32_t fb, const void **data,
              uint32_t *used);
bool name_is_dots(const struct name *name);
/* The inode under a name, and where the entry is. ENOENT; then *offset is where a new entry goes.
 */
int dir_find(struct mfs *fs, const struct inode *dir, const struct name *name, uint32_t *inode,
             uint32_t *offset);
/* Writes the entry at an offset that dir_find() gave, at most the directory's size: grows it. */
int dir_put(struct mfs *fs, struct inode *dir, uint32_t offset, const struct name *name,
            uint32_t inode);
int dir_remove(struct mfs *fs, struct inode *dir, uint32_t offset);
int dir_init(struct mfs *fs, struct inode *dir, uint32_t parent);
int dir_is_empty(struct mfs *fs, const struct inode *dir);

/* ---- path.c ---- */

struct place {
    struct inode dir; /* the last directory on the path */
    struct name name; /* the last component; length 0: the path is the root itself */
    bool slash;       /* a slash follows it: it must be a directory */
};

int path_walk(struct mfs *fs, uint32_t base, const char *path, struct place *place);

#endif
