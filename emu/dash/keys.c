/* The keys, as tables. */
#include <curses.h>
#include <string.h>
#include "emu/dash/keys.h"

#define CTRL(letter) ((letter)&0x1f)
#define CTRL_BRACKET 0x1d /* Ctrl-] */
#define ESCAPE       0x1b

struct binding {
    bool function;
    char32_t code;
    enum action action;
};

/* Function keys, wherever the other keys go. */
static const struct binding anywhere[] = {
    {true, KEY_F(1), ACTION_HELP},          {true, KEY_F(2), ACTION_PAUSE},
    {true, KEY_F(3), ACTION_SEARCH},        {true, KEY_F(4), ACTION_FILTER},
    {true, KEY_F(5), ACTION_ZOOM},          {true, KEY_F(7), ACTION_FAULTS},
    {true, KEY_F(8), ACTION_RESTART},       {true, KEY_F(9), ACTION_KILL},
    {true, KEY_F(10), ACTION_QUIT},         {true, KEY_RESIZE, ACTION_RESIZE},
    {true, KEY_MOUSE, ACTION_MOUSE},        {true, KEY_SPREVIOUS, ACTION_CONSOLE_UP},
    {true, KEY_SNEXT, ACTION_CONSOLE_DOWN},
};

static const struct binding tables[] = {
    {false, '\t', ACTION_NEXT_PAGE},
    {true, KEY_BTAB, ACTION_LAST_PAGE},
    {false, 'i', ACTION_TO_CONSOLE},
    {true, KEY_UP, ACTION_UP},
    {true, KEY_DOWN, ACTION_DOWN},
    {false, 'k', ACTION_UP},
    {false, 'j', ACTION_DOWN},
    {true, KEY_PPAGE, ACTION_PAGE_UP},
    {true, KEY_NPAGE, ACTION_PAGE_DOWN},
    {false, CTRL('b'), ACTION_PAGE_UP},
    {false, CTRL('f'), ACTION_PAGE_DOWN},
    {true, KEY_HOME, ACTION_HOME},
    {false, 'g', ACTION_HOME},
    {true, KEY_END, ACTION_END},
    {false, 'G', ACTION_END},
    {true, KEY_LEFT, ACTION_LEFT},
    {true, KEY_RIGHT, ACTION_RIGHT},
    {false, 'K', ACTION_MESSAGE_UP},
    {false, 'J', ACTION_MESSAGE_DOWN},
    {false, '\r', ACTION_OPEN},
    {false, '\n', ACTION_OPEN},
    {true, KEY_ENTER, ACTION_OPEN},
    {false, 'r', ACTION_PARTNER},
    {false, '[', ACTION_CONSOLE_UP},
    {false, ']', ACTION_CONSOLE_DOWN},
    {false, 'a', ACTION_NOTICES},
    {false, 't', ACTION_HOST_TIME},
    {false, 'z', ACTION_ZOOM},
    {false, 'F', ACTION_FOLLOW},
    {false, 'Z', ACTION_FREEZE},
    {false, ' ', ACTION_TAG},
    {false, 'U', ACTION_UNTAG},
    {false, 'm', ACTION_MARK},
    {false, '\'', ACTION_JUMP},
    {false, '/', ACTION_SEARCH},
    {false, '?', ACTION_SEARCH_BACK},
    {false, 'n', ACTION_AGAIN},
    {false, 'N', ACTION_AGAIN_BACK},
    {false, '\\', ACTION_FILTER},
    {false, ':', ACTION_COMMAND},
    {false, 'x', ACTION_EXPORT},
    {false, 'h', ACTION_HELP},
    {false, ESCAPE, ACTION_CANCEL},
    {false, 'p', ACTION_PAUSE},
    {false, 's', ACTION_STEP},
    {false, 'o', ACTION_OVER},
    {false, 'f', ACTION_FINISH},
    {false, 'c', ACTION_GO_ON},
    {false, 'b', ACTION_BREAK},
    {false, 'B', ACTION_BREAKS},
    {false, 'q', ACTION_QUIT},
    {false, CTRL('c'), ACTION_QUIT},
    {false, CTRL('z'), ACTION_SUSPEND},
    {false, CTRL('l'), ACTION_REDRAW},
};

/* What scrolls the help; the keys of the views close it and go there, any other key closes it. */
static const struct binding help[] = {
    {true, KEY_UP, ACTION_HELP_UP},
    {true, KEY_DOWN, ACTION_HELP_DOWN},
    {false, 'k', ACTION_HELP_UP},
    {false, 'j', ACTION_HELP_DOWN},
    {true, KEY_PPAGE, ACTION_HELP_PAGE_UP},
    {true, KEY_NPAGE, ACTION_HELP_PAGE_DOWN},
    {false, CTRL('b'), ACTION_HELP_PAGE_UP},
    {false, CTRL('f'), ACTION_HELP_PAGE_DOWN},
    {false, ' ', ACTION_HELP_PAGE_DOWN},
    {true, KEY_HOME, ACTION_HELP_HOME},
    {true, KEY_END, ACTION_HELP_END},
    {false, 'g', ACTION_HELP_HOME},
    {false, 'G', ACTION_HELP_END},
    {false, CTRL('z'), ACTION_SUSPEND},
    {true, KEY_F(10), ACTION_QUIT},
    {true, KEY_RESIZE, ACTION_RESIZE},
};

/* Keys that a line being typed does not get. */
static const struct binding typed[] = {
    {true, KEY_F(1), ACTION_HELP},
    {false, CTRL('z'), ACTION_SUSPEND},
};

/* Keys that ask for the end, and asked twice mean it. */
static const struct binding quit[] = {
    {false, 'q', ACTION_QUIT},
    {false, CTRL('c'), ACTION_QUIT},
    {true, KEY_F(10), ACTION_QUIT},
};

/* Too small a terminal: nobody shall type blindly. */
static const struct binding blind[] = {
    {false, 'q', ACTION_QUIT},          {false, CTRL('c'), ACTION_QUIT},
    {true, KEY_F(10), ACTION_QUIT},     {true, KEY_RESIZE, ACTION_RESIZE},
    {false, CTRL('z'), ACTION_SUSPEND},
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static enum action find(const struct binding *binding, size_t count, struct key k)
{
    for (size_t i = 0; i < count; i++)
        if (binding[i].function == k.function && binding[i].code == k.code)
            return binding[i].action;
    return ACTION_NONE;
}

/* Only the letter that the dialog names does something; every other key closes it. */
static enum action in_dialog(const struct view_dialog *d, struct key k)
{
    if (d->ends && find(quit, COUNT(quit), k) != ACTION_NONE)
        return ACTION_CONFIRM;
    if (k.function)
        return k.code == KEY_MOUSE ? ACTION_NONE : ACTION_CANCEL;
    if (d->confirm && k.code == (char32_t)d->confirm)
        return ACTION_CONFIRM;
    for (unsigned i = 0; d->menu && i < d->rows; i++)
        if (d->key[i] && k.code == (char32_t)d->key[i])
            return ACTION_PICK;
    return ACTION_CANCEL;
}

static enum action in_help(const struct view *v, struct key k)
{
    enum action action = find(help, COUNT(help), k);
    if (v->prompt == PROMPT_NONE && v->focus == FOCUS_TABLES && action == ACTION_NONE) {
        if (!k.function && k.code >= '1' && k.code < '1' + PAGES)
            return ACTION_PAGE;
        action = k.code == '\t' ? ACTION_NEXT_PAGE : ACTION_NONE;
    }
    return action != ACTION_NONE ? action : ACTION_CANCEL;
}

static enum action in_page(const struct view *v, struct key k)
{
    enum action action = find(anywhere, COUNT(anywhere), k);
    if (action != ACTION_NONE)
        return action;
    if (v->focus == FOCUS_CONSOLE)
        return !k.function && k.code == CTRL_BRACKET ? ACTION_TO_TABLES : ACTION_TYPE;
    if (!k.function && k.code >= '1' && k.code < '1' + PAGES)
        return ACTION_PAGE;
    action = find(tables, COUNT(tables), k);
    return action != ACTION_NONE ? action : ACTION_UNKNOWN;
}

enum action keys_action(const struct view *v, bool small, struct key k)
{
    if (small)
        return find(blind, COUNT(blind), k);
    if (k.function && k.code == KEY_RESIZE)
        return ACTION_RESIZE;
    if (v->dialog.open)
        return in_dialog(&v->dialog, k);
    if (v->help)
        return in_help(v, k);
    if (v->prompt != PROMPT_NONE)
        return find(typed, COUNT(typed), k) != ACTION_NONE ? find(typed, COUNT(typed), k)
                                                           : ACTION_EDIT;
    if (v->awaits)
        return ACTION_LETTER;
    return in_page(v, k);
}

size_t keys_bytes(struct key k, char out[KEY_BYTES_MAX])
{
    static const struct {
        char32_t code;
        const char *bytes;
    } sequence[] = {{KEY_UP, "\033[A"},     {KEY_DOWN, "\033[B"}, {KEY_RIGHT, "\033[C"},
                    {KEY_LEFT, "\033[D"},   {KEY_HOME, "\033[H"}, {KEY_END, "\033[F"},
                    {KEY_IC, "\033[2~"},    {KEY_DC, "\033[3~"},  {KEY_PPAGE, "\033[5~"},
                    {KEY_NPAGE, "\033[6~"}, {KEY_BTAB, "\033[Z"}, {KEY_BACKSPACE, "\177"},
                    {KEY_ENTER, "\r"}};
    char32_t c = k.code;
    size_t n = 0;
    if (k.function) {
        for (size_t i = 0; i < COUNT(sequence); i++)
            if (sequence[i].code == c) {
                n = strlen(sequence[i].bytes);
                memcpy(out, sequence[i].bytes, n);
            }
        return n;
    }
    if (c < 0x80) {
        out[n++] = (char)c;
    } else if (c < 0x800) {
        out[n++] = (char)(0xc0 | c >> 6);
        out[n++] = (char)(0x80 | (c & 0x3f));
    } else {
        if (c >= 0x10000) {
            out[n++] = (char)(0xf0 | c >> 18);
            out[n++] = (char)(0x80 | (c >> 12 & 0x3f));
        } else {
            out[n++] = (char)(0xe0 | c >> 12);
        }
        out[n++] = (char)(0x80 | (c >> 6 & 0x3f));
        out[n++] = (char)(0x80 | (c & 0x3f));
    }
    return n;
}
