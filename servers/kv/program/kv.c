/* kv put KEY VALUE | get KEY | delete KEY | watch KEY [VERSION]: asks KV. A put or a delete prints its version. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <courier/protocol/kv.h>

static const char synopsis[] = "put KEY VALUE | get KEY | delete KEY | watch KEY [VERSION]";

static bool is(int argc, char **argv, const char *verb, int operands)
{
    return argc == 2 + operands && strcmp(argv[1], verb) == 0;
}

static void set_value(struct message *m, const char *text)
{
    struct kv_put *put = payload(m);
    size_t bytes = strlen(text);
    if (bytes > KV_VALUE)
        errx(1, "a value has %d bytes at most", KV_VALUE);
    put->bytes = (uint32_t)bytes;
    memcpy(put->value, text, bytes);
}

static void set_after(struct message *m, const char *text)
{
    struct kv_watch *watch = payload(m);
    watch->after = (uint64_t)atoi(text);
}

static struct message request(int argc, char **argv)
{
    struct message m = {0};
    if (is(argc, argv, "put", 2)) {
        m.type = KV_PUT;
        set_value(&m, argv[3]);
    } else if (is(argc, argv, "get", 1)) {
        m.type = KV_GET;
    } else if (is(argc, argv, "delete", 1)) {
        m.type = KV_DELETE;
    } else if (is(argc, argv, "watch", 1) || is(argc, argv, "watch", 2)) {
        m.type = KV_WATCH;
        if (argc == 4)
            set_after(&m, argv[3]);
    } else {
        usage(synopsis);
    }
    if (strlen(argv[2]) >= KV_KEY)
        errx(1, "a key has %d bytes at most", KV_KEY - 1);
    strncpy(payload(&m), argv[2], KV_KEY);
    return m;
}

int main(int argc, char **argv)
{
    struct message m = request(argc, argv);
    uint32_t type = m.type;
    int64_t status = sendrec(EP_KV, &m);
    if (status == 0)
        status = m.status;
    if (status < 0)
        errx(1, "%s: %s", argv[2], strerror((int)-status));
    const struct kv_get_reply *reply = payload(&m);
    if (type == KV_GET || type == KV_WATCH)
        printf("%.*s (version %lu)\n", (int)status, (const char *)reply->value, reply->version);
    else
        printf("version %ld\n", status);
    return 0;
}
