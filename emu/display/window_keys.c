/* A table from SDL's keycodes to ncurses' ones. */
#define NCURSES_NOMACROS
#define SDL_MAIN_HANDLED
#include <SDL.h>
#include <curses.h>
#include "emu/display/window_keys.h"

static const struct {
    SDL_Keycode sym;
    bool function;
    char32_t code;
} table[] = {
    {SDLK_UP, true, KEY_UP},        {SDLK_DOWN, true, KEY_DOWN},
    {SDLK_LEFT, true, KEY_LEFT},    {SDLK_RIGHT, true, KEY_RIGHT},
    {SDLK_PAGEUP, true, KEY_PPAGE}, {SDLK_PAGEDOWN, true, KEY_NPAGE},
    {SDLK_HOME, true, KEY_HOME},    {SDLK_END, true, KEY_END},
    {SDLK_DELETE, true, KEY_DC},    {SDLK_BACKSPACE, true, KEY_BACKSPACE},
    {SDLK_ESCAPE, false, 0x1b},     {SDLK_RETURN, false, '\r'},
    {SDLK_KP_ENTER, false, '\r'},   {SDLK_TAB, false, '\t'},
    {SDLK_F1, true, KEY_F(1)},      {SDLK_F2, true, KEY_F(2)},
    {SDLK_F3, true, KEY_F(3)},      {SDLK_F4, true, KEY_F(4)},
    {SDLK_F5, true, KEY_F(5)},      {SDLK_F6, true, KEY_F(6)},
    {SDLK_F7, true, KEY_F(7)},      {SDLK_F8, true, KEY_F(8)},
    {SDLK_F9, true, KEY_F(9)},      {SDLK_F10, true, KEY_F(10)},
    {SDLK_F12, true, KEY_F(12)},
};

bool window_keys_function(int32_t sym, uint16_t modifiers, struct key *key)
{
    if ((modifiers & KMOD_CTRL) && sym >= 'a' && sym <= 'z') {
        *key = (struct key){.code = (char32_t)sym & 0x1f};
        return true;
    }
    if (sym == SDLK_TAB && (modifiers & KMOD_SHIFT)) {
        *key = (struct key){.function = true, .code = KEY_BTAB};
        return true;
    }
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].sym == sym) {
            *key = (struct key){.function = table[i].function, .code = table[i].code};
            return true;
        }
    return false;
}

bool window_keys_text(const char *utf8, struct key *key)
{
    if (*utf8 < ' ' || *utf8 > '~') /* the dashboard's keys are all ASCII */
        return false;
    *key = (struct key){.code = (char32_t)*utf8};
    return true;
}
