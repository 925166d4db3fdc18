/*
 * What gcc calls for the bit-counting builtins: the base instruction set has no instructions for
 * them. The compiler's own library is not linked: it may hold compressed or floating-point code.
 */
#include <stdint.h>

int __ctzdi2(uint64_t x);
int __clzdi2(uint64_t x);
int __popcountdi2(uint64_t x);
int __ctzsi2(uint32_t x);
int __clzsi2(uint32_t x);
int __popcountsi2(uint32_t x);

/* Halves the range in which the lowest set bit must be; x is not zero. */
int __ctzdi2(uint64_t x)
{
    int n = 0;
    for (int half = 32; half; half /= 2)
        if ((x & ((1ull << half) - 1)) == 0) {
            x >>= half;
            n += half;
        }
    return n;
}

int __clzdi2(uint64_t x)
{
    int n = 0;
    for (int half = 32; half; half /= 2)
        if (x >> (64 - half) == 0) {
            x <<= half;
            n += half;
        }
    return n;
}

int __popcountdi2(uint64_t x)
{
    x -= x >> 1 & 0x5555555555555555ull;
    x = (x & 0x3333333333333333ull) + (x >> 2 & 0x3333333333333333ull);
    x = (x + (x >> 4)) & 0x0f0f0f0f0f0f0f0full;
    return (int)(x * 0x0101010101010101ull >> 56);
}

int __ctzsi2(uint32_t x)
{
    return __ctzdi2(x);
}

int __clzsi2(uint32_t x)
{
    return __clzdi2(x) - 32;
}

int __popcountsi2(uint32_t x)
{
    return __popcountdi2(x);
}
