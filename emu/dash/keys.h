/*
 * Keys: what each key means, depending on what is on the screen, and which bytes it is for a guest.
 *
 * The order of who gets a key: a terminal that is too small, a dialog, the help, a line being typed, a letter
 * that is awaited (after m or '), a focused console, the page. So nothing is destroyed by a key typed in
 * the wrong place.
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
    int row, column; /* of KEY_MOUSE: where */
    int wheel;       /* of KEY_MOUSE: -1 up, 1 down, 0: a click */
};

enum action {
    ACTION_NONE,
    ACTION_UNKNOWN, /* it does nothing here, and that is said */
    ACTION_TYPE,    /* the guest gets it */
    ACTION_EDIT,    /* the line being typed gets it */
    ACTION_LETTER,  /* it names a mark */

    /* Where one looks. */
    ACTION_PAGE, /* 1 to 8 */
    ACTION_NEXT_PAGE,
    ACTION_LAST_PAGE,
    ACTION_TO_CONSOLE,
    ACTION_TO_TABLES,
    ACTION_UP,
    ACTION_DOWN,
    ACTION_PAGE_UP,
    ACTION_PAGE_DOWN,
    ACTION_HOME,
    ACTION_END,
    ACTION_LEFT,
    ACTION_RIGHT,
    ACTION_MESSAGE_UP,
    ACTION_MESSAGE_DOWN,
    ACTION_OPEN,
    ACTION_PARTNER, /* from request to reply, and back */
    ACTION_CONSOLE_UP,
    ACTION_CONSOLE_DOWN,
    ACTION_MOUSE,
    ACTION_NOTICES,
    ACTION_HOST_TIME,
    ACTION_ZOOM,
    ACTION_FOLLOW,
    ACTION_FREEZE,
    ACTION_TAG,
    ACTION_UNTAG,
    ACTION_MARK,
    ACTION_JUMP,
    ACTION_SEARCH,
    ACTION_SEARCH_BACK,
    ACTION_AGAIN,
    ACTION_AGAIN_BACK,
    ACTION_FILTER,
    ACTION_COMMAND,
    ACTION_EXPORT,
    ACTION_HELP,
    ACTION_HELP_UP,
    ACTION_HELP_DOWN,
    ACTION_HELP_PAGE_UP,
    ACTION_HELP_PAGE_DOWN,
    ACTION_HELP_HOME,
    ACTION_HELP_END,
    ACTION_CANCEL,  /* closes what is open */
    ACTION_CONFIRM, /* yes to the question */
    ACTION_PICK,    /* a row of the menu */

    /* What the guest does. */
    ACTION_PAUSE,
    ACTION_STEP,
    ACTION_OVER,
    ACTION_FINISH,
    ACTION_GO_ON,
    ACTION_BREAK,
    ACTION_BREAKS,
    ACTION_FAULTS,
    ACTION_RESTART,
    ACTION_KILL,

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
