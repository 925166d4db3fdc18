/*
 * Keys: what each key means, depending on what is on the screen, and which bytes it is for a guest.
 */
#ifndef EMU_DASH_KEYS_H
#define EMU_DASH_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <uchar.h>
#include "emu/dash/view.h"

/* A key as ncurses reads it: a character, or one of its KEY_ codes. */
struct key {
    bool function; /* `code` is a KEY_ code */
    char32_t code;
};

enum action {
    ACTION_NONE,
    ACTION_TYPE, /* the guest gets it */
    ACTION_TO_CONSOLE,
    ACTION_TO_TABLES,
    ACTION_UP,
    ACTION_DOWN,
    ACTION_PAGE_UP,
    ACTION_PAGE_DOWN,
    ACTION_HOME,
    ACTION_END,
    ACTION_CONSOLE_UP,
    ACTION_CONSOLE_DOWN,
    ACTION_NOTICES,
    ACTION_ZOOM,
    ACTION_PAUSE,
    ACTION_KILL,
    ACTION_CONFIRM, /* yes to the question */
    ACTION_CANCEL,  /* no to it, or close the help */
    ACTION_HELP,
    ACTION_REDRAW,
    ACTION_RESIZE,
    ACTION_SUSPEND,
    ACTION_QUIT
};

/* `small`: the terminal is too small to show anything; only quitting works then. */
enum action keys_action(const struct view *v, bool small, struct key k);

/* The bytes that a terminal would send for this key; returns how many, 0: none. */
#define KEY_BYTES_MAX 8
size_t keys_bytes(struct key k, char out[KEY_BYTES_MAX]);

#endif
