/* Messages of the program demo (user/demo), which shows how messages meet. */
#ifndef COURIER_PROTOCOL_DEMO_H
#define COURIER_PROTOCOL_DEMO_H

#include <courier/message.h>

/* DEMO_HELLO: from an actor to the director: it is there. DEMO_START: from the director: play your part, with `partner`. */
#define DEMO_HELLO 0x1100
#define DEMO_START 0x1101
PAYLOAD(demo_start, endpoint_t partner;);

/* DEMO_NOTE: a message without an answer. DEMO_ASK: a request. Reply: status. */
#define DEMO_NOTE 0x1102
#define DEMO_ASK  0x1103
PAYLOAD(demo_note, uint64_t number;);

#endif
