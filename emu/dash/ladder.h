/*
 * The ladder's columns: which lives of which processes take part in a stretch of the message stream, and what each
 * did at each moment of it.
 */
#ifndef EMU_DASH_LADDER_H
#define EMU_DASH_LADDER_H

#include "emu/dash/view_parts.h"

#define LADDER_LIVES 64
#define LADDER_ROWS  128

/* What a life's line looks like in a row. */
enum line_kind { LINE_NONE, LINE_WORKS, LINE_IDLE, LINE_WAITS, LINE_BEGINS, LINE_DIES };

/* One life of a process: of a service that dies, the next incarnation is another life. */
struct life {
    endpoint_t process;
    uint32_t incarnation;
    char name[NAME_BYTES];
    uint64_t began, died;      /* virtual times; 0: before, or not yet, as far as one knows */
    uint64_t last;             /* time of its last known message */
    bool rested;               /* it had no request in hand when it died */
    int near;                  /* rows between it and the selected message */
    int column;                /* on the screen, or -1: there is no room for it */
    uint8_t line[LADDER_ROWS]; /* enum line_kind, by row */
};

struct ladder {
    const struct entry *row[LADDER_ROWS];
    int rows;
    struct life life[LADDER_LIVES];
    int lives;
};

/* Finds out about the messages in these rows; `pending`, unless NULL: one that is not sent yet, for the row below them;
 * `selected`: the row that decides who comes first. */
void ladder_find(struct ladder *l, const struct scene *s, const uint64_t *number, int rows,
                 const struct entry *pending, int selected);

/* The life that a message was sent from (or, `dest`, to); NULL: it takes no part. */
struct life *ladder_life(struct ladder *l, const struct entry *e, bool dest);

#endif
