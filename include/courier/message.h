/*
 * The message: 64 bytes, the eight registers a0 to a7.
 *
 * Word 0 is the source (low half, stamped by the kernel) and the type (high half); seven words are
 * payload, named by the protocol headers (protocol/NAME.h) as structs of exactly 56 bytes.
 *
 * A reply has the type of its request with MSG_REPLY set; its first payload word is the status:
 * zero or a count, or a negative error number.
 */
#ifndef COURIER_MESSAGE_H
#define COURIER_MESSAGE_H

#include <stdint.h>
#include <courier/endpoint.h>

#define MSG_WORDS         8
#define MSG_PAYLOAD_WORDS 7

struct message {
    endpoint_t source;
    uint32_t type;
    union {
        uint64_t w[MSG_PAYLOAD_WORDS];
        int64_t status; /* of a reply */
    };
};
_Static_assert(sizeof(struct message) == 64, "a message is eight registers");

/* PAYLOAD(name, fields) declares struct name: the fields, padded to 56 bytes, allowed to alias a
 * message. */
#define PAYLOAD(name, ...)                                                                         \
    struct name {                                                                                  \
        union {                                                                                    \
            struct {                                                                               \
                __VA_ARGS__                                                                        \
            };                                                                                     \
            uint64_t words[MSG_PAYLOAD_WORDS];                                                     \
        };                                                                                         \
    } __attribute__((may_alias));                                                                  \
    _Static_assert(sizeof(struct name) == 56, #name " must be 56 bytes")

/* payload(m) points at the seven payload words, to be assigned to a pointer of the protocol's
 * struct. */
#define payload(m) ((void *)(m)->w)

/*
 * Types. Each protocol owns a range of 256: the kernel 0x000, RS 0x100, PM 0x200, FS 0x300, TTY
 * 0x400, BLK 0x500, KV 0x600; 0x1000 and above are free for programs of one's own.
 */
#define MSG_REPLY 0x80000000u

/* The kernel's own messages. */
#define MSG_NOTIFY 0x001 /* a notification; its payload is struct notification */
#define MSG_CYCLE  0x002 /* comes with ELOCKED: the cycle of waits, struct ipc_cycle */

/* A notification. Repeats coalesce: one bit a source, and one bit an event where the source is the kernel. */
#define NOTIFY_IRQ(n) (1ull << (n)) /* interrupt n of the PLIC, 1 <= n < 62 */
#define NOTIFY_TIMER  (1ull << 62)  /* the alarm set with K_ALARM */
#define NOTIFY_CRASH  (1ull << 63)  /* to a manager (RS or PM): K_CRASHED has something to tell */
/* events: NOTIFY_ bits, from EP_KERNEL; time: virtual time of delivery, in ticks. */
PAYLOAD(notification, uint64_t events; uint64_t time;);

/* The cycle that a call would have closed: the caller first, each waiting for the next, the last
 * for the caller. */
#define CYCLE_MAX 13
/* length: processes in the cycle, may exceed CYCLE_MAX; member: the first CYCLE_MAX of them. */
PAYLOAD(ipc_cycle, uint32_t length; endpoint_t member[CYCLE_MAX];);

#endif
