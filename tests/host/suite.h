// What every unit test of the host side begins with: cmocka, and the line that ends a suite.
//
//     int main(void)
//     {
//         const struct CMUnitTest tests[] = {cmocka_unit_test(reads_back), ...};
//         return RUN_SUITE("uart", tests);
//     }
#ifndef TESTS_HOST_SUITE_H
#define TESTS_HOST_SUITE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

// Runs the tests and prints `NAME: N passed, N failed` last. The value is main's.
#define RUN_SUITE(name, tests)                                                                     \
    suite_end(name, sizeof(tests) / sizeof((tests)[0]),                                            \
              cmocka_run_group_tests_name(name, tests, NULL, NULL))

static inline int suite_end(const char *name, size_t count, int failed)
{
    // A negative result is a group that did not run at all.
    size_t bad = failed < 0 ? count : (size_t)failed;
    printf("%s: %zu passed, %zu failed\n", name, count - bad, bad);
    return bad != 0;
}

#endif
