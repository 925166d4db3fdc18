/*
 * Our blocks: a section header, one interface of link type USER0 with a resolution of nanoseconds,
 * a packet for each event, and at the end the interface's statistics, where "nothing was dropped"
 * is stated.
 */
#include <string.h>
#include "emu/trace/pcapng.h"
#include "emu/version.h"

#define OPTION_END      0u
#define OPTION_USERAPPL 4u /* of a section: the program that wrote it */
#define OPTION_IF_NAME  2u
#define OPTION_TSRESOL  9u /* of an interface: 10^-value seconds */
#define OPTION_IFRECV   4u /* of statistics */
#define OPTION_IFDROP   5u

#define NS_PER_CLOCK 10u

/* Bytes that are put one after the other. */
struct bytes {
    uint8_t *out;
    size_t n;
};

static void put(struct bytes *b, const void *from, size_t n)
{
    memcpy(b->out + b->n, from, n);
    b->n += n;
}

static void put32(struct bytes *b, uint32_t value)
{
    put(b, &value, sizeof value);
}

static void pad(struct bytes *b)
{
    static const char zeros[4];
    put(b, zeros, (4 - b->n % 4) % 4);
}

/* An option: code, length, value padded to four bytes (section 3.5). */
static void put_option(struct bytes *b, uint16_t code, const void *value, uint16_t n)
{
    put(b, &code, sizeof code);
    put(b, &n, sizeof n);
    put(b, value, n);
    pad(b);
}

/* Begins a block; returns where. */
static size_t begin(struct bytes *b, uint32_t type)
{
    put32(b, type);
    put32(b, 0);
    return b->n - 8;
}

/* Ends the block that began there: its length is known now. */
static void end(struct bytes *b, size_t begun)
{
    uint32_t length = (uint32_t)(b->n + 4 - begun);
    put32(b, length);
    memcpy(b->out + begun + 4, &length, sizeof length);
}

static void put_time(struct bytes *b, uint64_t time)
{
    uint64_t ns = time * NS_PER_CLOCK;
    put32(b, (uint32_t)(ns >> 32));
    put32(b, (uint32_t)ns);
}

size_t pcapng_header(uint8_t out[PCAPNG_HEADER_MAX])
{
    static const char program[] = "courier " COURIER_VERSION, name[] = "courier";
    static const uint64_t unknown = UINT64_MAX;
    static const uint8_t nanoseconds = 9;
    struct bytes b = {out, 0};

    size_t block = begin(&b, BLOCK_SECTION);
    put32(&b, BYTE_ORDER_MAGIC);
    put32(&b, 1); /* version 1.0 */
    put(&b, &unknown, sizeof unknown);
    put_option(&b, OPTION_USERAPPL, program, sizeof program - 1);
    put_option(&b, OPTION_END, "", 0);
    end(&b, block);

    block = begin(&b, BLOCK_INTERFACE);
    put32(&b, LINKTYPE_USER0);
    put32(&b, 0); /* no limit to a packet's length */
    put_option(&b, OPTION_IF_NAME, name, sizeof name - 1);
    put_option(&b, OPTION_TSRESOL, &nanoseconds, 1);
    put_option(&b, OPTION_END, "", 0);
    end(&b, block);
    return b.n;
}

/* Built in place: this is done for every event. */
size_t pcapng_packet(uint8_t out[PCAPNG_PACKET_MAX], const struct event *e)
{
    struct {
        uint32_t type, length, interface, time_high, time_low, captured, original;
    } head = {.type = BLOCK_PACKET};
    uint64_t ns = e->time * NS_PER_CLOCK;
    size_t size = record_encode(e, out + sizeof head), padded = (size + 3) / 4 * 4;
    memset(out + sizeof head + size, 0, padded - size);
    head.length = (uint32_t)(sizeof head + padded + sizeof head.length);
    head.time_high = (uint32_t)(ns >> 32);
    head.time_low = (uint32_t)ns;
    head.captured = head.original = (uint32_t)size;
    memcpy(out, &head, sizeof head);
    memcpy(out + sizeof head + padded, &head.length, sizeof head.length);
    return head.length;
}

size_t pcapng_statistics(uint8_t out[PCAPNG_STATISTICS_MAX], uint64_t events, uint64_t time)
{
    static const uint64_t none;
    struct bytes b = {out, 0};
    size_t block = begin(&b, BLOCK_STATISTICS);
    put32(&b, 0); /* interface */
    put_time(&b, time);
    put_option(&b, OPTION_IFRECV, &events, sizeof events);
    put_option(&b, OPTION_IFDROP, &none, sizeof none);
    put_option(&b, OPTION_END, "", 0);
    end(&b, block);
    return b.n;
}
