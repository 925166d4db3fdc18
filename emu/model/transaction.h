/*
 * Transactions in the world: opened by a call, delivered, delivered again, answered or lost; and whose the time is that
 * servers spend on them (world_pass() is there, too). Only world.c uses this.
 */
#ifndef EMU_MODEL_TRANSACTION_H
#define EMU_MODEL_TRANSACTION_H

#include "emu/model/world.h"

/* Changes a process's state, and the set of those who are ready. */
void world_set_state(struct world *w, struct world_process *p, uint32_t state, endpoint_t peer);

/* The live process with this endpoint, to be written to, or NULL. */
struct world_process *world_process(struct world *w, endpoint_t ep);

/* p calls with a sendrec. */
void transaction_open(struct world *w, struct world_process *p, const struct event *e);

/* The server takes the client's request: the client waits for the reply. */
void transaction_deliver(struct world *w, struct world_process *client,
                         struct world_process *server, const struct event *e);

/* The client gets the reply of its open transaction, which is over: it is returned, complete. */
struct transaction transaction_answer(struct world *w, struct world_process *client,
                                      struct world_process *server, const struct event *e);

/* The client's open transaction, if there is one, ends without a reply. */
void transaction_end(struct world *w, struct world_process *client, enum transaction_fate fate,
                     int64_t status, struct world_sink *sink);

/* A server is no more: the requests that it had go back into its queue. */
void transaction_requeue(struct world *w, struct world_process *server, struct world_sink *sink);

#endif
