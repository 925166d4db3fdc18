/*
 * Who waits. A watch is a condition over the store: it is looked at when it comes, and again after each change. A client waits
 * in one call, so each slot of the process table has room for one watch, and who comes into the slot of a client that died
 * takes its place.
 */
#include <string.h>
#include <sys/ipc.h>
#include "servers/lib/service.h"
#include "kv.h"
//LAB server phoenix

/*
 * Nothing here is worth keeping beyond the server's death: the clients still wait then, and the kernel gives their requests to
 * the next incarnation, where each condition is looked at anew.
 */
//LAB end
//LAB server

static struct watch {
    endpoint_t client; /* 0: nobody waits here */
    char key[KV_KEY];
    uint64_t after;
} watches[NSLOTS];

static uint64_t seen; /* the changes that the watches know of */

/* The reply that a watch gets now, or NO_REPLY. `request` and the reply may be in the same message, so the watch is copied. */
static int64_t look_at(struct watch w, struct message *m)
{
    uint64_t version = store_version(w.key);
    if (version > w.after)
        return store_get(w.key, payload(m));
    return version == 0 && w.after > 0 ? -ENOENT : NO_REPLY;
}
//LAB end

int64_t watch_begin(struct message *m)
{
    //LAB server
    const struct kv_watch *request = payload(m);
    struct watch w = {.client = m->source, .after = request->after};
    memcpy(w.key, request->key, KV_KEY);
    int64_t status = look_at(w, m);
    if (status == NO_REPLY)
        watches[EP_SLOT(w.client)] = w;
    return status;
    //LAB else
    //| (void)m;
    //| return -ENOSYS;
    //LAB end
}

bool watch_is_due(void)
{
    //LAB server
    return seen != store_changes();
    //LAB else
    //| return false;
    //LAB end
}

void watch_answer(void)
{
    //LAB server
    for (struct watch *w = watches; w < watches + NSLOTS; w++) {
        struct message m = {0};
        int64_t status = w->client ? look_at(*w, &m) : NO_REPLY;
        if (status == NO_REPLY)
            continue;
        service_reply(w->client, KV_WATCH, status, &m);
        w->client = 0;
    }
    seen = store_changes();
    //LAB end
}

bool watch_keeps(endpoint_t client)
{
    //LAB server
    return watches[EP_SLOT(client)].client == client;
    //LAB else
    //| (void)client;
    //| return false;
    //LAB end
}
