/*
 * KV keeps values for its clients (courier/protocol/kv.h). store.c has the keys, watch.c who waits for one of them to change,
 * and main.c a handler for each request.
 */
#ifndef SERVERS_KV_KV_H
#define SERVERS_KV_KV_H

#include <stdbool.h>
#include <stdint.h>
#include <courier/protocol/kv.h>

/* ---- store.c: each function of a request returns the status of its reply ---- */

/* The first thing that the server does. */
void store_open(void);

/* One to 15 bytes that are not zero, and then zeros to the end? */
bool store_is_key(const char key[KV_KEY]);

int64_t store_put(endpoint_t client, const struct kv_put *request);
int64_t store_delete(endpoint_t client, const char key[KV_KEY]);

/* The version of a key, 0: there is no such key. */
uint64_t store_version(const char key[KV_KEY]);

/* The version of the last change. */
uint64_t store_changes(void);

/* Fills the reply but for its status, which is returned: how many bytes the value has. ENOENT. */
int64_t store_get(const char key[KV_KEY], struct kv_get_reply *reply);

/* ---- watch.c ---- */

/* Returns NO_REPLY where the client has to wait. */
int64_t watch_begin(struct message *m);

/* Has something changed since the watches were looked at? */
bool watch_is_due(void);

/* Answers each client whose watch is over. */
void watch_answer(void);

/* Does this client wait for a change? */
bool watch_keeps(endpoint_t client);

#endif
