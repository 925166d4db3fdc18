/*
 * What is typed to the guest of a headless run, and when. See input.c.
 */
#ifndef EMU_INPUT_H
#define EMU_INPUT_H

#include "emu/board/board.h"
#include "emu/options.h"
#include "emu/serial.h"
#include "emu/trace/event.h"

enum input_kind { INPUT_EXEC, INPUT_FILE, INPUT_STREAM };

struct input {
    const struct run_options *options;
    struct board *board;
    struct serial *serial;
    enum input_kind kind;
    struct sink reads;   /* sees what programs read, for a trace to subscribe */
    endpoint_t given_up; /* PM, FS or TTY, which RS has given up; EP_NONE: none */
    bool quit;           /* Ctrl-A x was pressed */

    unsigned typed; /* lines of --exec so far */
    uint64_t taken; /* bytes that the guest's receiver took */
    bool end;       /* no more input will come */
    bool may_end;   /* a ^D may be typed: the guest has shown a prompt since the last one */
    bool busy;      /* the shell has taken a line and not prompted since */
    bool starved;   /* a program's read was answered with ^D, which it has not had yet */
    bool terminal;  /* stdin is one, in raw mode */
    bool escape;    /* after Ctrl-A */
};

/* Decides from the options and the kind of stdin. All pointers are borrowed. */
void input_init(struct input *in, const struct run_options *options, struct board *board,
                struct serial *serial);

/* For the serial line: a prompt mark; bytes to be typed, of which it returns how many were taken. */
void input_mark(struct input *in, char letter);
size_t input_offer(struct input *in, const uint8_t *bytes, size_t n);

/* For the board: the receiver may have room. */
void input_room(struct input *in);

/* Gives an idle guest what is left. False: nothing is left, or its receiver takes no more. */
bool input_more(struct input *in);

/* Whether a key may still be pressed. */
bool input_possible(const struct input *in);

/* Sleeps up to `timeout_ms` (-1: for ever), or until something was typed on the host. True if so. */
bool input_wait(struct input *in, int timeout_ms);

#endif
