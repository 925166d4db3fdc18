/* Clients of KV. Rules are stated in the words of the protocol, so that they fit any server that speaks it. */
#include "grader/kv.h"

#include <stdio.h>
#include <string.h>

struct message kv_message(uint32_t type, const char *key)
{
    struct message m = {.type = type};
    snprintf(payload(&m), KV_KEY, "%s", key);
    return m;
}

struct op *kv_asks(struct play *p, struct actor *client, const struct message *m)
{
    return with_message(asks(client, module(p)), m);
}

struct op *kv_puts(struct play *p, struct actor *client, const char *key, uint32_t bytes)
{
    struct message m = kv_message(KV_PUT, key);
    struct kv_put *put = payload(&m);
    put->bytes = bytes;
    for (uint32_t i = 0; i < KV_VALUE; i++)
        put->value[i] = (uint8_t)(1 + chance(p, 255));
    return kv_asks(p, client, &m);
}

struct op *kv_gets(struct play *p, struct actor *client, const char *key)
{
    struct message m = kv_message(KV_GET, key);
    return kv_asks(p, client, &m);
}

struct op *kv_deletes(struct play *p, struct actor *client, const char *key)
{
    struct message m = kv_message(KV_DELETE, key);
    return kv_asks(p, client, &m);
}

struct op *kv_watches(struct play *p, struct actor *client, const char *key, uint64_t after)
{
    struct message m = kv_message(KV_WATCH, key);
    struct kv_watch *watch = payload(&m);
    watch->after = after;
    return kv_asks(p, client, &m);
}

/* ---- rules ------------------------------------------------------------------------------------------------ */

/* Of what follows the first bytes of a reply's payload its protocol says nothing. */
static void rule_rest(struct play *p, const struct op *op, size_t first)
{
    const struct call *call = last_call(op);
    const uint8_t *asked = (const void *)call->sent.w, *reply = (const void *)call->got.w;
    for (size_t i = first; i < sizeof call->got.w; i++)
        rule(p, reply[i] == 0 || reply[i] == asked[i], op,
             "where a reply carries nothing it is zero, or as the request was");
}

static bool has_value(const struct call *call)
{
    return call->got.status >= 0 && (call->sent.type == KV_GET || call->sent.type == KV_WATCH);
}

bool kv_status(struct play *p, const struct op *op, int64_t status, const char *words)
{
    const struct call *call = last_call(op);
    rule(p, call->returned, op, "a request is answered");
    rule(p, call->got.type == (call->sent.type | MSG_REPLY), op,
         "a reply has the type of its request, with MSG_REPLY");
    rule(p, call->got.status == status, op, "%s", words);
    if (!has_value(call))
        rule_rest(p, op, sizeof call->got.status);
    return all_well(p);
}

bool kv_value(struct play *p, const struct op *op, const struct op *put, const char *words)
{
    const struct kv_put *given = (const void *)put->message.w;
    const struct kv_get_reply *reply = (const void *)last_call(op)->got.w;
    kv_status(p, op, given->bytes, words);
    rule(p, reply->version == result(put, 1), op,
         "with a value comes the version of the put that gave it");
    rule(p, memcmp(reply->value, given->value, given->bytes) == 0, op, "%s", words);
    for (uint32_t i = given->bytes; i < KV_VALUE; i++)
        rule(p, reply->value[i] == 0, op, "behind a short value there are zeros");
    rule_rest(p, op, offsetof(struct kv_get_reply, value) + KV_VALUE);
    return all_well(p);
}

static bool is_answer(const struct call *call)
{
    uint64_t kind = call->number & IPC_CALL_MASK;
    return (kind == IPC_SEND || kind == IPC_REPLYREC) && call->peer != EP_NONE;
}

/* Requests of this client that the module has received, but for one that it still waits with. */
static uint32_t heard(struct play *p, const struct actor *client)
{
    uint32_t n = 0;
    const struct call *request;
    for (uint32_t i = 0; (request = nth_received(module(p), i))->entered; i++)
        n += request->from->caller == client && request->from->returned;
    return n;
}

bool kv_answered_once(struct play *p)
{
    const struct call *call, *request;
    for (uint32_t i = 0; (request = nth_received(module(p), i))->entered && all_well(p); i++) {
        const struct actor *client = request->from->caller;
        uint32_t answers = 0;
        for (uint32_t j = 0; (call = nth_call(module(p), j))->entered; j++)
            answers += is_answer(call) && call->peer == endpoint(client);
        rule_of_call(p, answers == heard(p, client), request, "each request is answered once");
    }
    return all_well(p);
}

/* ---- the model -------------------------------------------------------------------------------------------- */

struct op *kv_chance(struct play *p, struct actor *client, unsigned keys)
{
    char key[2] = {(char)('a' + chance(p, keys)), 0};
    uint64_t dice = chance(p, 8);
    if (dice == 0)
        return kv_deletes(p, client, key);
    return dice < 3 ? kv_gets(p, client, key)
                    : kv_puts(p, client, key, (uint32_t)chance(p, KV_VALUE + 1));
}

static struct kv_entry *find_entry(struct kv_model *model, const char *key)
{
    for (unsigned i = 0; i < KV_KEYS; i++)
        if (strncmp(model->entry[i].key, key, KV_KEY) == 0)
            return &model->entry[i];
    return NULL;
}

static unsigned owned(const struct kv_model *model, const struct actor *owner)
{
    unsigned n = 0;
    for (unsigned i = 0; i < KV_KEYS; i++)
        n += model->entry[i].key[0] && model->entry[i].owner == owner;
    return n;
}

static bool step_put(struct play *p, struct kv_model *model, struct kv_entry *e,
                     const struct op *op)
{
    if (e && e->owner != op->actor)
        return kv_status(p, op, -EACCES, "a key that belongs to another client is refused");
    if (!e && owned(model, op->actor) >= KV_QUOTA)
        return kv_status(p, op, -EDQUOT, "a client that has as many keys as it may gets no more");
    if (!e)
        e = find_entry(model, "");
    if (!e)
        return kv_status(p, op, -ENOSPC, "a store that is full says so");
    *e = (struct kv_entry){.owner = op->actor, .put = op, .version = ++model->version};
    memcpy(e->key, op->message.w, KV_KEY);
    return kv_status(p, op, (int64_t)model->version,
                     "each change has the next version, and is made once");
}

static bool step_delete(struct play *p, struct kv_model *model, struct kv_entry *e,
                        const struct op *op)
{
    if (!e)
        return kv_status(p, op, -ENOENT, "a key that is not there cannot be deleted");
    if (e->owner != op->actor)
        return kv_status(p, op, -EACCES, "a key that belongs to another client is refused");
    *e = (struct kv_entry){.version = 0};
    return kv_status(p, op, (int64_t)++model->version,
                     "each change has the next version, and is made once");
}

bool kv_step(struct play *p, struct kv_model *model, const struct op *op)
{
    const char *key = (const char *)op->message.w;
    struct kv_entry *e = find_entry(model, key);
    switch (op->message.type) {
    case KV_PUT:
        return step_put(p, model, e, op);
    case KV_DELETE:
        return step_delete(p, model, e, op);
    default:
        return e ? kv_value(p, op, e->put, "a key has the value that was put last")
                 : kv_status(p, op, -ENOENT,
                             "a key that nobody has put, or that was deleted, is not there");
    }
}

bool kv_agrees(struct play *p, struct kv_model *model, struct actor *client, unsigned keys)
{
    for (unsigned i = 0; i < keys && all_well(p); i++) {
        const struct op *get = kv_gets(p, client, (char[2]){(char)('a' + i), 0});
        until_returned(p, get);
        kv_step(p, model, get);
    }
    return all_well(p);
}
