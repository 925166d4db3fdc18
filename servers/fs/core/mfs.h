/*
 * The MINIX v3 file system as a library: no allocation, no globals, no system calls.
 *
 * The caller gives memory and a table of functions; the same code runs in the FS server and on the
 * host (mkdisk, the tests). All functions return 0 or a count, or a negative error number.
 *
 * TRANSACTIONS. What must outlive the process is the arena: which buffers hold blocks that the disk
 * does not have yet, their contents, and the table of open inodes. An operation changes it only
 * through single 32-bit words, and announces each change with ops->touch; the contents of a dirty
 * buffer never change in place (a newer version goes into another buffer). So a caller that logs
 * the touched words and puts them back returns the arena to where it was at the last mfs_commit().
 * The next incarnation then calls mfs_attach() and goes on. Nothing is written to the disk before
 * it is committed.
 *
 * A changing operation that fails takes back everything since the last mfs_commit(). An operation
 * that only reads changes nothing, whether it fails or not.
 *
 * Call mfs_commit() after every changing operation, or after two or three that belong together; a
 * transaction that grows too large fails with ENOMEM. Large writes and truncations do a bounded
 * step at a call, and every step leaves a consistent file system.
 *
 * Access times are not kept up on reads, so that a read never needs a write.
 */
#ifndef MFS_H
#define MFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <courier/errno.h>
#include "servers/fs/core/layout.h"

#define MFS_SECTOR      512u
#define MFS_IO_MAX      65536u /* bytes in one transfer */
#define MFS_MIN_BUFFERS 64
#define MFS_MAX_BUFFERS 2048
#define MFS_MAX_OPEN    512 /* distinct inodes open at a time */
#define MFS_JOURNAL     1024
#define MFS_HASH        1024 /* a power of two */

/* What the file system needs of its surroundings. I/O is in sectors of 512 bytes, whole blocks,
 * at most MFS_IO_MAX bytes; 0 or a negative error number. */
struct mfs_ops {
    int (*read)(void *ctx, uint64_t sector, uint32_t sectors, void *buf);
    int (*write)(void *ctx, uint64_t sector, uint32_t sectors, const void *buf);
    int (*flush)(void *ctx);
    uint64_t (*sectors)(void *ctx);                  /* the disk's size */
    uint32_t (*now)(void *ctx);                      /* seconds since 1970 */
    void (*touch)(void *ctx, void *p, size_t bytes); /* before a change in the arena; or NULL */
    void (*log)(void *ctx, const char *text);        /* news of corruption; or NULL */
    /* The handle is not as the core left it. It does not return; or NULL. */
    void (*broken)(void *ctx, const char *what);
    /* Before a write-back: it does not return if that is not to happen; or NULL. */
    void (*verify)(void *ctx);
};

/* ---- the arena: the state that survives ------------------------------------------------------ */

struct mfs_open_inode {
    uint32_t inode; /* 0: a free slot */
    uint32_t count; /* 0: no name and no user is left, mfs_reclaim() will free it */
};

struct mfs_state {
    uint32_t magic;
    uint32_t read_only;
    uint32_t block_size;
    uint32_t buffers;
    uint32_t inodes; /* geometry, from the superblock */
    uint32_t zones;
    uint32_t imap_blocks;
    uint32_t zmap_blocks;
    uint32_t first_zone;
    uint32_t max_size;
    uint32_t log_blocks; /* room in the write-ahead log; 0: there is none */
    uint32_t checksum;   /* of all the words above, which never change */
    uint32_t log_full;   /* it may hold a write-back that is not done */
    uint32_t free_inodes;
    uint32_t free_zones;
    uint32_t spare; /* the tables are looked through by whole words of 64 bits */
    struct mfs_open_inode open[MFS_MAX_OPEN];
    uint32_t owner[MFS_MAX_BUFFERS]; /* the block that buffer i is the newest copy of; 0: none */
};

/* The buffers follow the state, aligned to a page so that a block never straddles two. */
#define MFS_ARENA_ALIGN 4096
#define MFS_STATE_BYTES                                                                            \
    ((sizeof(struct mfs_state) + MFS_ARENA_ALIGN - 1) / MFS_ARENA_ALIGN * MFS_ARENA_ALIGN)
/* Bytes of arena for `buffers` blocks of `block_size` bytes. */
#define MFS_ARENA_BYTES(buffers, block_size) (MFS_STATE_BYTES + (size_t)(buffers) * (block_size))

/* ---- the handle: what a new incarnation builds anew -------------------------------------------
 */

struct mfs_buffer {
    uint32_t block;
    uint16_t next; /* link in its hash chain (cache.c) */
    uint8_t state;
    uint8_t used; /* how much, since the clock hand last passed */
};

struct mfs_undo {
    uint32_t word; /* index in the state */
    uint32_t old;
};

/* The first sectors of the log (log.c). */
struct mfs_log_header {
    uint32_t magic;
    uint32_t count; /* blocks in the log; 0: it is empty */
    uint32_t checksum;
    uint32_t spare;
    uint32_t block[MFS_MAX_BUFFERS]; /* where each belongs */
    uint8_t rest[MFS_SECTOR - 16];
};
#define MFS_LOG_HEADER_SECTORS ((uint32_t)(sizeof(struct mfs_log_header) / MFS_SECTOR))
_Static_assert(offsetof(struct mfs_state, open) % 8 == 0 &&
                   offsetof(struct mfs_state, owner) % 8 == 0,
               "they begin with a whole word");
_Static_assert(sizeof(struct mfs_log_header) % MFS_SECTOR == 0, "the header is whole sectors");

/* Private to the core; here so that a caller can place it in static memory. */
struct mfs {
    const struct mfs_ops *ops;
    void *ctx;
    struct mfs_state *state;
    uint8_t *data; /* the buffers */
    uint32_t block_shift;
    uint32_t pointer_shift; /* log2 of the zone numbers in an indirect block */
    uint32_t free_inodes;   /* the state's counts follow at the end of each operation */
    uint32_t free_zones;
    uint32_t inode_cursor; /* where the search for a free bit begins */
    uint32_t zone_cursor;
    uint32_t open_high; /* slots of open[] in use lie below */
    uint32_t orphans;   /* slots with count 0 */
    uint32_t budget;    /* blocks that one transaction may dirty */
    uint32_t fresh;     /* blocks dirtied in this transaction */
    uint32_t dirty;     /* committed blocks that the disk does not have yet */
    uint32_t hand;
    uint32_t journaled;
    bool owners_touched; /* the caller's undo log may hold owner words of this transaction */
    struct mfs_undo journal[MFS_JOURNAL];
    struct mfs_buffer buf[MFS_MAX_BUFFERS];
    uint8_t check[MFS_MAX_BUFFERS]; /* of each buffer's block number (cache.c) */
    uint16_t hash[MFS_HASH];
    uint64_t order[MFS_MAX_BUFFERS]; /* scratch of the write-back */
    struct mfs_log_header log;
    uint64_t scratch[MFS_MAX_BLOCK / 8]; /* of log_recover() */
};

/* ---- life --------------------------------------------------------------------------------------
 */

/*
 * Mounts the file system on the disk behind `ops`. The arena (aligned to a page on the server's
 * side, to 8 bytes at least) belongs to the file system until the unmount, and must hold
 * MFS_MIN_BUFFERS blocks. A file system that is not a sound MINIX v3 is refused with EINVAL, EIO or
 * ENOMEM, and *reason says why in a few words. What a power cut has left in use without a name is
 * found, and is for mfs_reclaim() to free.
 */
int mfs_mount(struct mfs *fs, const struct mfs_ops *ops, void *ctx, void *arena, size_t bytes,
              bool read_only, const char **reason);

/* Takes over the arena of a mounted file system after the death of the process that had it. *fs is all zero, as it is in a new
 * process. EINVAL: the arena holds none, or a damaged one: whatever is in it, a block or inode number that is used later is in range, no
 * block has two owners, and the blocks' contents are believed no more than a disk's. */
int mfs_attach(struct mfs *fs, const struct mfs_ops *ops, void *ctx, void *arena, size_t bytes);

/* Does everything agree: names and link counts, zones and bitmaps? Between two transactions. Reads all metadata; a file system of
 * more than some 10,000 inodes is too large for it, and the answer is no. */
bool mfs_is_sound(struct mfs *fs);

/* Ends the transaction: what was done since the last call stays done. The caller's undo log must be
 * emptied before the next operation begins. */
void mfs_commit(struct mfs *fs);

/* Takes back what was done since the last mfs_commit(). */
void mfs_abort(struct mfs *fs);

/* Writes all that is committed, then flushes the disk. EBUSY inside a transaction. If the power fails in the
 * middle, the next mount finds all of it or nothing (log.c), where the disk has room for a log. */
int mfs_sync(struct mfs *fs);

/* One step of freeing inodes that have neither name nor user. Returns 1: commit, and call again;
 * 0: nothing is left to free. */
int mfs_reclaim(struct mfs *fs);

/* Forgets all opens, frees what that leaves without a name, and writes everything. */
int mfs_unmount(struct mfs *fs);

/* ---- names --------------------------------------------------------------------------------------
 * A path is NUL-terminated and relative to the directory `base`, or to the root when it begins with
 * a slash. ENOENT, ENOTDIR, ENAMETOOLONG (60 bytes a component), ELOOP (a symbolic link: this
 * system makes none and follows none). */

int mfs_lookup(struct mfs *fs, uint32_t base, const char *path, uint32_t *inode);

/* A regular file, device node or FIFO: mode is type and permissions, device major << 8 | minor.
 * EEXIST. The new inode's number goes to *inode unless that is NULL. */
int mfs_create(struct mfs *fs, uint32_t base, const char *path, uint16_t mode, uint32_t device,
               uint32_t *inode);
int mfs_mkdir(struct mfs *fs, uint32_t base, const char *path, uint16_t mode);
int mfs_rmdir(struct mfs *fs, uint32_t base, const char *path);
int mfs_unlink(struct mfs *fs, uint32_t base, const char *path);
int mfs_link(struct mfs *fs, uint32_t base, const char *from, uint32_t to_base, const char *to);
int mfs_rename(struct mfs *fs, uint32_t base, const char *from, uint32_t to_base, const char *to);

/* ---- inodes ------------------------------------------------------------------------------------
 * An inode number from mfs_lookup() is good until the next changing operation; mfs_open() keeps the
 * inode alive, even without a name, until as many mfs_close(). ENFILE: MFS_MAX_OPEN are open. */

int mfs_open(struct mfs *fs, uint32_t inode);
int mfs_close(struct mfs *fs, uint32_t inode);
bool mfs_is_open(const struct mfs *fs, uint32_t inode);

struct mfs_stat {
    uint32_t inode;
    uint32_t size;
    uint32_t device;
    uint32_t blocks; /* of 512 bytes, if the file had no holes */
    uint16_t mode;
    uint16_t links;
    uint16_t uid;
    uint16_t gid;
    uint32_t atime;
    uint32_t mtime;
    uint32_t ctime;
};
int mfs_stat(struct mfs *fs, uint32_t inode, struct mfs_stat *st);
int mfs_chmod(struct mfs *fs, uint32_t inode, uint16_t mode);

/*
 * Moves `bytes` bytes between a block in the cache and the other party of a read or write: its
 * bytes from `at` on. When reading the data is the source and must not be changed, when writing the
 * target. 0, or an error that ends the operation.
 */
typedef int mfs_copy(void *arg, uint64_t at, void *data, uint32_t bytes);

/* Reads or writes a regular file. The result may be short: at the end of the file, and for a write
 * when the step is full, the disk is full or the size limit is reached; the caller goes on with the
 * rest after a commit. EFBIG, ENOSPC: not even one byte. */
int64_t mfs_read(struct mfs *fs, uint32_t inode, uint64_t offset, uint64_t bytes, mfs_copy *copy,
                 void *arg);
int64_t mfs_write(struct mfs *fs, uint32_t inode, uint64_t offset, uint64_t bytes, mfs_copy *copy,
                  void *arg);
/* An mfs_copy for plain memory: arg is the address of the first byte. One for each direction. */
mfs_copy mfs_to_memory, mfs_from_memory;

/* Sets the size. Returns 0: done; 1: the file is shorter now but not yet as short as asked: commit,
 * and call again. */
int mfs_truncate(struct mfs *fs, uint32_t inode, uint64_t size);

/* Up to `max` entries of a directory from byte offset *offset on, which moves past them; returns
 * how many, 0 at the end. Entries have inode != 0. */
int mfs_readdir(struct mfs *fs, uint32_t inode, uint32_t *offset, struct mfs_disk_entry *entries,
                int max);

struct mfs_statfs {
    uint32_t block_size;
    uint32_t blocks; /* for data, in all */
    uint32_t free_blocks;
    uint32_t inodes;
    uint32_t free_inodes;
};
void mfs_statfs(const struct mfs *fs, struct mfs_statfs *st);

/* ---- making one --------------------------------------------------------------------------------
 */

struct mfs_format {
    uint32_t block_size; /* 1024, 2048 or 4096 */
    uint32_t inodes;     /* at least; 0: one for every 4 KiB */
    uint32_t log_blocks; /* room to leave at the end of the disk for the write-ahead log */
};
/* Writes an empty file system over the whole disk; `block` is one block of memory to work in. */
int mfs_format(const struct mfs_ops *ops, void *ctx, const struct mfs_format *how, void *block,
               const char **reason);

#endif
