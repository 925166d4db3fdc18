// The streams that cases draw from: the same on every machine, and apart from each other.
#include "suite.h"
#include "grader/base/random.h"

#define PURPOSE "rendezvous send-first nonces"

// As another program computes them: SHA-256 of the key, which is one of seed, number and purpose, and of 0, 1, ...
static void words_are_digests(void **state)
{
    static const uint64_t expected[] = {0xa5494a7d874dbe22u, 0xfa66e5b2aad19e7au,
                                        0xf3df81f65fc009b3u, 0xca5da036488ed6e2u,
                                        0x36bc12b3dbeb1af5u, 0xf67b8f5cd3e1cc13u};
    struct random r;
    (void)state;
    random_open(&r, 90210, PURPOSE, 3);
    for (unsigned i = 0; i < sizeof expected / sizeof *expected; i++)
        assert_true(random_word(&r) == expected[i]);
}

static void streams_are_apart(void **state)
{
    static const struct {
        uint64_t seed;
        const char *purpose;
        uint64_t number;
    } stream[] = {
        {1, PURPOSE, 0}, {2, PURPOSE, 0}, {1, PURPOSE, 1}, {1, "chances", 0}, {256, PURPOSE, 0}};
    enum { STREAMS = sizeof stream / sizeof *stream, WORDS = 100 };
    uint64_t word[STREAMS][WORDS];
    (void)state;
    for (unsigned i = 0; i < STREAMS; i++) {
        struct random r;
        random_open(&r, stream[i].seed, stream[i].purpose, stream[i].number);
        for (unsigned n = 0; n < WORDS; n++)
            word[i][n] = random_word(&r);
    }
    for (unsigned i = 0; i < STREAMS * WORDS; i++)
        for (unsigned j = 0; j < i; j++)
            assert_true(word[i / WORDS][i % WORDS] != word[j / WORDS][j % WORDS]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(words_are_digests),
                                       cmocka_unit_test(streams_are_apart)};
    return RUN_SUITE("grader_random", tests);
}
