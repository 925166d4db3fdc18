/*
 * KV, the store of the labs server and phoenix: keys with values, and who waits for them to change. Not part of the ordinary
 * system; lab/server/README.md says how it gets there.
 *
 * Each change, a put or a delete, has a version: the first one 1, and each the next number. A key has the version of the
 * put that gave it its value. What was refused is no change.
 *
 * A key belongs to the client that put it, as long as that process lives; only its owner may put or delete it. When the owner
 * is gone the key stays, and belongs to whoever puts it next. Anyone may read and watch.
 */
#ifndef COURIER_PROTOCOL_KV_H
#define COURIER_PROTOCOL_KV_H

#include <courier/message.h>

#define KV_KEY   16 /* bytes of a key: one to 15 that are not zero, then zeros to the end */
#define KV_VALUE 32 /* bytes of a value, at most */
#define KV_KEYS  64 /* the store has room for */
#define KV_QUOTA 8  /* keys that may belong to one client */

/*
 * A reply's first word is its status, KV_GET's and KV_WATCH's have a value behind it; the rest of a reply is zero, or as it was in
 * the request.
 *
 * EINVAL in all requests: the key is none. In KV_PUT also: more than KV_VALUE bytes, or `spare` is not zero.
 *
 * KV_PUT: gives the key this value. Reply: the version. EACCES: it belongs to another process. EDQUOT: this client has
 * KV_QUOTA keys already, and this is none of them. ENOSPC: the store has no room for one more key. Looked at in this order.
 */
#define KV_PUT 0x600
PAYLOAD(kv_put, char key[KV_KEY]; uint32_t bytes; uint32_t spare; uint8_t value[KV_VALUE];);

/* KV_GET: reply struct kv_get_reply: status is how many bytes the value has, the others are zero. ENOENT. */
#define KV_GET 0x601
PAYLOAD(kv_get, char key[KV_KEY];);
PAYLOAD(kv_get_reply, int64_t status; uint64_t version; uint8_t value[KV_VALUE];);

/* KV_DELETE: forgets the key. Reply: the version of this change. ENOENT, then EACCES. */
#define KV_DELETE 0x602
PAYLOAD(kv_delete, char key[KV_KEY];);

/*
 * KV_WATCH: waits until the key has a version above `after`, and replies as KV_GET does. ENOENT: there is no such key, and
 * `after` is not 0: it was deleted. With `after` 0 the reply comes as soon as the key is there. A client that has read version
 * v and asks for what comes after v so misses nothing, whenever it asks, and however often the server died in between.
 */
#define KV_WATCH 0x603
PAYLOAD(kv_watch, char key[KV_KEY]; uint64_t after;);
PAYLOAD(kv_watch_reply, int64_t status; uint64_t version; uint8_t value[KV_VALUE];);

#endif
