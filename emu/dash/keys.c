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

/* Wherever the keys go otherwise. */
static const struct binding anywhere[] = {
    {true, KEY_F(1), ACTION_HELP},
    {true, KEY_F(2), ACTION_PAUSE},
    {true, KEY_F(5), ACTION_ZOOM},
    {true, KEY_F(9), ACTION_KILL},
    {true, KEY_F(10), ACTION_QUIT},
    {true, KEY_RESIZE, ACTION_RESIZE},
    {true, KEY_SPREVIOUS, ACTION_CONSOLE_UP},
    {true, KEY_SNEXT, ACTION_CONSOLE_DOWN},
};

static const struct binding tables[] = {
    {false, '\t', ACTION_TO_CONSOLE},
    {true, KEY_UP, ACTION_UP},
    {true, KEY_DOWN, ACTION_DOWN},
    {false, 'k', ACTION_UP},
    {false, 'j', ACTION_DOWN},
    {true, KEY_PPAGE, ACTION_PAGE_UP},
    {true, KEY_NPAGE, ACTION_PAGE_DOWN},
    {true, KEY_HOME, ACTION_HOME},
    {false, 'g', ACTION_HOME},
    {true, KEY_END, ACTION_END},
    {false, 'G', ACTION_END},
    {false, '[', ACTION_CONSOLE_UP},
    {false, ']', ACTION_CONSOLE_DOWN},
    {false, 'n', ACTION_NOTICES},
    {false, 'z', ACTION_ZOOM},
    {false, 'p', ACTION_PAUSE},
    {false, '?', ACTION_HELP},
    {false, 'q', ACTION_QUIT},
    {false, CTRL('c'), ACTION_QUIT},
    {false, CTRL('z'), ACTION_SUSPEND},
    {false, CTRL('l'), ACTION_REDRAW},
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

enum action keys_action(const struct view *v, bool small, struct key k)
{
    if (small)
        return find(blind, COUNT(blind), k);
    enum action action = find(anywhere, COUNT(anywhere), k);
    if (action == ACTION_RESIZE)
        return action;
    if (v->dialog.open)
        return !k.function && (k.code == 'y' || k.code == 'Y') ? ACTION_CONFIRM : ACTION_CANCEL;
    if (v->help)
        return action == ACTION_QUIT ? action : ACTION_CANCEL;
    if (action != ACTION_NONE)
        return action;
    if (v->focus == FOCUS_TABLES)
        return find(tables, COUNT(tables), k);
    return !k.function && k.code == CTRL_BRACKET ? ACTION_TO_TABLES : ACTION_TYPE;
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
