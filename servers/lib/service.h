/*
 * The loop of every server: receive, find the handler in a table, reply and receive in one trap; and how it asks another server.
 */
#ifndef SERVERS_LIB_SERVICE_H
#define SERVERS_LIB_SERVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <courier/message.h>
#include <courier/syscall.h>

/* A handler returns the status of the reply, after filling m's further payload words if the reply
 * has any, or NO_REPLY: the client waits until service_reply() answers it later. */
#define NO_REPLY INT64_MIN
typedef int64_t handler(struct message *m);

struct service {
    uint32_t base;         /* the first type of the protocol */
    uint32_t count;        /* of entries in the table */
    handler *const *table; /* [type - base]; NULL: no such request */
    void (*notified)(
        const struct message *m); /* a notification, other than RS's heartbeat; may be NULL */
    /*
     * With each heartbeat the server looks at itself, and dies rather than answer if something is wrong: the guards of its
     * region; a process in a slot below `clients` (0: only services) that waits for its reply although it does not keep
     * that process's request (NULL: it never keeps one). Before, beat() does again what an interrupt
     * or an alarm that got lost should have done. Both may be NULL.
     */
    void (*beat)(void);
    bool (*keeps)(endpoint_t client);
    unsigned clients;
    /* Before each message, and before each request is handled. Both may be NULL. */
    void (*before)(void);
    void (*arrived)(const struct message *m);
    /* After a request, the reply is sent, and then settle() does what the request made possible for
     * others, if unsettled() says that there is something. Both may be NULL. */
    bool (*unsettled)(void);
    void (*settle)(void);
};

/* Each server defines it: constant, so that it is not among what can be damaged by a stray store. */
extern const struct service service;

/* Serves for ever. A request of unknown type is refused with ENOSYS. */
_Noreturn void serve(void);
endpoint_t service_handle(struct message *m); /* the loop's part in C */

/* ipc() and sendrec(), for a server in the middle of a request: what it has in registers and on its stack is sealed until
 * the reply is there (seal.S). After an error *m is unchanged. */
int64_t ipc_sealed(uint64_t call, endpoint_t peer, uint64_t deadline, struct message *m);
static inline int64_t ask(endpoint_t server, struct message *m)
{
    return ipc_sealed(IPC_SENDREC, server, 0, m);
}

/* Answers a client whose handler returned NO_REPLY: m's payload words from the second on are the
 * reply's, status its first. Never blocks; a client that no longer waits is passed over: false. */
bool service_reply(endpoint_t client, uint32_t request_type, int64_t status, struct message *m);

/* Ends this incarnation: a crash that `why` explains in a register (a0) and in service_epitaph. */
_Noreturn void service_panic(const char *why);

/* The last words, for the debugger and the dashboard. */
extern const char *service_epitaph;

#endif
