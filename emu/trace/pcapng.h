/*
 * The blocks of a pcapng capture (draft-ietf-opsawg-pcapng), as far as our traces have them:
 * docs/trace-format.md.
 *
 * A block is: type, length, body padded to 4 bytes, length again. Those who write get whole blocks,
 * little-endian; those who read, the constants (reader.c), for other programs' files may have
 * either byte order.
 */
#ifndef EMU_TRACE_PCAPNG_H
#define EMU_TRACE_PCAPNG_H

#include <stddef.h>
#include <stdint.h>
#include "emu/trace/record.h"

#define BLOCK_SECTION    0x0a0d0d0au /* section 4.1; the same in either byte order */
#define BLOCK_INTERFACE  1u          /* 4.2 */
#define BLOCK_SIMPLE     3u          /* 4.4, simple packet block */
#define BLOCK_STATISTICS 5u          /* 4.6 */
#define BLOCK_PACKET     6u          /* 4.3, enhanced packet block */
#define BYTE_ORDER_MAGIC 0x1a2b3c4du
#define LINKTYPE_USER0   147u

#define BLOCK_MIN 12u /* type, length and length */

#define PCAPNG_HEADER_MAX     128 /* bytes of what the functions write, at most */
#define PCAPNG_PACKET_MAX     (32 + RECORD_MAX)
#define PCAPNG_STATISTICS_MAX 64

/* The functions write into `out` and return how many bytes. */

/* The beginning of a file: section header and interface description. */
size_t pcapng_header(uint8_t out[PCAPNG_HEADER_MAX]);

/* An event. */
size_t pcapng_packet(uint8_t out[PCAPNG_PACKET_MAX], const struct event *e);

/* The end: so many events there were until `time` (instruction times), and none was dropped. */
size_t pcapng_statistics(uint8_t out[PCAPNG_STATISTICS_MAX], uint64_t events, uint64_t time);

#endif
