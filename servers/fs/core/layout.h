/*
 * The MINIX v3 file system on disk.
 *
 * Blocks of s_blocksize bytes, numbered from 0. The superblock is at byte 1024 whatever the block
 * size; everything else is in whole blocks:
 *
 *      block 0            boot sector (and, with blocks above 1 KiB, the superblock)
 *      block 1            superblock (with 1 KiB blocks), else unused
 *      block 2            inode bitmap, s_imap_blocks blocks
 *                         zone bitmap, s_zmap_blocks blocks
 *                         inode table, inode 1 first
 *      s_firstdatazone    data: files, directories, indirect blocks
 *
 * "Zone" is the format's word for the unit of allocation; here a zone is one block. Bit 0 of each
 * bitmap is set and means nothing. Bit i of the inode bitmap is inode i, bit i of the zone bitmap
 * is zone s_firstdatazone - 1 + i. All numbers are little-endian.
 */
#ifndef MFS_LAYOUT_H
#define MFS_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the disk's byte order is the CPU's");

#define MFS_SUPER_OFFSET 1024   /* bytes from the start of the disk */
#define MFS_MAGIC        0x4d5a /* of version 3 */
#define MFS_MAGIC_V1     0x137f /* 14-byte names; the older magics are at another offset, 16 */
#define MFS_MAGIC_V1L    0x138f /* 30-byte names */
#define MFS_MAGIC_V2     0x2468
#define MFS_MAGIC_V2L    0x2478
#define MFS_FIRST_BITMAP 2 /* block */
#define MFS_MIN_BLOCK    1024
#define MFS_MAX_BLOCK    4096
#define MFS_ROOT         1   /* inode number of the root directory */
#define MFS_LINKS_MAX    250 /* the format has room for 65535, but fsck.minix counts to 255 */
#define MFS_SIZE_MAX     0x7fffffffu /* bytes in a file, as mkfs.minix sets s_max_size */

#define MFS_DIRECT 7 /* zones in the inode itself; then one single, double and triple indirect */
#define MFS_ZONES  10

struct mfs_disk_super {
    uint32_t inodes;
    uint16_t pad0;
    uint16_t imap_blocks;
    uint16_t zmap_blocks;
    uint16_t first_zone; /* 0: directly after the inode table (it does not fit 16 bits) */
    uint16_t log_zone_size;
    uint16_t pad1;
    uint32_t max_size; /* bytes in a file */
    uint32_t zones;    /* blocks of the whole file system, from block 0 */
    uint16_t magic;
    uint16_t pad2;
    uint16_t block_size;
    uint8_t disk_version;
    uint8_t pad3;
};
_Static_assert(sizeof(struct mfs_disk_super) == 32, "superblock");
_Static_assert(offsetof(struct mfs_disk_super, magic) == 24, "superblock magic");

struct mfs_disk_inode {
    uint16_t mode; /* 0: free */
    uint16_t links;
    uint16_t uid;
    uint16_t gid;
    uint32_t size;
    uint32_t atime; /* seconds since 1970 */
    uint32_t mtime;
    uint32_t ctime;
    uint32_t zone[MFS_ZONES]; /* 0: a hole; of a device node zone[0] is major << 8 | minor */
};
_Static_assert(sizeof(struct mfs_disk_inode) == 64, "inode");

#define MFS_NAME_MAX 60

struct mfs_disk_entry {
    uint32_t inode;          /* 0: a free slot */
    char name[MFS_NAME_MAX]; /* NUL-padded; no NUL when 60 bytes long */
};
_Static_assert(sizeof(struct mfs_disk_entry) == 64, "directory entry");

/* Types in an inode's mode: POSIX <sys/stat.h>, under our own names because hosts define those. */
#define MFS_IFMT   0170000
#define MFS_IFIFO  0010000
#define MFS_IFCHR  0020000
#define MFS_IFDIR  0040000
#define MFS_IFBLK  0060000
#define MFS_IFREG  0100000
#define MFS_IFLNK  0120000
#define MFS_IFSOCK 0140000

#endif
