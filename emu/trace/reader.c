/*
 * A block at a time: it is brought whole into a buffer, checked, and taken apart there. Of a
 * section is remembered its byte order, and which interfaces are ours; so an event can be found
 * again by its place in the file and a few bytes more.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "emu/trace/pcapng.h"
#include "emu/trace/reader.h"

#define BLOCK_LIMIT (16u << 20) /* bytes; what is longer is taken for damage, as others do */
#define READ_AHEAD  (64u << 10) /* bytes to ask the host for at once */

#define SECTION_MIN    28u /* bytes of the shortest block of its kind */
#define INTERFACE_MIN  20u
#define PACKET_DATA    28u /* where the data begin */
#define SIMPLE_DATA    12u
#define TRACKED        64u /* interfaces of a section; later ones are never ours */
#define PCAPNG_VERSION 1u

struct reader {
    const char *name;
    int fd;
    bool stream;   /* cannot go back */
    uint64_t size; /* of the file, 0: not known */
    struct reader_place next;
    uint8_t *buffer;
    size_t room;     /* bytes it has room for */
    size_t at, have; /* what is left in it is from `at` to `have` */
    bool courier;    /* there was an interface of ours */
    enum reader_result result;
    struct event first; /* was read when the file was opened, and is to be told */
    struct reader_place before_first;
    bool pending;
    char remark[320];
    char path[];
};

/* ---- bytes ----------------------------------------------------------------------------------- */

/* Makes room for `n` bytes at `at`, and some more to be read ahead. */
static bool make_room(struct reader *r, size_t n)
{
    memmove(r->buffer, r->buffer + r->at, r->have - r->at);
    r->have -= r->at;
    r->at = 0;
    if (n + READ_AHEAD <= r->room)
        return true;
    uint8_t *larger = realloc(r->buffer, n + READ_AHEAD);
    if (!larger) {
        snprintf(r->remark, sizeof r->remark, "%s: out of memory", r->name);
        return false;
    }
    r->buffer = larger;
    r->room = n + READ_AHEAD;
    return true;
}

/* Are there `n` bytes at `at`? Reads what is missing. False: the file ends before, or there is a remark. */
static bool fill(struct reader *r, size_t n)
{
    if (r->have - r->at >= n)
        return true;
    if (!make_room(r, n))
        return false;
    while (r->have < n) {
        ssize_t got = read(r->fd, r->buffer + r->have, r->room - r->have);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            snprintf(r->remark, sizeof r->remark, "%s: %s", r->name, strerror(errno));
        if (got <= 0)
            return false;
        r->have += (size_t)got;
    }
    return true;
}

static uint32_t load32(const struct reader *r, size_t at)
{
    uint32_t value;
    memcpy(&value, r->buffer + r->at + at, sizeof value);
    return r->next.swapped ? __builtin_bswap32(value) : value;
}

static uint16_t load16(const struct reader *r, size_t at)
{
    uint16_t value;
    memcpy(&value, r->buffer + r->at + at, sizeof value);
    return r->next.swapped ? __builtin_bswap16(value) : value;
}

/* ---- ends ------------------------------------------------------------------------------------ */

__attribute__((format(printf, 2, 3))) static enum reader_result damaged(struct reader *r,
                                                                        const char *format, ...)
{
    va_list args;
    int n = snprintf(r->remark, sizeof r->remark, "%s: ", r->name);
    va_start(args, format);
    if (n > 0 && (size_t)n < sizeof r->remark)
        vsnprintf(r->remark + n, sizeof r->remark - (size_t)n, format, args);
    va_end(args);
    return r->result = READER_DAMAGED;
}

static enum reader_result damaged_block(struct reader *r)
{
    return damaged(r, "the block at byte %" PRIu64 " is damaged", r->next.offset);
}

/* The file ends before the block does; or reading failed, and the remark says so already. */
static enum reader_result cut(struct reader *r)
{
    if (*r->remark)
        return r->result = READER_DAMAGED;
    damaged(r, "ends in the middle of a block, at byte %" PRIu64, r->next.offset + r->have - r->at);
    return r->result = READER_CUT;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

/* Each function takes one block of `length` bytes; READER_END means: no event, go on. */

static enum reader_result take_section(struct reader *r, uint32_t length)
{
    if (length < SECTION_MIN || load16(r, 12) != PCAPNG_VERSION)
        return damaged_block(r);
    r->next.interfaces = 0;
    r->next.ours = 0;
    return READER_END;
}

static enum reader_result take_interface(struct reader *r, uint32_t length)
{
    if (length < INTERFACE_MIN)
        return damaged_block(r);
    if (load16(r, 8) == LINKTYPE_USER0 && r->next.interfaces < TRACKED) {
        r->next.ours |= UINT64_C(1) << r->next.interfaces;
        r->courier = true;
    }
    if (r->next.interfaces < UINT32_MAX)
        r->next.interfaces++;
    return READER_END;
}

static enum reader_result refuse_record(struct reader *r, const uint8_t *record, size_t size)
{
    if (size > 0 && record[0] > RECORD_VERSION)
        return damaged(r, "version %d of the events is newer than this program", record[0]);
    if (size > 0 && record[0] == 1)
        return damaged(r, "version 1 of the events is older than this program reads");
    return damaged(r, "event %" PRIu64 " is damaged, or not Courier's", r->next.number + 1);
}

/* A packet of an interface, whose data are in the block. */
static enum reader_result take_record(struct reader *r, uint32_t interface, size_t at, size_t size,
                                      struct event *e)
{
    const uint8_t *record = r->buffer + r->at + at;
    if (interface >= r->next.interfaces)
        return damaged_block(r);
    if (interface >= TRACKED || !(r->next.ours >> interface & 1))
        return READER_END;
    if (!record_decode(e, record, size))
        return refuse_record(r, record, size);
    if (e->time < r->next.time)
        return damaged(r, "event %" PRIu64 " goes back in time", r->next.number + 1);
    e->number = ++r->next.number;
    r->next.time = e->time;
    return READER_EVENT;
}

static enum reader_result take_packet(struct reader *r, uint32_t length, struct event *e)
{
    if (length < PACKET_DATA + 4 || load32(r, 20) > length - PACKET_DATA - 4)
        return damaged_block(r);
    return take_record(r, load32(r, 8), PACKET_DATA, load32(r, 20), e);
}

static enum reader_result take_simple(struct reader *r, uint32_t length, struct event *e)
{
    if (length < SIMPLE_DATA + 4)
        return damaged_block(r);
    size_t room = length - SIMPLE_DATA - 4, original = load32(r, 8);
    return take_record(r, 0, SIMPLE_DATA, original < room ? original : room, e);
}

/* Checks the block at `at` and brings it in whole. READER_EVENT: it is there. */
static enum reader_result bring(struct reader *r, uint32_t *length)
{
    if (!fill(r, BLOCK_MIN))
        return r->have == r->at && !*r->remark ? (r->result = READER_END) : cut(r);
    if (load32(r, 0) == BLOCK_SECTION) {
        uint32_t magic = load32(r, 8);
        r->next.swapped ^= magic == __builtin_bswap32(BYTE_ORDER_MAGIC);
        if (load32(r, 8) != BYTE_ORDER_MAGIC)
            return damaged_block(r);
    }
    *length = load32(r, 4);
    if (*length < BLOCK_MIN || *length % 4 || *length > BLOCK_LIMIT)
        return damaged_block(r);
    if (!fill(r, *length))
        return cut(r);
    return load32(r, *length - 4) == *length ? READER_EVENT : damaged_block(r);
}

static enum reader_result take_block(struct reader *r, struct event *e)
{
    uint32_t length = 0;
    enum reader_result result = bring(r, &length);
    if (result != READER_EVENT)
        return result;
    switch (load32(r, 0)) {
    case BLOCK_SECTION:
        result = take_section(r, length);
        break;
    case BLOCK_INTERFACE:
        result = take_interface(r, length);
        break;
    case BLOCK_PACKET:
        result = take_packet(r, length, e);
        break;
    case BLOCK_SIMPLE:
        result = take_simple(r, length, e);
        break;
    default: /* statistics, names, comments of other programs */
        result = READER_END;
        break;
    }
    if (result == READER_DAMAGED)
        return result;
    r->at += length;
    r->next.offset += length;
    return result;
}

enum reader_result reader_next(struct reader *r, struct event *e)
{
    if (r->pending) {
        *e = r->first;
        r->pending = false;
        return READER_EVENT;
    }
    while (r->result == READER_EVENT)
        if (take_block(r, e) == READER_EVENT)
            return READER_EVENT;
    return r->result;
}

/* ---- opening --------------------------------------------------------------------------------- */

static bool refuse(struct reader *r, const char *text)
{
    snprintf(r->remark, sizeof r->remark, "%s: %s", r->name, text);
    return false;
}

/* Opens, and reads up to the first event, so that a file that is no trace is known at once.
 * False: the remark says why. */
static bool begin(struct reader *r)
{
    struct stat st;
    bool standard = strcmp(r->path, "-") == 0;
    r->name = standard ? "standard input" : r->path;
    r->fd = standard ? STDIN_FILENO : open(r->path, O_RDONLY | O_CLOEXEC);
    if (r->fd < 0 || fstat(r->fd, &st) != 0)
        return refuse(r, strerror(errno));
    r->stream = !S_ISREG(st.st_mode) || lseek(r->fd, 0, SEEK_SET) != 0;
    r->size = S_ISREG(st.st_mode) ? (uint64_t)st.st_size : 0;
    if (!fill(r, 4) || load32(r, 0) != BLOCK_SECTION)
        return *r->remark ? false : refuse(r, "not a pcapng file");
    enum reader_result result = READER_END;
    while (r->result == READER_EVENT && result != READER_EVENT) {
        r->before_first = r->next;
        result = take_block(r, &r->first);
    }
    r->pending = result == READER_EVENT;
    if (result == READER_END && !r->courier)
        return refuse(r, "no interface with Courier's events");
    return result == READER_EVENT || result == READER_END;
}

struct reader *reader_open(const char *path, char *why, size_t size)
{
    struct reader *r = calloc(1, sizeof *r + strlen(path) + 1);
    if (!r || (r->buffer = malloc(2 * READ_AHEAD)) == NULL) {
        snprintf(why, size, "out of memory");
        free(r);
        return NULL;
    }
    r->room = 2 * READ_AHEAD;
    strcpy(r->path, path);
    if (begin(r))
        return r;
    snprintf(why, size, "%s", r->remark);
    reader_close(r);
    return NULL;
}

void reader_close(struct reader *r)
{
    if (!r)
        return;
    if (r->fd > STDIN_FILENO)
        close(r->fd);
    free(r->buffer);
    free(r);
}

const char *reader_remark(const struct reader *r)
{
    return r->result == READER_CUT || r->result == READER_DAMAGED ? r->remark : "";
}

bool reader_is_stream(const struct reader *r)
{
    return r->stream;
}

double reader_share(const struct reader *r)
{
    return r->size ? (double)r->next.offset / (double)r->size : 0;
}

/* ---- places ---------------------------------------------------------------------------------- */

struct reader_place reader_place(const struct reader *r)
{
    return r->pending ? r->before_first : r->next;
}

bool reader_seek(struct reader *r, const struct reader_place *place)
{
    uint64_t buffered = r->next.offset - r->at; /* where the buffer begins in the file */
    bool near = place->offset >= buffered && place->offset <= buffered + r->have;
    if (r->stream || (!near && lseek(r->fd, (off_t)place->offset, SEEK_SET) < 0))
        return false;
    r->at = near ? (size_t)(place->offset - buffered) : 0;
    r->have = near ? r->have : 0;
    r->next = *place;
    r->pending = false;
    r->result = READER_EVENT;
    *r->remark = '\0';
    return true;
}
