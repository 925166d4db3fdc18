/*
 * KV, the server of the labs: one request after the other, found in a table by its type. Who has to wait does so
 * without keeping the server: its reply comes with somebody else's request.
 */
#include <sys/ipc.h>
#include "servers/lib/service.h"
#include "kv.h"
//LAB server

static int64_t on_put(struct message *m)
{
    const struct kv_put *request = payload(m);
    if (!store_is_key(request->key) || request->bytes > KV_VALUE || request->spare)
        return -EINVAL;
    return store_put(m->source, request);
}

/* Request and reply lie in the same message. */
static int64_t on_get(struct message *m)
{
    const struct kv_get request = *(struct kv_get *)payload(m);
    return store_is_key(request.key) ? store_get(request.key, payload(m)) : -EINVAL;
}

static int64_t on_delete(struct message *m)
{
    const struct kv_delete *request = payload(m);
    return store_is_key(request->key) ? store_delete(m->source, request->key) : -EINVAL;
}

static int64_t on_watch(struct message *m)
{
    const struct kv_watch *request = payload(m);
    return store_is_key(request->key) ? watch_begin(m) : -EINVAL;
}

static handler *const requests[] = {[KV_PUT - KV_PUT] = on_put,
                                    [KV_GET - KV_PUT] = on_get,
                                    [KV_DELETE - KV_PUT] = on_delete,
                                    [KV_WATCH - KV_PUT] = on_watch};

/* After a change its own client is answered first; that reply is what makes it last. Then come those who waited for it. */
const struct service service = {.base = KV_PUT,
                                .count = sizeof requests / sizeof *requests,
                                .table = requests,
                                .keeps = watch_keeps,
                                .clients = NSLOTS,
                                .unsettled = watch_is_due,
                                .settle = watch_answer};
//LAB end

int main(void)
{
    store_open();
    //LAB server
    serve();
    //LAB else
    //| for (struct message m = {0};;)
    //|     ipc(IPC_RECEIVE, EP_ANY, 0, &m);
    //LAB end
}
