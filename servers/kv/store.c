/*
 * The keys. All that the store knows is in one struct, so that a change can be seen as a whole: who may make it is looked at
 * first, and then it is made, at one place for each request.
 */
#include <string.h>
#include <sys/ipc.h>
//LAB server phoenix
#include "servers/lib/region.h"
//LAB end
#include "kv.h"

struct entry {
    char key[KV_KEY]; /* the first byte is zero: this entry is free */
    uint8_t value[KV_VALUE];
    uint32_t bytes;
    endpoint_t owner;
    uint64_t version;
};

struct state {
    uint64_t changes; /* the version of the last one */
    struct entry entry[KV_KEYS];
};
//LAB server phoenix
static struct state *state; /* in the region */

/* A request changes one entry and a number. */
#define LOG_BYTES 512
//LAB else
//| static struct state memory, *state = &memory;
//LAB end

bool store_is_key(const char key[KV_KEY])
{
    //LAB server
    if (!key[0] || key[KV_KEY - 1])
        return false;
    for (unsigned i = (unsigned)strlen(key); i < KV_KEY; i++)
        if (key[i])
            return false;
    return true;
    //LAB else
    //| (void)key;
    //| return false;
    //LAB end
}
//LAB server

/* NULL: no entry has this key. */
static struct entry *find(const char *key)
{
    for (struct entry *e = state->entry; e < state->entry + KV_KEYS; e++)
        if (memcmp(e->key, key, KV_KEY) == 0)
            return e;
    return NULL;
}

static struct entry *find_free(void)
{
    for (struct entry *e = state->entry; e < state->entry + KV_KEYS; e++)
        if (!e->key[0])
            return e;
    return NULL;
}

static unsigned keys_of(endpoint_t client)
{
    unsigned n = 0;
    for (const struct entry *e = state->entry; e < state->entry + KV_KEYS; e++)
        n += e->key[0] && e->owner == client;
    return n;
}

/* A process's endpoint is never used again, so it is enough to see who is in its slot. */
static bool is_alive(endpoint_t client)
{
    struct procinfo info;
    return k_info(EP_SLOT(client), &info) == 0 && info.endpoint == client;
}

/* May this client change what another one may have put there? */
static bool is_free_to(endpoint_t client, const struct entry *e)
{
    return e->owner == client || !is_alive(e->owner);
}

static uint64_t next_version(void)
{
    //LAB phoenix
    CHANGE(state->changes) = state->changes + 1;
    //LAB else
    //| state->changes++;
    //LAB end
    return state->changes;
}
//LAB end
//LAB server phoenix

/* What must be so of any store: a number that is used to reach into memory is in range, and names end. */
static bool is_sound(void)
{
    for (const struct entry *e = state->entry; e < state->entry + KV_KEYS; e++)
        if (e->bytes > KV_VALUE || e->version > state->changes ||
            (e->key[0] && !store_is_key(e->key)))
            return false;
    return true;
}
//LAB end

void store_open(void)
{
    //LAB server phoenix
    bool is_new;
    state = region_open(sizeof *state, LOG_BYTES, &is_new);
    if (!is_new && !is_sound())
        region_damaged(REGION_STATE);
    //LAB end
}

int64_t store_put(endpoint_t client, const struct kv_put *request)
{
    //LAB server
    struct entry *e = find(request->key);
    if (e && !is_free_to(client, e))
        return -EACCES;
    if ((!e || e->owner != client) && keys_of(client) >= KV_QUOTA)
        return -EDQUOT;
    if (!e && !(e = find_free()))
        return -ENOSPC;
    //LAB phoenix
    region_touch(e, sizeof *e);
    //LAB end
    *e = (struct entry){.bytes = request->bytes, .owner = client, .version = next_version()};
    memcpy(e->key, request->key, KV_KEY);
    memcpy(e->value, request->value, request->bytes);
    return (int64_t)e->version;
    //LAB else
    //| (void)client, (void)request;
    //| return -ENOSYS;
    //LAB end
}

int64_t store_delete(endpoint_t client, const char key[KV_KEY])
{
    //LAB server
    struct entry *e = find(key);
    if (!e)
        return -ENOENT;
    if (!is_free_to(client, e))
        return -EACCES;
    //LAB phoenix
    region_touch(e, sizeof *e);
    //LAB end
    memset(e, 0, sizeof *e);
    return (int64_t)next_version();
    //LAB else
    //| (void)client, (void)key;
    //| return -ENOSYS;
    //LAB end
}

uint64_t store_version(const char key[KV_KEY])
{
    //LAB server
    const struct entry *e = find(key);
    return e ? e->version : 0;
    //LAB else
    //| (void)key;
    //| return 0;
    //LAB end
}

uint64_t store_changes(void)
{
    return state->changes;
}

int64_t store_get(const char key[KV_KEY], struct kv_get_reply *reply)
{
    //LAB server
    const struct entry *e = find(key);
    if (!e)
        return -ENOENT;
    reply->version = e->version;
    memcpy(reply->value, e->value, KV_VALUE);
    return e->bytes;
    //LAB else
    //| (void)key, (void)reply;
    //| return -ENOSYS;
    //LAB end
}
