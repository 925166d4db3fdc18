/*
 * A deadlock that does not happen: alice asks bob, bob asks carol, and carol asks alice, all at the
 * same time. The last call would close the circle. The kernel refuses it with ELOCKED, and names the
 * circle in the message.
 */
#include <stdio.h>
#include "demo.h"

static const char *name_of(endpoint_t ep, struct procinfo *info)
{
    return k_info(EP_SLOT(ep), info) == 0 ? info->name : "?";
}

/* "carol > alice > bob > carol" */
static void print_circle(struct message *m)
{
    const struct ipc_cycle *circle = payload(m);
    struct procinfo info;
    printf("refused:");
    for (uint32_t i = 0; i < circle->length && i < CYCLE_MAX; i++)
        printf(" %s >", name_of(circle->member[i], &info));
    printf(" %s\n", name_of(circle->member[0], &info));
}

static void answer(void)
{
    struct message m;
    do
        receive(EP_ANY, &m);
    while (m.type != DEMO_ASK);
    endpoint_t client = m.source;
    m = (struct message){.type = DEMO_ASK | MSG_REPLY};
    send(client, &m);
}

/* Each asks once and answers once. Who may not ask now answers first: that opens the circle. */
void ask_and_answer(endpoint_t next)
{
    struct message m = {.type = DEMO_ASK};
    if (sendrec(next, &m) == -ELOCKED) {
        print_circle(&m);
        answer();
        m = (struct message){.type = DEMO_ASK};
        sendrec(next, &m);
    } else {
        answer();
    }
}

void deadlock(void)
{
    endpoint_t alice = cast("alice", "ask"), bob = cast("bob", "ask"), carol = cast("carol", "ask");
    cue(alice, bob);
    await_wait(alice, PROC_SENDING, bob);
    cue(bob, carol);
    await_wait(bob, PROC_SENDING, carol);
    cue(carol, alice);
}
