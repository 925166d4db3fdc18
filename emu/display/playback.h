/*
 * A recorded trace, played in the lecture view: the file is read from its beginning as virtual time goes by, into a model like that of
 * a live run. The keys are those of a live one, but that nothing can be done to the past:
 *
 *     p F2 c   stop and go on        s   to the next message       + -   faster, slower
 *     k j      choose a process      Home g   from the beginning   q     close the window
 */
#ifndef EMU_DISPLAY_PLAYBACK_H
#define EMU_DISPLAY_PLAYBACK_H

#include "emu/display/display.h"

struct playback;

/*
 * NULL: `why` says in one line what is wrong. `fatal` tells apart that the file cannot be read or a picture not be written from that there is
 * no display; it may be NULL.
 */
struct playback *playback_open(const char *file, const struct display_config *config, bool *fatal,
                               char *why, size_t size);

/* Takes the window's keys, lets time pass, shows the picture if it is time. Returns in how many ms it wants to be called again;
 * negative: never. Accepts NULL. */
int playback_show(struct playback *p);

/* Shows the moment just after this event, and stops there. Accepts NULL. */
void playback_goto(struct playback *p, uint64_t event);

/* Without a dashboard: until the window is closed; with pictures to write, until the end of the recording, or
 * the moment that was asked for. */
void playback_run(struct playback *p);

/* Writes the last picture. False: pictures are missing, and `why` says so in one line; else it says in what way the recording
 * did not end as it should, or is empty. Accepts NULL. */
bool playback_close(struct playback *p, char *why, size_t size);

#endif
