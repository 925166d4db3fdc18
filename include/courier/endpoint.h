/*
 * Endpoints: the addresses of IPC. 32 bits, a generation above a slot of the kernel's process
 * table.
 *
 * An ordinary process's endpoint dies with it: the slot's next process has the next generation, and
 * a message to the old endpoint fails with EDEADSRCDST. A service (slots 1 to 15) keeps its
 * endpoint, generation 0, through every restart; the kernel counts its incarnations beside it.
 */
#ifndef COURIER_ENDPOINT_H
#define COURIER_ENDPOINT_H

#include <stdint.h>

typedef uint32_t endpoint_t;

#define EP_SLOT_BITS   9
#define EP_SLOT_MASK   ((1u << EP_SLOT_BITS) - 1)
#define EP_GENERATIONS (1u << (32 - EP_SLOT_BITS))

#define EP_MAKE(generation, slot) ((endpoint_t)((generation) << EP_SLOT_BITS | (slot)))
#define EP_SLOT(ep)               ((ep)&EP_SLOT_MASK)
#define EP_GENERATION(ep)         ((ep) >> EP_SLOT_BITS)

#define NSERVICES 16  /* slots 0 to 15: the kernel itself and the services */
#define NUSERS    256 /* slots 16 to 271: ordinary processes */
#define NSLOTS    (NSERVICES + NUSERS)

#define EP_KERNEL                                                                                  \
    ((endpoint_t)0) /* source of interrupt and timer notifications; cannot be sent to */
#define EP_RS  ((endpoint_t)1)
#define EP_PM  ((endpoint_t)2)
#define EP_FS  ((endpoint_t)3)
#define EP_TTY ((endpoint_t)4)
#define EP_BLK ((endpoint_t)5)
#define EP_KV  ((endpoint_t)6) /* of the labs server and phoenix */

#define EP_ANY  ((endpoint_t)(EP_SLOT_MASK))     /* receive: from anyone */
#define EP_NONE ((endpoint_t)(EP_SLOT_MASK - 1)) /* nobody */
#define EP_SELF ((endpoint_t)(EP_SLOT_MASK - 2)) /* the caller, in kernel calls */

#endif
