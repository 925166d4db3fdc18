/*
 * Is the program in memory still the one that was loaded? A bit of its code that flipped may make it do anything, so a server
 * looks with each heartbeat, before it writes to a disk, and before the board is powered off: all that it does is looked
 * at afterwards, and where it cannot be undone, before.
 */
#ifndef SERVERS_LIB_PROGRAM_H
#define SERVERS_LIB_PROGRAM_H

#include <stdint.h>

/* Notes what the program is like; the first thing that a new incarnation does. A service with a state region notes it once, and
 * keeps the note there (region.c). */
void program_note(uint64_t *note);

/* If code or constants are not as noted, this incarnation ends. The kernel sees that it ran a damaged program, as it does at each
 * death, and RS says so on the console: what it did may be wrong. Costs 2.3 instructions for each 8 bytes. */
void program_check(void);

#endif
