/*
 * The line that is typed at the bottom of the screen: editing, and what was typed before.
 */
#ifndef EMU_DASH_PROMPT_H
#define EMU_DASH_PROMPT_H

#include "emu/dash/keys.h"
#include "emu/dash/view.h"

#define PROMPT_LINES 32 /* that each kind of prompt remembers */

/* The lines typed before, one list for each kind of prompt. Zeroed is empty. */
struct prompt_memory {
    struct {
        char line[PROMPT_LINES][VIEW_TEXT]; /* a ring */
        unsigned count;                     /* ever */
    } kind[PROMPTS];
    unsigned back;         /* so many lines back from the one being typed */
    char draft[VIEW_TEXT]; /* that one, meanwhile */
};

enum prompt_result {
    PROMPT_OPEN,   /* it goes on */
    PROMPT_DONE,   /* Enter: `typed` is the answer; the prompt is still open, as it may be wrong */
    PROMPT_CLOSED, /* Esc: nothing shall happen */
};

/* Opens the prompt with `text` in it, the cursor behind that. */
void prompt_open(struct view *v, struct prompt_memory *m, enum view_prompt kind, const char *text);

/* Closes it, and remembers what was typed unless that is NULL. */
void prompt_close(struct view *v, struct prompt_memory *m);

/* Takes a key. */
enum prompt_result prompt_key(struct view *v, struct prompt_memory *m, struct key k);

#endif
