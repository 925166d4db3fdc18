/*
 * A rendezvous: the kernel keeps no message. Whoever comes first waits for the other, and the eight
 * registers go from one to the other when both are there.
 */
#include <stdio.h>
#include "demo.h"

void send_note(endpoint_t receiver)
{
    struct message m = {.type = DEMO_NOTE, .w = {42}};
    send(receiver, &m);
}

void receive_note(endpoint_t sender)
{
    struct message m;
    if (receive(sender, &m) == 0)
        printf("received a note, number %lu\n", m.w[0]);
}

void rendezvous_sender_first(void)
{
    endpoint_t sender = cast("sender", "send"), receiver = cast("receiver", "receive");
    cue(sender, receiver);
    await_wait(sender, PROC_SENDING, receiver);
    cue(receiver, sender);
}

void rendezvous_receiver_first(void)
{
    endpoint_t sender = cast("sender", "send"), receiver = cast("receiver", "receive");
    cue(receiver, sender);
    await_wait(receiver, PROC_RECEIVING, sender);
    cue(sender, receiver);
}
