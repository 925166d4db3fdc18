/* SHA-256 (FIPS 180-4, section 6.2). */
#ifndef GRADER_SHA256_H
#define GRADER_SHA256_H

#include <stddef.h>
#include <stdint.h>

#define SHA256_BYTES 32
#define SHA256_HEX   65 /* 64 digits, and the zero */

struct sha256 {
    uint32_t h[8];
    uint64_t bytes;
    unsigned char block[64];
};

void sha256_begin(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *bytes, size_t size);
void sha256_digest(struct sha256 *s, unsigned char digest[SHA256_BYTES]);
void sha256_end(struct sha256 *s, char hex[SHA256_HEX]); /* the same in hexadecimal */

#endif
