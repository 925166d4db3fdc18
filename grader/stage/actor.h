/*
 * What host and guest know of an actor: where its parts lie, and what it does besides calling.
 *
 * Behind its ecall, t3 says what is next; the host has put it there, at the return of a call or instead of the call.
 */
#ifndef GRADER_STAGE_ACTOR_H
#define GRADER_STAGE_ACTOR_H

#define ACTOR_TEXT   0x40001000 /* one page; lib/user.ld puts it there */
#define ACTOR_BUFFER 0x40002000
#define ACTOR_PAGES  16

#define DO_CALL    0 /* the ecall again */
#define DO_SPIN    1 /* t4 turns of a loop of two instructions */
#define DO_LOAD8   2 /* t6 = the byte at t5 */
#define DO_STORE8  3 /* the byte at t5 = t6 */
#define DO_LOAD64  4
#define DO_STORE64 5
#define DO_CRASH   6 /* an illegal instruction */

#endif
