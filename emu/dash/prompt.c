/* The keys of a line that is typed: those of readline and of every terminal, as far as one line needs. */
#include <curses.h>
#include <string.h>
#include "emu/dash/prompt.h"

#define CTRL(letter) ((letter)&0x1f)
#define ESCAPE       0x1b
#define DELETE       0x7f

void prompt_open(struct view *v, struct prompt_memory *m, enum view_prompt kind, const char *text)
{
    v->prompt = kind;
    v->mistake = 0;
    strncpy(v->typed, text, sizeof v->typed - 1);
    v->typed[sizeof v->typed - 1] = '\0';
    v->cursor = (int)strlen(v->typed);
    m->back = 0;
}

static char *remembered(struct prompt_memory *m, enum view_prompt kind, unsigned back)
{
    return m->kind[kind].line[(m->kind[kind].count - back) % PROMPT_LINES];
}

void prompt_close(struct view *v, struct prompt_memory *m)
{
    enum view_prompt kind = v->prompt;
    v->prompt = PROMPT_NONE;
    v->mistake = 0;
    if (!v->typed[0] || (m->kind[kind].count && strcmp(remembered(m, kind, 1), v->typed) == 0))
        return;
    strcpy(remembered(m, kind, 0), v->typed);
    m->kind[kind].count++;
}

/* ---- moving and changing, in whole UTF-8 characters ------------------------------------------- */

static bool inside_character(char byte)
{
    return (byte & 0xc0) == 0x80;
}

static int before(const struct view *v, int at)
{
    while (at > 0 && inside_character(v->typed[--at]))
        ;
    return at;
}

static int behind(const struct view *v, int at)
{
    if (!v->typed[at])
        return at;
    while (inside_character(v->typed[++at]))
        ;
    return at;
}

static int word_before(const struct view *v, int at)
{
    while (at > 0 && v->typed[at - 1] == ' ')
        at--;
    while (at > 0 && v->typed[at - 1] != ' ')
        at--;
    return at;
}

static void cut(struct view *v, int from, int to)
{
    memmove(&v->typed[from], &v->typed[to], strlen(&v->typed[to]) + 1);
    v->cursor = from;
    v->mistake = 0;
}

static void put_in(struct view *v, struct key k)
{
    char bytes[KEY_BYTES_MAX];
    size_t n = keys_bytes(k, bytes), length = strlen(v->typed);
    if (length + n >= sizeof v->typed)
        return;
    memmove(&v->typed[(size_t)v->cursor + n], &v->typed[v->cursor], length - (size_t)v->cursor + 1);
    memcpy(&v->typed[v->cursor], bytes, n);
    v->cursor += (int)n;
    v->mistake = 0;
}

/* `step` lines further back, or nearer to the one that was being typed. */
static void recall(struct view *v, struct prompt_memory *m, int step)
{
    unsigned count = m->kind[v->prompt].count;
    unsigned kept = count < PROMPT_LINES ? count : PROMPT_LINES;
    if ((step > 0 && m->back >= kept) || (step < 0 && m->back == 0))
        return;
    if (m->back == 0)
        strcpy(m->draft, v->typed);
    m->back += (unsigned)step;
    strcpy(v->typed, m->back ? remembered(m, v->prompt, m->back) : m->draft);
    v->cursor = (int)strlen(v->typed);
    v->mistake = 0;
}

/* ---- keys ------------------------------------------------------------------------------------ */

/* Both names of what a key does: the terminal's, and readline's control character. */
static const struct {
    char32_t code;
    char letter;
} synonyms[] = {{KEY_LEFT, CTRL('b')},      {KEY_RIGHT, CTRL('f')}, {KEY_HOME, CTRL('a')},
                {KEY_END, CTRL('e')},       {KEY_UP, CTRL('p')},    {KEY_DOWN, CTRL('n')},
                {KEY_BACKSPACE, CTRL('h')}, {KEY_DC, CTRL('d')},    {KEY_ENTER, '\r'}};

/* The control character of a key, 0: it has none. */
static char32_t control_of(struct key k)
{
    if (!k.function)
        return k.code < ' ' ? k.code : k.code == DELETE ? CTRL('h') : 0;
    for (size_t i = 0; i < sizeof synonyms / sizeof synonyms[0]; i++)
        if (synonyms[i].code == k.code)
            return (char32_t)synonyms[i].letter;
    return 0;
}

static void edit(struct view *v, struct prompt_memory *m, char32_t control)
{
    switch (control) {
    case CTRL('b'):
        v->cursor = before(v, v->cursor);
        break;
    case CTRL('f'):
        v->cursor = behind(v, v->cursor);
        break;
    case CTRL('a'):
        v->cursor = 0;
        break;
    case CTRL('e'):
        v->cursor = (int)strlen(v->typed);
        break;
    case CTRL('h'):
        cut(v, before(v, v->cursor), v->cursor);
        break;
    case CTRL('d'):
        cut(v, v->cursor, behind(v, v->cursor));
        break;
    case CTRL('k'):
        cut(v, v->cursor, (int)strlen(v->typed));
        break;
    case CTRL('u'):
        cut(v, 0, v->cursor);
        break;
    case CTRL('w'):
        cut(v, word_before(v, v->cursor), v->cursor);
        break;
    case CTRL('p'):
        recall(v, m, 1);
        break;
    case CTRL('n'):
        recall(v, m, -1);
        break;
    default: /* no control character belongs into a line */
        break;
    }
}

enum prompt_result prompt_key(struct view *v, struct prompt_memory *m, struct key k)
{
    char32_t control = control_of(k);
    if (control == '\r' || control == '\n')
        return PROMPT_DONE;
    if (control == ESCAPE || control == CTRL('c') || control == CTRL('g') ||
        (control == CTRL('h') && !v->typed[0])) {
        v->typed[0] = '\0';
        v->cursor = 0;
        return PROMPT_CLOSED;
    }
    if (control)
        edit(v, m, control);
    else if (!k.function)
        put_in(v, k);
    return PROMPT_OPEN;
}
