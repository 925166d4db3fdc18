/*
 * What clients of KV (courier/protocol/kv.h) say and expect, for the labs whose students write it: requests as operations of
 * actors, and a model of the store, that says what each must be answered.
 */
#ifndef GRADER_KV_H
#define GRADER_KV_H

#include <courier/errno.h>
#include <courier/protocol/kv.h>
#include "grader/case.h"

/* A request of this type as the protocol wants it: its words in a message. The key is NUL-terminated. */
struct message kv_message(uint32_t type, const char *key);

/* Queue a request to the module. A put's value is `bytes` random bytes; it stands in the operation's message. */
struct op *kv_puts(struct play *p, struct actor *client, const char *key, uint32_t bytes);
struct op *kv_gets(struct play *p, struct actor *client, const char *key);
struct op *kv_deletes(struct play *p, struct actor *client, const char *key);
struct op *kv_watches(struct play *p, struct actor *client, const char *key, uint64_t after);
struct op *kv_asks(struct play *p, struct actor *client, const struct message *m);

/* ---- rules; each returns whether all is well ---- */

/* The request was answered, with the type of a reply to it, and this status. The words say what is as it should be. */
bool kv_status(struct play *p, const struct op *op, int64_t status, const char *words);

/* A get or a watch was answered with the value and the version of this put. */
bool kv_value(struct play *p, const struct op *op, const struct op *put, const char *words);

/* Each request that the module has received was answered once, but for those of clients that still wait. To be stated when
 * nothing is under way, and no incarnation of the module has died. */
bool kv_answered_once(struct play *p);

/* ---- the model ---- */

struct kv_entry {
    char key[KV_KEY]; /* "": free */
    const struct actor *owner;
    const struct op *put;
    uint64_t version;
};

struct kv_model {
    uint64_t version;
    struct kv_entry entry[KV_KEYS];
};

/* Queues a request chosen by chance, of one of `keys` keys ("a", "b", ...): a put, a delete or a get. */
struct op *kv_chance(struct play *p, struct actor *client, unsigned keys);

/* The request has been answered. What it must have been answered is stated as a rule, and the model changes as the store must have.
 * Owners are taken to live. */
bool kv_step(struct play *p, struct kv_model *model, const struct op *op);

/* The store holds what the model does, as a client sees that asks for each of these keys. */
bool kv_agrees(struct play *p, struct kv_model *model, struct actor *client, unsigned keys);

#endif
