/*
 * Copying, filling and comparing memory, eight bytes at a time and eight words a turn: most of what
 * a file server executes is in here, and instructions are the machine's time.
 *
 * A copy first brings the destination to a multiple of 8. If the source then is one too, words are
 * copied; if not, each word stored is put together from two loaded, so that no access is ever
 * misaligned. Copies upwards load before they store and never load what they stored: memmove uses
 * them for every overlap in which the destination is below the source.
 */
#include <stdint.h>
#include <string.h>

#undef memcpy
#undef memset

typedef uint64_t __attribute__((may_alias)) word;
#define WORD      sizeof(word)
#define MISFIT(p) ((uintptr_t)(p) & (WORD - 1))
#define SMALL     16 /* bytes below which setting up words costs more than it saves */

/* Both pointers aligned, n a multiple of a word. */
static void copy_words(word *d, const word *s, size_t n)
{
    for (; n >= 8 * WORD; n -= 8 * WORD, d += 8, s += 8) {
        word a = s[0], b = s[1], c = s[2], e = s[3], f = s[4], g = s[5], h = s[6], i = s[7];
        d[0] = a, d[1] = b, d[2] = c, d[3] = e, d[4] = f, d[5] = g, d[6] = h, d[7] = i;
    }
    for (; n; n -= WORD)
        *d++ = *s++;
}

/* d aligned, s not: reads only words that hold bytes of the source. */
static void copy_shifted(word *d, const unsigned char *from, size_t n)
{
    unsigned right = MISFIT(from) * 8, left = 64 - right;
    const word *s = (const word *)(from - MISFIT(from));
    word low = *s++;
    for (; n >= 4 * WORD; n -= 4 * WORD, d += 4, s += 4) {
        word a = s[0], b = s[1], c = s[2], e = s[3];
        d[0] = low >> right | a << left;
        d[1] = a >> right | b << left;
        d[2] = b >> right | c << left;
        d[3] = c >> right | e << left;
        low = e;
    }
    for (; n; n -= WORD) {
        word high = *s++;
        *d++ = low >> right | high << left;
        low = high;
    }
}

static void *copy_up(void *to, const void *from, size_t n)
{
    unsigned char *d = to;
    const unsigned char *s = from;
    if (n >= SMALL) {
        for (; MISFIT(d); n--)
            *d++ = *s++;
        size_t bulk = n & ~(WORD - 1);
        if (MISFIT(s))
            copy_shifted((word *)d, s, bulk);
        else
            copy_words((word *)d, (const word *)s, bulk);
        d += bulk, s += bulk, n -= bulk;
    }
    for (; n; n--)
        *d++ = *s++;
    return to;
}

/* From the end to the start: for a destination that overlaps the source from above. */
static void *copy_down(void *to, const void *from, size_t n)
{
    unsigned char *d = (unsigned char *)to + n;
    const unsigned char *s = (const unsigned char *)from + n;
    if (n >= SMALL && MISFIT(d) == MISFIT(s)) {
        for (; MISFIT(d); n--)
            *--d = *--s;
        for (; n >= WORD; n -= WORD) {
            d -= WORD, s -= WORD;
            *(word *)d = *(const word *)s;
        }
    }
    for (; n; n--)
        *--d = *--s;
    return to;
}

void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
    return copy_up(to, from, n);
}

void *memmove(void *to, const void *from, size_t n)
{
    /* As unsigned numbers: also true when the destination is below the source. */
    if ((uintptr_t)to - (uintptr_t)from >= n)
        return copy_up(to, from, n);
    return copy_down(to, from, n);
}

void *memset(void *to, int byte, size_t n)
{
    unsigned char *d = to;
    if (n >= SMALL) {
        for (; MISFIT(d); n--)
            *d++ = (unsigned char)byte;
        word w = (unsigned char)byte * 0x0101010101010101ul;
        word *p = (word *)d;
        for (; n >= 8 * WORD; n -= 8 * WORD, p += 8)
            p[0] = w, p[1] = w, p[2] = w, p[3] = w, p[4] = w, p[5] = w, p[6] = w, p[7] = w;
        for (; n >= WORD; n -= WORD)
            *p++ = w;
        d = (unsigned char *)p;
    }
    for (; n; n--)
        *d++ = (unsigned char)byte;
    return to;
}

int memcmp(const void *a, const void *b, size_t n)
{
    const unsigned char *p = a, *q = b;
    if (!MISFIT(p) && !MISFIT(q))
        for (; n >= WORD && *(const word *)p == *(const word *)q; n -= WORD)
            p += WORD, q += WORD;
    for (; n; n--, p++, q++)
        if (*p != *q)
            return *p - *q;
    return 0;
}

void *memchr(const void *s, int byte, size_t n)
{
    for (const unsigned char *p = s; n; n--, p++)
        if (*p == (unsigned char)byte)
            return (void *)p;
    return NULL;
}
