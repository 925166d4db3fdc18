/* What the compiler expects to find, and the kernel uses: copies and fills, eight bytes at a time
 * where both sides allow. */
#include "kernel.h"

static inline void copy_64(char *to, const char *from)
{
    const uint64_t *s = (const uint64_t *)from;
    uint64_t *d = (uint64_t *)to;
    uint64_t a = s[0], b = s[1], c = s[2], e = s[3];
    d[0] = a, d[1] = b, d[2] = c, d[3] = e;
    a = s[4], b = s[5], c = s[6], e = s[7];
    d[4] = a, d[5] = b, d[6] = c, d[7] = e;
}

static inline void fill_64(char *to, uint64_t word)
{
    uint64_t *d = (uint64_t *)to;
    d[0] = word, d[1] = word, d[2] = word, d[3] = word;
    d[4] = word, d[5] = word, d[6] = word, d[7] = word;
}

void *memcpy(void *to, const void *from, size_t n)
{
    char *t = to;
    const char *f = from;
    if ((((uint64_t)t | (uint64_t)f) & 7) == 0) {
        for (; n >= 128; n -= 128, t += 128, f += 128) {
            copy_64(t, f);
            copy_64(t + 64, f + 64);
        }
        for (; n >= 8; n -= 8, t += 8, f += 8)
            *(uint64_t *)t = *(const uint64_t *)f;
    }
    while (n--)
        *t++ = *f++;
    return to;
}

void *memset(void *to, int c, size_t n)
{
    char *t = to;
    uint64_t word = (uint8_t)c * 0x0101010101010101ull;
    if (((uint64_t)t & 7) == 0) {
        for (; n >= 256; n -= 256, t += 256) {
            fill_64(t, word);
            fill_64(t + 64, word);
            fill_64(t + 128, word);
            fill_64(t + 192, word);
        }
        for (; n >= 64; n -= 64, t += 64)
            fill_64(t, word);
        for (; n >= 8; n -= 8, t += 8)
            *(uint64_t *)t = word;
    }
    while (n--)
        *t++ = (char)c;
    return to;
}
