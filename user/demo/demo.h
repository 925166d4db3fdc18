/*
 * demo: short plays about messages, to be watched in the dashboard or the tour. A director starts
 * actors, each a process with a name of its own, and tells them when to begin.
 */
#ifndef DEMO_H
#define DEMO_H

#include <courier/protocol/demo.h>
#include <sys/ipc.h>

/* What an actor does, once it is told to begin. */
typedef void part(endpoint_t partner);

/* Starts an actor, who waits for his cue. */
endpoint_t cast(const char *name, const char *role);

/* The cue: play your part with this partner. */
void cue(endpoint_t actor, endpoint_t partner);

/* Returns when the actor waits for `peer` like this. */
void await_wait(endpoint_t actor, enum procstate state, endpoint_t peer);

part send_note, receive_note, ask_and_answer;

/* The plays. */
void rendezvous_sender_first(void), rendezvous_receiver_first(void), deadlock(void);

#endif
