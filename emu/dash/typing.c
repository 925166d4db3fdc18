/*
 * What is typed: to the guest, into a line at the bottom, or the letter of a mark. A line with a mistake stays open, and shows it.
 */
#include <string.h>
#include "emu/dash/dash.h"

void typing_guest(struct dash *d, struct key k)
{
    char bytes[KEY_BYTES_MAX];
    size_t count = keys_bytes(k, bytes);
    d->view.console_back = 0;
    if (count)
        guest_type(&d->guest, bytes, count);
    if (d->view.paused)
        dash_say(d, "The guest is stopped; F2 goes on.");
}

static bool answer(struct dash *d, enum view_prompt kind, const char *line)
{
    switch (kind) {
    case PROMPT_SEARCH:
        return search_start(d, line, 1);
    case PROMPT_SEARCH_BACK:
        return search_start(d, line, -1);
    case PROMPT_FILTER:
        return search_filter(d, line);
    case PROMPT_BREAK:
        return !line[0] || control_break(d, line, 1);
    default:
        return command_run(d, line);
    }
}

void typing_line(struct dash *d, struct key k)
{
    struct view *v = &d->view;
    char line[VIEW_TEXT];
    enum prompt_result result = prompt_key(v, &d->memory, k);
    if (result == PROMPT_CLOSED)
        prompt_close(v, &d->memory);
    if (result != PROMPT_DONE)
        return;
    /* Closed first, for the answer may open another one. It is opened again if there is a mistake. */
    enum view_prompt kind = v->prompt;
    strcpy(line, v->typed);
    prompt_close(v, &d->memory);
    if (answer(d, kind, line))
        return;
    int mistake = v->mistake;
    prompt_open(v, &d->memory, kind, line);
    v->mistake = mistake;
}

void typing_letter(struct dash *d, struct key k)
{
    char awaits = d->view.awaits;
    d->view.awaits = '\0';
    if (k.function || k.code < 'a' || k.code > 'z')
        dash_say(d, "A mark is a letter from a to z.");
    else if (awaits == 'm')
        search_mark(d, (char)k.code);
    else
        search_jump(d, (char)k.code);
}

void typing_await(struct dash *d, char what)
{
    d->view.awaits = what;
    dash_say(d, what == 'm' ? "Mark this message with which letter, a to z?"
                            : "Back to which mark, a to z?");
}

void typing_open(struct dash *d, enum view_prompt kind, const char *text)
{
    d->view.focus = FOCUS_TABLES;
    prompt_open(&d->view, &d->memory, kind, text);
}
