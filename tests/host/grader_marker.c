/* Holes: what the students of a lab get, what others get, and markers that are wrong. */
#include "suite.h"
#include <stdlib.h>
#include <string.h>
#include "grader/take/marker.h"

static const char source[] = "before\n"
                             "    //LAB one\n"
                             "    solution;\n"
                             "    //LAB else\n"
                             "    //| stub;\n"
                             "    //|\n"
                             "    //|     deeper;\n"
                             "    //LAB end\n"
                             "between\n"
                             "\n"
                             "//LAB two three\n"
                             "void helper(void);\n"
                             "//LAB end\n"
                             "\n"
                             "after\n";

static void expect(const char *text, const char *lab, const char *wanted, unsigned wanted_holes)
{
    char why[100];
    size_t size;
    unsigned holes;
    char *got = marker_strip(text, strlen(text), lab, &size, &holes, why, sizeof why);
    if (!got)
        fail_msg("%s", why);
    assert_string_equal(got, wanted);
    assert_int_equal(size, strlen(wanted));
    assert_int_equal(holes, wanted_holes);
    free(got);
}

static void expect_wrong(const char *text, const char *words)
{
    char why[100];
    size_t size;
    assert_null(marker_strip(text, strlen(text), "one", &size, NULL, why, sizeof why));
    assert_string_equal(why, words);
}

static void makes_holes(void **state)
{
    (void)state;
    expect(source, "one",
           "before\n    stub;\n\n        deeper;\nbetween\n\nvoid helper(void);\n\nafter\n", 1);
    expect(source, "three", "before\n    solution;\nbetween\n\nafter\n", 1);
    expect(source, "other", "before\n    solution;\nbetween\n\nvoid helper(void);\n\nafter\n", 0);
    expect("no marker at all", "one", "no marker at all", 0);
    expect("", "one", "", 0);
    /* A name is a whole word, and a marker a whole line. */
    expect("//LAB onerous\nx\n//LAB end\n", "one", "x\n", 0);
    expect("x; //LAB one\n//LABEL\n", "one", "x; //LAB one\n//LABEL\n", 0);
    expect("//LAB one\r\nx\r\n//LAB end\r\ny\r\n", "one", "y\r\n", 1);
}

static void nests(void **state)
{
    static const char text[] = "//LAB one\n"
                               "a\n"
                               "//LAB two\n"
                               "b\n"
                               "//LAB else\n"
                               "//| c\n"
                               "//LAB end\n"
                               "d\n"
                               "//LAB else\n"
                               "//| e\n"
                               "//LAB end\n";
    (void)state;
    expect(text, "one", "e\n", 1);
    expect(text, "two", "a\nc\nd\n", 1);
    expect(text, "three", "a\nb\nd\n", 0);
}

static void says_what_is_wrong(void **state)
{
    (void)state;
    expect_wrong("x\n//LAB end\n", "line 2: no hole is open here");
    expect_wrong("//LAB else\n", "line 1: no hole is open here");
    expect_wrong("//LAB one\n//LAB else\n//LAB else\n", "line 3: no hole is open here");
    expect_wrong("x\n//LAB one\nx\n", "line 2: this hole has no end");
    expect_wrong("//LAB\n", "line 1: a hole without a lab's name");
    expect_wrong("//LAB two\n//LAB else\nstub;\n//LAB end\n",
                 "line 3: a stub's line does not begin with //|");
    char deep[200] = "";
    for (int i = 0; i < 9; i++)
        strcat(deep, "//LAB one\n");
    expect_wrong(deep, "line 9: too many holes inside each other");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(makes_holes), cmocka_unit_test(nests),
                                       cmocka_unit_test(says_what_is_wrong)};
    return RUN_SUITE("grader_marker", tests);
}
