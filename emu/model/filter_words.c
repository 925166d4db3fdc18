/* Tokens, numbers and near misses. */
#include <ctype.h>
#include <string.h>
#include "emu/model/filter_words.h"

/* ---- tokens ----------------------------------------------------------------------------------- */

static bool begins_word(char c)
{
    return isalpha((unsigned char)c) || c == '_' || c == '.';
}

static bool in_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '-' || c == '#';
}

static struct token quoted(struct token t)
{
    const char *end = strchr(t.text + 1, *t.text);
    t.kind = end ? TOKEN_STRING : TOKEN_WRONG;
    t.wrong = "the quote is not closed";
    t.length = end ? (int)(end - t.text) - 1 : 0;
    t.text++;
    return t;
}

static struct token sign(struct token t)
{
    static const struct {
        const char *text;
        enum token_kind kind;
        enum filter_op op;
        const char *wrong;
    } signs[] = {
        {"&&", TOKEN_AND, 0, NULL},
        {"||", TOKEN_OR, 0, NULL},
        {"==", TOKEN_COMPARE, FILTER_EQ, NULL},
        {"!=", TOKEN_COMPARE, FILTER_NE, NULL},
        {"<=", TOKEN_COMPARE, FILTER_LE, NULL},
        {">=", TOKEN_COMPARE, FILTER_GE, NULL},
        {"<", TOKEN_COMPARE, FILTER_LT, NULL},
        {">", TOKEN_COMPARE, FILTER_GT, NULL},
        {"~", TOKEN_COMPARE, FILTER_CONTAINS, NULL},
        {"!", TOKEN_NOT, 0, NULL},
        {"(", TOKEN_OPEN, 0, NULL},
        {")", TOKEN_CLOSE, 0, NULL},
        {"=", TOKEN_WRONG, 0, "equal is written =="},
        {"&", TOKEN_WRONG, 0, "and is written &&"},
        {"|", TOKEN_WRONG, 0, "or is written ||"},
    };
    t.kind = TOKEN_WRONG;
    t.wrong = "this character means nothing here";
    t.length = 1;
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        size_t n = strlen(signs[i].text);
        if (strncmp(t.text, signs[i].text, n) == 0) {
            t.kind = signs[i].kind;
            t.op = signs[i].op;
            t.wrong = signs[i].wrong;
            t.length = (int)n;
            break;
        }
    }
    return t;
}

struct token token_next(const char *text, const char **at)
{
    while (isspace((unsigned char)**at))
        (*at)++;
    struct token t = {.column = (int)(*at - text) + 1, .text = *at};
    char c = *t.text;
    if (c == '\0')
        return t;
    if (c == '"' || c == '\'') {
        t = quoted(t);
        *at += t.length + 2;
        return t;
    }
    bool number = isdigit((unsigned char)c) || (c == '-' && isdigit((unsigned char)t.text[1]));
    if (number || begins_word(c)) {
        t.kind = number ? TOKEN_NUMBER : TOKEN_WORD;
        t.length = 1;
        while (in_word(t.text[t.length]))
            t.length++;
    } else {
        t = sign(t);
    }
    *at += t.length;
    return t;
}

/* ---- numbers ---------------------------------------------------------------------------------- */

static int digit_of(char c)
{
    return isdigit((unsigned char)c)    ? c - '0'
           : isxdigit((unsigned char)c) ? (c | 32) - 'a' + 10
                                        : 99;
}

/* Digits from `at` on; returns how many. `*value` stays below 2^100. */
static int digits(const char *at, const char *end, int base, filter_number *value)
{
    const filter_number limit = (filter_number)1 << 96;
    int n = 0;
    for (; at + n < end && digit_of(at[n]) < base; n++)
        *value = *value < limit ? *value * base + digit_of(at[n]) : limit;
    return n;
}

/* What a unit multiplies with, and, of times, divides by: a number of instructions of 10 ns. */
static bool unit(const char *at, const char *end, bool is_time, filter_number *mul, int *div)
{
    static const struct {
        const char *name;
        bool is_time;
        uint64_t mul;
        int div;
    } units[] = {{"", false, 1, 1},        {"k", false, 1000, 1},       {"K", false, 1000, 1},
                 {"M", false, 1000000, 1}, {"G", false, 1000000000, 1}, {"ns", true, 1, 10},
                 {"us", true, 100, 1},     {"ms", true, 100000, 1},     {"s", true, 100000000, 1}};
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        size_t n = strlen(units[i].name);
        if ((size_t)(end - at) == n && strncmp(at, units[i].name, n) == 0) {
            *mul = units[i].mul;
            *div = units[i].div;
            return is_time || !units[i].is_time;
        }
    }
    return false;
}

bool token_number(const struct token *t, bool is_time, filter_number *out, const char **why)
{
    const char *at = t->text, *end = at + t->length;
    bool negative = *at == '-';
    filter_number value = 0, mul, scale = 1;
    int div, base = 10;
    at += negative;
    if (end - at > 2 && at[0] == '0' && at[1] == 'x') {
        base = 16;
        at += 2;
    } else if (end - at > 1 && at[0] == '0' && isdigit((unsigned char)at[1])) {
        base = 8;
    }
    *why = is_time ? "a number, perhaps with k, M, G, ns, us, ms or s, belongs here"
                   : "a number, perhaps with k, M or G, belongs here";
    int whole = digits(at, end, base, &value);
    at += whole;
    if (base == 10 && at + 1 < end && *at == '.' && isdigit((unsigned char)at[1])) {
        int n = digits(at + 1, end, 10, &value);
        for (int i = 0; i < n && i < 30; i++)
            scale *= 10;
        at += 1 + n;
    }
    if (!whole || !unit(at, end, is_time, &mul, &div))
        return false;
    *why = "the number is too big";
    if (value >= (filter_number)1 << 96 || value * mul / div / scale > UINT64_MAX)
        return false;
    *out = value * mul / div / scale;
    if (negative)
        *out = -*out;
    return true;
}

bool token_endpoint(const struct token *t, struct filter_literal *out)
{
    const char *end = t->text + t->length;
    filter_number slot = 0, generation = 0;
    int n = digits(t->text, end, 10, &slot);
    int m = n && t->text[n] == '.' ? digits(t->text + n + 1, end, 10, &generation) : 0;
    if (!n || n + (m ? m + 1 : 0) != t->length || slot > EP_SLOT_MASK ||
        generation >= EP_GENERATIONS)
        return false;
    out->is_slot = m == 0;
    out->number = slot;
    out->endpoint = EP_MAKE((uint32_t)generation, (uint32_t)slot);
    return true;
}

/* ---- near misses ------------------------------------------------------------------------------ */

#define WORD_MAX 32

static int least(int a, int b, int c)
{
    int two = a < b ? a : b;
    return two < c ? two : c;
}

/* How many letters must be changed, added, left out, or swapped with the next; capital or small is the same. */
static int distance(const char *a, size_t m, const char *b, size_t n)
{
    int d[WORD_MAX + 1][WORD_MAX + 1];
    for (size_t i = 0; i <= m; i++)
        d[i][0] = (int)i;
    for (size_t j = 0; j <= n; j++)
        d[0][j] = (int)j;
    for (size_t i = 1; i <= m; i++) {
        for (size_t j = 1; j <= n; j++) {
            int other = tolower((unsigned char)a[i - 1]) != tolower((unsigned char)b[j - 1]);
            d[i][j] = least(d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + other);
            bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped && d[i - 2][j - 2] + 1 < d[i][j])
                d[i][j] = d[i - 2][j - 2] + 1;
        }
    }
    return d[m][n];
}

const char *word_like(const char *word, const char *(*listed)(size_t index))
{
    const char *best = NULL, *name;
    size_t length = strlen(word);
    int limit = length < 3 ? 0 : length < 6 ? 1 : 2;
    for (size_t i = 0; length <= WORD_MAX && (name = listed(i)); i++) {
        int d = strlen(name) <= WORD_MAX ? distance(word, length, name, strlen(name)) : WORD_MAX;
        if (d <= limit) {
            best = name;
            limit = d - 1;
        }
    }
    return best;
}
