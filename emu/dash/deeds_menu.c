/*
 * The menu of faults. What needs more than a target is completed on the command line, which then asks as all deeds do.
 */
#include <stdio.h>
#include "emu/dash/dash.h"

static const struct {
    char key;
    enum deed deed;
    const char *row;  /* %s: the chosen process */
    const char *line; /* for a deed that needs more: the command to be completed */
} menu[] = {
    {'k', DEED_KILL, "kill %s", NULL},
    {'h', DEED_HANG, "hang %s", NULL},
    {'r', DEED_RESTART, "restart %s", NULL},
    {'d', DEED_DROP, "drop the next message like the selected one", "drop "},
    {'l', DEED_DELAY, "delay it, by so many ms", "delay 10ms "},
    {'u', DEED_DUPLICATE, "send it twice", "duplicate "},
    {'c', DEED_CORRUPT, "flip a bit of it", "corrupt 0 "},
    {'f', DEED_FLIP_REGISTER, "flip a bit in a register of %s", "flip a0 0"},
    {'m', DEED_FLIP_MEMORY, "flip a bit in the memory of %s", "flip 0x"},
};
#define MENU_ROWS (sizeof menu / sizeof menu[0])

void deeds_menu(struct dash *d)
{
    struct view_dialog *q = &d->view.dialog;
    const char *name = world_name(&d->model->world, d->view.chosen);
    if (!deeds_allowed(d))
        return;
    *q = (struct view_dialog){.open = true, .title = "Faults", .menu = true};
    d->control.listing = false;
    for (size_t i = 0; i < MENU_ROWS; i++) {
        q->key[q->rows] = menu[i].key;
        snprintf(q->row[q->rows], sizeof q->row[0], menu[i].row, name ? name : "nobody");
        q->rows++;
    }
}

/* A command line to be completed: nothing is done by Enter but to ask. */
static void complete(struct dash *d, size_t i)
{
    char line[VIEW_TEXT], example[VIEW_TEXT / 2] = "";
    bool flip = menu[i].deed == DEED_FLIP_REGISTER || menu[i].deed == DEED_FLIP_MEMORY;
    if (!flip)
        control_example(d, example, sizeof example);
    snprintf(line, sizeof line, "%s%s", menu[i].line, example);
    typing_open(d, PROMPT_COMMAND, line);
}

void deeds_pick(struct dash *d, char key)
{
    d->view.dialog.open = false;
    if (d->control.listing) {
        control_pick(d, key);
        return;
    }
    for (size_t i = 0; i < MENU_ROWS; i++)
        if (menu[i].key == key) {
            if (menu[i].line)
                complete(d, i);
            else
                deeds_ask(d, menu[i].deed, "", 1);
            return;
        }
}
