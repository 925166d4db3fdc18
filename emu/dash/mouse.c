/*
 * What the mouse did, in order.
 *
 * ncurses says KEY_MOUSE once for events that come together, and hands them out from the latest to the first. So all of
 * them are taken at once, and given on from the other end; else two quick clicks would be one.
 */
#include <curses.h>
#include "emu/dash/mouse.h"

#define EVENTS 8 /* as many as ncurses keeps */

static struct {
    MEVENT event[EVENTS]; /* not given on yet, the latest first */
    int count;
} kept;

void mouse_report(bool on)
{
    mouseinterval(0); /* a press is a press; nobody waits whether it becomes a click */
    mousemask(on ? BUTTON1_PRESSED | BUTTON4_PRESSED | BUTTON5_PRESSED : 0, NULL);
}

void mouse_keep(void)
{
    while (kept.count < EVENTS && getmouse(&kept.event[kept.count]) == OK)
        kept.count++;
}

bool mouse_take(struct key *k)
{
    while (kept.count > 0) {
        const MEVENT *e = &kept.event[--kept.count];
        int wheel = e->bstate & BUTTON4_PRESSED ? -1 : e->bstate & BUTTON5_PRESSED ? 1 : 0;
        *k = (struct key){
            .function = true, .code = KEY_MOUSE, .row = e->y, .column = e->x, .wheel = wheel};
        if (wheel || e->bstate & BUTTON1_PRESSED) /* a release is nobody's business */
            return true;
    }
    return false;
}
