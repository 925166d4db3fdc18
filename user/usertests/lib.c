/* The C library, where it is clever: copies of all alignments, numbers, printf, streams, sorting.
 */
#include <limits.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "test.h"

#define ROOM 200

/* Fills with bytes that are all different from their neighbours. */
static void fill(unsigned char *p, int seed)
{
    for (int i = 0; i < ROOM; i++)
        p[i] = (unsigned char)(i * 5 + seed);
}

/* Against a copy byte by byte; the bytes around must stay. */
static void check_copy(void *(*copy)(void *, const void *, size_t), size_t to, size_t from,
                       size_t n)
{
    unsigned char bytes[ROOM], expected[ROOM], before[ROOM];
    fill(bytes, 1);
    memcpy(before, bytes, ROOM);
    for (size_t i = 0; i < ROOM; i++)
        expected[i] = i >= to && i < to + n ? before[i - to + from] : before[i];
    CHECK(copy(bytes + to, bytes + from, n) == bytes + to);
    for (size_t i = 0; i < ROOM; i++)
        CHECK(bytes[i] == expected[i]);
}

static void lib_copies(void)
{
    for (size_t n = 0; n < 90; n = n < 20 ? n + 1 : n + 7)
        for (size_t to = 0; to < 8; to++)
            for (size_t from = 0; from < 8; from++) {
                check_copy((memmove), to + 100, from, n);
                check_copy((memmove), to, from, n); /* overlapping, down and up */
                check_copy((memmove), to, from + 9, n);
                check_copy((memmove), to + 9, from, n);
            }
}

static void lib_memory(void)
{
    unsigned char a[ROOM], b[ROOM];
    for (size_t n = 0; n < 100; n += 3)
        for (size_t at = 0; at < 8; at++) {
            fill(a, 1);
            fill(b, 1);
            (memset)(a + at, 0x1a5, n);
            for (size_t i = 0; i < n; i++)
                b[at + i] = 0xa5;
            CHECK_EQUAL(memcmp(a, b, ROOM), 0);
            a[at + n] ^= 1;
            CHECK((memcmp(a, b, ROOM) > 0) == (a[at + n] > b[at + n]));
            CHECK(strnlen("abc", n) == (n < 3 ? n : 3));
            CHECK(memchr(b, 0xa5, ROOM) || n == 0);
        }
}

static void lib_strings(void)
{
    char text[64] = "", copy[64];
    for (size_t at = 0; at < 8; at++)
        for (size_t n = 0; n < 30; n++) {
            memset(text, 'x', sizeof text);
            text[at + n] = '\0';
            CHECK_EQUAL(strlen(text + at), n);
        }
    CHECK(strcmp("abc", "abd") < 0 && strcmp("abc", "ab") > 0 && strcmp("\xff", "a") > 0);
    CHECK(strncmp("abcd", "abxx", 2) == 0 && strncmp("a", "b", 0) == 0);
    CHECK(strcmp(strcat(strcpy(copy, "one"), " two"), "one two") == 0);
    memset(copy, 'x', sizeof copy);
    CHECK(memcmp(strncpy(copy, "ab", 4), "ab\0\0x", 5) == 0);
    const char *s = "hello, world";
    CHECK(strchr(s, 'o') == s + 4 && strrchr(s, 'o') == s + 8 && !strchr(s, 'z'));
    CHECK(strchr(s, 0) == s + 12 && strstr(s, "lo, w") == s + 3 && !strstr(s, "lox"));
    CHECK(strstr(s, "") == s && strspn(s, "ehl") == 4 && strcspn(s, ", ") == 5);
    char list[] = "::a:b::c", *rest;
    CHECK(strcmp(strtok_r(list, ":", &rest), "a") == 0);
    CHECK(strcmp(strtok_r(NULL, ":", &rest), "b") == 0);
    CHECK(strcmp(strtok_r(NULL, ":", &rest), "c") == 0);
    CHECK(!strtok_r(NULL, ":", &rest));
}

static void lib_numbers(void)
{
    char *end;
    CHECK_EQUAL(strtol(" -42x", &end, 10), -42);
    CHECK_EQUAL(*end, 'x');
    CHECK_EQUAL(strtol("0x1F", &end, 0), 31);
    CHECK_EQUAL(strtol("0x", &end, 16), 0);
    CHECK_EQUAL(*end, 'x');
    CHECK_EQUAL(strtol("0755", NULL, 0), 493);
    CHECK_EQUAL(strtol("zz", NULL, 36), 35 * 37);
    CHECK_EQUAL(strtol("9223372036854775807", NULL, 10), LONG_MAX);
    CHECK_EQUAL(strtol("-9223372036854775808", NULL, 10), LONG_MIN);
    errno = 0;
    CHECK_EQUAL(strtol("9223372036854775808", NULL, 10), LONG_MAX);
    CHECK_EQUAL(errno, ERANGE);
    CHECK_EQUAL(strtol("-99999999999999999999", NULL, 10), LONG_MIN);
    CHECK(strtoul("18446744073709551615", NULL, 10) == ULONG_MAX);
    const char *none = "x";
    CHECK_EQUAL(strtol(none, &end, 10), 0);
    CHECK(end == none);
}

static void check_print(const char *expected, const char *format, ...)
{
    char text[100];
    va_list arguments;
    va_start(arguments, format);
    int n = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (strcmp(text, expected) != 0)
        printf("printf made %s of %s\n", text, format);
    CHECK(strcmp(text, expected) == 0);
    CHECK_EQUAL(n, strlen(expected));
}

static void lib_printf(void)
{
    char small[4];
    check_print("42 -7 +5  5", "%d %i %+d % d", 42, -7, 5, 5);
    check_print("[   42][42   ][00042][-0042]", "[%5d][%-5d][%05d][%05d]", 42, 42, 42, -42);
    check_print("ff FF 0xff 17 017", "%x %X %#x %o %#o", 255, 255, 255, 15, 15);
    check_print("-9223372036854775808", "%ld", LONG_MIN);
    check_print("18446744073709551615", "%lu", ULONG_MAX);
    check_print("255 -1", "%hhu %hd", 0x1ff, 0xffff);
    check_print("[  abc][abc  ][ab][]", "[%5s][%-5s][%.2s][%.0s]", "abc", "abc", "abc", "abc");
    check_print("x% 0x10 7", "%c%% %p %zu", 'x', (void *)16, sizeof small + 3);
    check_print("[   7][7   ][  007]", "[%*d][%-*d][%5.3d]", 4, 7, 4, 7, 7);
    check_print("[][0][(null)]", "[%.0d][%d][%s]", 0, 0, (char *)NULL);
    CHECK_EQUAL(snprintf(small, sizeof small, "%s", "longer"), 6);
    CHECK(strcmp(small, "lon") == 0);
    CHECK_EQUAL(snprintf(NULL, 0, "%d", 12345), 5);
}

static void lib_streams(void)
{
    char line[20], *long_line = NULL;
    size_t room = 0;
    FILE *f = fopen("f", "w");
    CHECK(f);
    CHECK(fprintf(f, "first %d\n", 1) == 8 && fputs("second\n", f) >= 0);
    for (int i = 0; i < 9000; i++)
        CHECK_EQUAL(fputc('x', f), 'x');
    CHECK_EQUAL(fwrite("\nlast", 1, 5, f), 5);
    CHECK_EQUAL(ftell(f), 9020);
    CHECK_EQUAL(fclose(f), 0);
    f = fopen("f", "r");
    CHECK(fgets(line, sizeof line, f) && strcmp(line, "first 1\n") == 0);
    CHECK_EQUAL(fgetc(f), 's');
    CHECK_EQUAL(ungetc('S', f), 'S');
    CHECK(fgets(line, 4, f) && strcmp(line, "Sec") == 0);
    CHECK_EQUAL(getline(&long_line, &room, f), 4);
    CHECK_EQUAL(getline(&long_line, &room, f), 9001);
    CHECK_EQUAL(fread(line, 1, sizeof line, f), 4);
    CHECK(memcmp(line, "last", 4) == 0 && feof(f) && !ferror(f));
    CHECK_EQUAL(getline(&long_line, &room, f), -1);
    CHECK_EQUAL(fseek(f, 6, SEEK_SET), 0);
    CHECK_EQUAL(fgetc(f), '1');
    CHECK_EQUAL(ftell(f), 7);
    CHECK_EQUAL(fputc('x', f), EOF);
    CHECK(ferror(f));
    CHECK_EQUAL(fclose(f), 0);
    CHECK(!fopen("nosuch", "r") && errno == ENOENT);
    CHECK(!fopen("f", "?") && errno == EINVAL);
}

static int by_value(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static void lib_sort(void)
{
    int numbers[100];
    for (int n = 0; n < 100; n++) {
        long sum = 0;
        for (int i = 0; i < n; i++)
            sum += numbers[i] = n % 3 ? rand() % 50 : n - i;
        qsort(numbers, (size_t)n, sizeof *numbers, by_value);
        for (int i = 0; i < n; i++)
            sum -= numbers[i];
        CHECK_EQUAL(sum, 0);
        for (int i = 1; i < n; i++)
            CHECK(numbers[i - 1] <= numbers[i]);
    }
}

static void check_date(time_t t, const char *expected)
{
    char text[64];
    struct tm tm;
    CHECK(strftime(text, sizeof text, "%F %T %a %j", gmtime_r(&t, &tm)) > 0);
    CHECK(strcmp(text, expected) == 0);
    CHECK(strftime(text, sizeof text, "%s", &tm) > 0);
    CHECK_EQUAL(atoi(text), t);
}

static void lib_time(void)
{
    check_date(0, "1970-01-01 00:00:00 Thu 001");
    check_date(951782400, "2000-02-29 00:00:00 Tue 060");
    check_date(1709251199, "2024-02-29 23:59:59 Thu 060");
    check_date(1735689599, "2024-12-31 23:59:59 Tue 366");
    time_t now = time(NULL);
    CHECK(now > 1700000000);
    struct timespec a, b;
    CHECK_EQUAL(clock_gettime(CLOCK_MONOTONIC, &a), 0);
    usleep(2000);
    CHECK_EQUAL(clock_gettime(CLOCK_MONOTONIC, &b), 0);
    CHECK((b.tv_sec - a.tv_sec) * 1000000000 + b.tv_nsec - a.tv_nsec >= 2000000);
}

static jmp_buf place;

static void jump_out(volatile int depth)
{
    if (depth > 0)
        jump_out(depth - 1);
    if (depth == 0)
        longjmp(place, 5);
}

static void lib_setjmp(void)
{
    volatile int turns = 0;
    int value = setjmp(place);
    if (value == 0) {
        turns = 1;
        jump_out(10);
    }
    CHECK(value == 5 && turns == 1);
}

static void lib_options(void)
{
    char *argv[] = {"x", "-ab", "-n5", "-n", "6", "--", "-a", NULL};
    CHECK_EQUAL(getopt(7, argv, "abn:"), 'a');
    CHECK_EQUAL(getopt(7, argv, "abn:"), 'b');
    CHECK_EQUAL(getopt(7, argv, "abn:"), 'n');
    CHECK(strcmp(optarg, "5") == 0);
    CHECK_EQUAL(getopt(7, argv, "abn:"), 'n');
    CHECK(strcmp(optarg, "6") == 0);
    CHECK_EQUAL(getopt(7, argv, "abn:"), -1);
    CHECK_EQUAL(optind, 6);
}

const struct test lib_tests[] = {
    T(lib_copies), T(lib_memory), T(lib_strings), T(lib_numbers), T(lib_printf), T(lib_streams),
    T(lib_sort),   T(lib_time),   T(lib_setjmp),  T(lib_options), {0},
};
