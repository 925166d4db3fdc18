/*
 * What a malicious trace could do to those who open it: the reader, the timeline, and the model
 * behind every view. For libFuzzer (`make fuzz`); tests/host/trace_fuzz.c runs the same with inputs
 * of its own.
 *
 * An input is a file. If it does not begin as a pcapng file does, it is a row of records instead,
 * each behind a byte with its length, to which the frame is added here: so most inputs get past the
 * reader.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "emu/model/model.h"
#include "emu/model/timeline.h"
#include "emu/trace/describe.h"
#include "emu/trace/pairing.h"
#include "emu/trace/pcapng.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PACKETS_MAX 4096

/* What must always hold; a fuzzer finds an abort. */
static void must(bool condition)
{
    if (!condition)
        abort();
}

/* ---- the file -------------------------------------------------------------------------------- */

static void put(int fd, const void *bytes, size_t n)
{
    must(write(fd, bytes, n) == (ssize_t)n);
}

/* Frames records. Their times are made to go forward, by small steps. */
static void put_records(int fd, const uint8_t *data, size_t size)
{
    uint8_t block[PCAPNG_PACKET_MAX > PCAPNG_HEADER_MAX ? PCAPNG_PACKET_MAX : PCAPNG_HEADER_MAX];
    uint64_t time = 0;
    put(fd, block, pcapng_header(block));
    for (unsigned i = 0; i < PACKETS_MAX && size > 0; i++) {
        uint8_t record[RECORD_MAX] = {0};
        struct event e;
        size_t n = 1 + (size_t)data[0] % (RECORD_MAX - 1);
        n = n < size - 1 ? n : size - 1;
        memcpy(record, data + 1, n);
        data += 1 + n;
        size -= 1 + n;
        record[0] = RECORD_VERSION;
        record[1] %= EVENT_KINDS;
        memset(record + 48, 0, sizeof e.time);
        bool text = record[1] >= EVENT_CONSOLE;
        if (!record_decode(&e, record, text ? RECORD_HEADER + n % EVENT_TEXT : sizeof record))
            continue;
        e.time = time += n;
        put(fd, block, pcapng_packet(block, &e));
    }
}

static void fill_file(int fd, const uint8_t *data, size_t size)
{
    static const uint8_t magic[] = {0x0a, 0x0d, 0x0d, 0x0a};
    if (size >= sizeof magic && memcmp(data, magic, sizeof magic) == 0)
        put(fd, data, size);
    else
        put_records(fd, data, size);
}

/* ---- those who look at it -------------------------------------------------------------------- */

struct looker {
    struct sink sink;
    struct model *model;
    struct pairing pairing;
    uint64_t events, time;
};

static void on_event(struct sink *self, const struct event *e)
{
    struct looker *l = (struct looker *)self;
    char text[DESCRIBE_BYTES];
    struct event paired = *e;
    must(e->number == ++l->events && e->time >= l->time && e->kind < EVENT_KINDS);
    l->time = e->time;
    pairing_event(&l->pairing, &paired);
    l->model->sink.event(&l->model->sink, e);
    describe_event(text, sizeof text, e, world_name, &l->model->world);
    must(strlen(text) < sizeof text);
}

static void look_at_waits(const struct world *w)
{
    static struct wait_edge edge[WAITS_MAX];
    endpoint_t member[NSLOTS];
    char text[64];
    size_t edges = waits_edges(w, edge);
    must(edges <= WAITS_MAX);
    size_t n = waits_stall(w, member);
    must(n <= NSLOTS && strlen(waits_text(text, sizeof text, w, member, n)) < sizeof text);
    for (size_t i = 0; i < edges && i < 8; i++)
        waits_cycle(w, edge[i].from, edge[i].to, member);
}

static void look_at_history(const struct history *h, const struct world *w)
{
    struct tree_line line[TREE_MAX];
    char text[NAMES_MESSAGE_BYTES];
    uint64_t number = 0;
    for (unsigned i = 0; i < 64 && (number = stream_next(&h->stream, number, 1, true)); i++) {
        const struct entry *e = stream_entry(&h->stream, number);
        must(e && e->number == number);
        must(history_tree(h, w, e->transaction, line) <= TREE_MAX);
        if (e->kind != ENTRY_NOTE)
            names_message(text, sizeof text, &e->message, world_name, w);
    }
}

static void look_at_timeline(struct timeline *t, const struct looker *l)
{
    struct event e;
    struct world *w = malloc(sizeof *w);
    uint64_t last = timeline_last(t), middle = 1 + last / 2;
    must(w && last == l->events);
    must(timeline_world(t, last, w) == (last > 0));
    if (last > 0) {
        must(w->event == last && w->messages == l->model->world.messages);
        must(w->now == l->time && w->switches == l->model->world.switches);
        must(timeline_world(t, middle, w) && w->event == middle);
        must(timeline_event(t, middle, &e) && e.number == middle);
        must(timeline_at(t, e.time) <= middle);
        look_at_waits(w);
    }
    free(w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[32], why[320];
    struct looker l = {.sink = {.kinds = EVENT_ALL, .event = on_event}, .model = model_create()};
    FILE *file = tmpfile();
    must(file && l.model);
    fill_file(fileno(file), data, size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fileno(file));
    struct timeline *t = timeline_open(path, &l.sink, NULL, NULL, why, sizeof why);
    must(t || *why);
    if (t) {
        look_at_timeline(t, &l);
        look_at_waits(&l.model->world);
        look_at_history(l.model->history, &l.model->world);
        model_sample(l.model, l.time + 1000);
    }
    timeline_close(t);
    model_destroy(l.model);
    fclose(file);
    return 0;
}
