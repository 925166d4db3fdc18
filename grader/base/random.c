/* A stream of words, four to a digest; key and counter fit into one block of the hash. */
#include "grader/base/random.h"

#include <string.h>

static void add_number(struct sha256 *s, uint64_t n)
{
    uint8_t bytes[8];
    for (unsigned i = 0; i < 8; i++)
        bytes[i] = (uint8_t)(n >> 8 * i);
    sha256_add(s, bytes, sizeof bytes);
}

void random_open(struct random *r, uint64_t seed, const char *purpose, uint64_t number)
{
    struct sha256 s;
    *r = (struct random){.left = 0};
    sha256_begin(&s);
    add_number(&s, seed);
    add_number(&s, number);
    sha256_add(&s, purpose, strlen(purpose));
    sha256_digest(&s, r->key);
}

static void refill(struct random *r)
{
    struct sha256 s;
    uint8_t digest[SHA256_BYTES];
    sha256_begin(&s);
    sha256_add(&s, r->key, sizeof r->key);
    add_number(&s, r->block++);
    sha256_digest(&s, digest);
    r->left = sizeof r->word / sizeof *r->word;
    for (unsigned i = 0; i < sizeof digest; i++)
        r->word[i / 8] = r->word[i / 8] << 8 | digest[i];
}

uint64_t random_word(struct random *r)
{
    if (r->left == 0)
        refill(r);
    return r->word[--r->left];
}
