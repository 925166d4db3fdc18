/* BLK, the block device driver (virtio-blk). Its only client is FS. */
#ifndef COURIER_PROTOCOL_BLK_H
#define COURIER_PROTOCOL_BLK_H

#include <courier/message.h>

#define BLK_SECTOR    512   /* bytes */
#define BLK_MAX_BYTES 65536 /* of one request */

/* BLK_READ, BLK_WRITE: `bytes` (a multiple of 512) at `sector`, into or from the grant. Reply:
 * status 0, EIO, EROFS, EINVAL. A client has one request at a time; a new one from the same client
 * replaces one that was never answered. */
#define BLK_READ  0x500
#define BLK_WRITE 0x501
PAYLOAD(blk_read, uint64_t sector; uint32_t bytes; uint32_t grant;);
PAYLOAD(blk_write, uint64_t sector; uint32_t bytes; uint32_t grant;);

/* BLK_FLUSH: what was written is on the medium when the reply comes. */
#define BLK_FLUSH 0x502

/* BLK_INFO: reply struct blk_info_reply; status ENODEV: there is no disk. */
#define BLK_INFO 0x503
PAYLOAD(blk_info_reply, int64_t status; uint64_t sectors; uint32_t read_only;);

#endif
