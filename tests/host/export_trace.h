// Small traces made by hand, written to a file, and what an exporter makes of a trace file, as text.
#ifndef TESTS_HOST_EXPORT_TRACE_H
#define TESTS_HOST_EXPORT_TRACE_H

#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "tests/host/suite.h"
#include <courier/protocol/fs.h>
#include "emu/export/exporters.h"
#include "emu/trace/writer.h"

#define SH  EP_MAKE(3u, 20)
#define CAT EP_MAKE(1u, 21)

struct made {
    char path[32];
    struct writer *writer;
    uint64_t number, time, transactions;
};

static inline struct made made_begin(void)
{
    struct made m = {.path = "/tmp/courier-export-XXXXXX"};
    char why[256];
    int fd = mkstemp(m.path);
    assert_true(fd >= 0);
    close(fd);
    m.writer = writer_open(m.path, why, sizeof why);
    assert_non_null(m.writer);
    return m;
}

// Adds the event, 10 instructions after the last.
static inline void made_add(struct made *m, struct event e)
{
    e.number = ++m->number;
    e.time = m->time += 10;
    writer_sink(m->writer)->event(writer_sink(m->writer), &e);
}

static inline void made_end(struct made *m)
{
    char why[256];
    assert_true(writer_close(m->writer, why, sizeof why));
}

static inline void made_process(struct made *m, endpoint_t ep, const char *name)
{
    struct event e = {.kind = EVENT_SPAWN, .who = ep, .peer = EP_PM};
    snprintf(e.name, sizeof e.name, "%s", name);
    made_add(m, e);
    made_add(m, (struct event){.kind = EVENT_SWITCH, .who = ep, .peer = EP_NONE});
}

// A sendrec of `fd` to `server` that is delivered; returns its transaction.
static inline uint64_t made_request(struct made *m, endpoint_t client, endpoint_t server, int fd)
{
    struct event e = {.kind = EVENT_CALL, .who = client, .peer = server, .call = IPC_SENDREC};
    struct fs_read read = {.fd = fd, .bytes = 512};
    e.transaction = ++m->transactions;
    e.message = (struct message){.source = client, .type = FS_READ};
    memcpy(e.message.w, &read, sizeof read);
    made_add(m, (struct event){.kind = EVENT_SWITCH, .who = client, .peer = EP_NONE});
    made_add(m, e);
    e.kind = EVENT_DELIVER;
    e.who = server;
    e.peer = client;
    e.call = 0;
    made_add(m, e);
    return e.transaction;
}

static inline void made_reply(struct made *m, endpoint_t client, endpoint_t server,
                              uint64_t transaction, int64_t status)
{
    struct event e = {.kind = EVENT_CALL, .who = server, .peer = client, .call = IPC_REPLYREC};
    e.transaction = transaction;
    e.message = (struct message){.source = server, .type = FS_READ | MSG_REPLY, .status = status};
    made_add(m, (struct event){.kind = EVENT_SWITCH, .who = server, .peer = client});
    made_add(m, e);
    e.kind = EVENT_DELIVER;
    e.who = client;
    e.peer = server;
    e.call = 0;
    made_add(m, e);
}

// What the exporter writes about the file, to be freed. `filter` may be NULL. Inlined, its result would look to gcc like its own variable.
__attribute__((noinline, unused)) static char *exported(const char *path, exporter_create *create,
                                                        const char *filter, int *status)
{
    char *text = NULL;
    size_t size;
    struct filter_error error;
    struct export_options o = {.path = path, .out = open_memstream(&text, &size)};
    o.filter = filter ? filter_compile(filter, &error) : NULL;
    assert_true(!filter || o.filter);
    struct walker *w = create(&o);
    assert_non_null(w);
    *status = walk_trace(path, o.filter, o.out, w);
    w->free(w);
    filter_free(o.filter);
    fclose(o.out);
    return text;
}

static inline void made_remove(struct made *m)
{
    assert_int_equal(unlink(m->path), 0);
}

static inline unsigned lines_of(const char *text)
{
    unsigned lines = 0;
    for (; *text; text++)
        lines += *text == '\n';
    return lines;
}

#endif
