/*
 * A small system made of events, as the kernel's probes would report them, for the tests of the
 * dashboard's model and views.
 */
#ifndef TESTS_HOST_DASH_SCENE_H
#define TESTS_HOST_DASH_SCENE_H

#include <stdlib.h>
#include <string.h>
#include <courier/errno.h>
#include <courier/protocol/blk.h>
#include <courier/protocol/fs.h>
#include <courier/protocol/pm.h>
#include <courier/protocol/tty.h>
#include "emu/model/model.h"
#include "emu/trace/pairing.h"

#define EP_INIT EP_MAKE(1u, 16)
#define EP_SH   EP_MAKE(1u, 17)
#define EP_LS   EP_MAKE(5u, 18)

struct play {
    struct model *model;
    struct pairing pairing;
    uint64_t now, events;
};

static inline void scene_event(struct play *s, struct event e)
{
    e.time = s->now += 100;
    e.number = ++s->events;
    pairing_event(&s->pairing, &e);
    s->model->sink.event(&s->model->sink, &e);
}

static inline void scene_name(struct event *e, const char *name)
{
    memset(e->name, 0, sizeof e->name);
    memcpy(e->name, name, strnlen(name, sizeof e->name - 1));
}

static inline void scene_spawn(struct play *s, endpoint_t who, const char *name)
{
    struct event e = {.kind = EVENT_SPAWN, .who = who, .peer = EP_PM};
    scene_name(&e, name);
    scene_event(s, e);
}

static inline void scene_exec(struct play *s, endpoint_t who, const char *name)
{
    struct event e = {.kind = EVENT_EXEC, .who = who, .peer = EP_NONE};
    scene_name(&e, name);
    scene_event(s, e);
}

static inline void scene_restart(struct play *s, endpoint_t who, uint64_t incarnation)
{
    scene_event(s, (struct event){.kind = EVENT_RESTART, .who = who, .incarnation = incarnation});
}

static inline void scene_switch(struct play *s, endpoint_t from, endpoint_t to)
{
    scene_event(s, (struct event){.kind = EVENT_SWITCH, .who = to, .peer = from});
}

static inline void scene_call(struct play *s, endpoint_t who, uint32_t call, endpoint_t peer)
{
    scene_event(s, (struct event){.kind = EVENT_CALL, .who = who, .peer = peer, .call = call});
}

/* The operator does something to a process. */
static inline void scene_deed(struct play *s, endpoint_t who, const char *text)
{
    struct event e = {.kind = EVENT_OPERATOR, .who = who, .peer = EP_NONE};
    e.length = (uint8_t)strlen(text);
    memcpy(e.text, text, e.length);
    scene_event(s, e);
}

static inline void scene_block(struct play *s, endpoint_t who, uint32_t state, endpoint_t peer)
{
    scene_event(s, (struct event){.kind = EVENT_BLOCK, .who = who, .peer = peer, .state = state});
}

static inline void scene_wake(struct play *s, endpoint_t who, int64_t status)
{
    scene_event(s,
                (struct event){.kind = EVENT_WAKE, .who = who, .peer = EP_NONE, .status = status});
}

static inline void scene_deliver(struct play *s, endpoint_t from, endpoint_t to, struct message m)
{
    m.source = from;
    scene_event(s, (struct event){.kind = EVENT_DELIVER, .who = to, .peer = from, .message = m});
}

static inline void scene_crash(struct play *s, endpoint_t who, uint64_t cause, uint64_t pc)
{
    scene_event(s, (struct event){.kind = EVENT_CRASH, .who = who, .cause = cause, .pc = pc});
}

/* A server waits for its next request. */
static inline void scene_idle(struct play *s, endpoint_t server)
{
    scene_call(s, server, IPC_RECEIVE, EP_ANY);
    scene_block(s, server, PROC_RECEIVING, EP_ANY);
}

/* A client asks a server that waits. */
static inline void scene_ask(struct play *s, endpoint_t client, endpoint_t server, struct message m)
{
    scene_call(s, client, IPC_SENDREC, server);
    scene_deliver(s, client, server, m);
    scene_switch(s, client, server);
}

/* The server answers and waits for the next request. */
static inline void scene_answer(struct play *s, endpoint_t server, endpoint_t client, uint32_t type,
                                int64_t status)
{
    struct message m = {.type = type | MSG_REPLY, .status = status};
    scene_call(s, server, IPC_REPLYREC, client);
    scene_deliver(s, server, client, m);
    scene_block(s, server, PROC_RECEIVING, EP_ANY);
    scene_switch(s, server, client);
}

/* FS_READ and FS_WRITE have the same payload. */
static inline struct message scene_read(int32_t fd, uint32_t grant, uint64_t bytes)
{
    struct message m = {.type = FS_READ};
    struct fs_read read = {.fd = fd, .grant = grant, .bytes = bytes};
    memcpy(m.w, &read, sizeof read);
    return m;
}

/* The services run and wait; init and the shell are there. */
static inline void scene_boot(struct play *s)
{
    static const struct {
        endpoint_t ep;
        const char *name;
    } services[] = {{EP_RS, "rs"}, {EP_PM, "pm"}, {EP_FS, "fs"}, {EP_TTY, "tty"}, {EP_BLK, "blk"}};
    memset(s, 0, sizeof *s);
    s->model = model_create();
    s->now = 1000000;
    for (size_t i = 0; i < sizeof services / sizeof services[0]; i++) {
        scene_spawn(s, services[i].ep, services[i].name);
        scene_exec(s, services[i].ep, services[i].name);
        scene_restart(s, services[i].ep, 1);
        scene_idle(s, services[i].ep);
    }
    scene_spawn(s, EP_INIT, "init");
    scene_exec(s, EP_INIT, "init");
    scene_spawn(s, EP_SH, "init");
    scene_exec(s, EP_SH, "sh");
    scene_ask(s, EP_INIT, EP_PM, (struct message){.type = PM_WAIT, .w = {0xffffffff}});
    scene_idle(s, EP_PM);
    scene_switch(s, EP_PM, EP_SH);
}

static inline void scene_end(struct play *s)
{
    model_destroy(s->model);
}

#endif
