/* Protocol of tally, the example of docs/state-regions.md: names, and a number for each of them. */
#ifndef COURIER_PROTOCOL_TALLY_H
#define COURIER_PROTOCOL_TALLY_H

#include <courier/message.h>

#define TALLY_NAME 16 /* bytes of a name, the NUL included */

/* TALLY_ADD: adds to the number of this name, which begins with 0. Reply: the sum; ENOSPC: too many names. */
#define TALLY_ADD 0x1200
PAYLOAD(tally_add, char name[TALLY_NAME]; uint64_t amount;);

/* TALLY_GET: Reply: the number of this name; ENOENT: it has none. */
#define TALLY_GET 0x1201
PAYLOAD(tally_get, char name[TALLY_NAME];);

/* TALLY_BUG: like TALLY_ADD, but the server has a bug there: it dies before it replies. */
#define TALLY_BUG 0x1202
PAYLOAD(tally_bug, char name[TALLY_NAME]; uint64_t amount;);

#endif
