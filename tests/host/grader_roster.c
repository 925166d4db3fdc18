// Rosters: what Canvas exports is read, kept, and written so that Canvas takes it and no spreadsheet runs it.
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "suite.h"
#include "grader/batch/csv.h"
#include "grader/batch/roster.h"

#define HEADER "Student,ID,SIS User ID,SIS Login ID,Section,Rendezvous (881)\n"
#define ROWS                                                                                       \
    ",,,,,Manual Posting\n"                                                                        \
    "    Points Possible,,,,,100.00\n"                                                             \
    "\"Doe, Jane\",4711,S1,jdoe,\"Systems, A\",\n"                                                 \
    "\"O\"\"Neil, Max\",4712,S2,mo@example.edu,B,55\n"                                             \
    "\"Student, Test\",4799,,,B,\n"

static char path[] = "/tmp/courier-roster.XXXXXX";

static void put(const char *text)
{
    FILE *out = fopen(path, "w");
    fputs(text, out);
    fclose(out);
}

static char *formatted(const struct csv *csv)
{
    size_t size;
    char *text = csv_format(csv, &size);
    assert_int_equal(strlen(text), size);
    return text;
}

static void assert_format(const struct csv *csv, const char *wanted)
{
    char *text = formatted(csv);
    assert_string_equal(text, wanted);
    free(text);
}

static void read_roster(struct roster *r, const char *text, const char *assignment)
{
    char why[256];
    put(text);
    assert_true(roster_read(r, path, "rendezvous", assignment, why, sizeof why));
}

static void assert_refused(const char *text, const char *assignment, const char *wanted)
{
    struct roster r;
    char why[256] = "";
    put(text);
    assert_false(roster_read(&r, path, "rendezvous", assignment, why, sizeof why));
    assert_non_null(strstr(why, wanted));
    assert_null(strchr(why, '\n'));
}

// ---- CSV -------------------------------------------------------------------------------------------

static void tables_come_back(void **state)
{
    (void)state;
    static const char *const same[] = {"",
                                       "a\n",
                                       "a,b\n",
                                       "a,,\n,,\n",
                                       "\"a,b\",\"c\"\"d\"\n",
                                       "\"two\nlines\",x\n",
                                       "\xef\xbb\xbf"
                                       "a,b\r\nc,d\r\n",
                                       "    spaces  ,x\n",
                                       "-1,+2.5,-.5,3.\n",
                                       "Gr\xc3\xb6\xc3\x9f"
                                       "e,\xff\n"};
    char why[128];
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++) {
        struct csv csv;
        assert_true(csv_parse(&csv, same[i], strlen(same[i]), why, sizeof why));
        assert_format(&csv, same[i]);
        csv_free(&csv);
    }
    struct csv csv;
    assert_true(csv_parse(&csv, "\"a\",\"b\"\n\n\nc", 11, why, sizeof why));
    assert_format(&csv, "a,b\nc\n");
    csv_free(&csv);
}

static void tables_that_are_none(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t size;
        const char *why;
    } bad[] = {{"a\n\"b\nc", 6, "line 2: a quote that is never closed"},
               {"a\nb\n\"c\"d", 8, "line 3: text behind a closing quote"},
               {"a\0b", 3, "line 1: is no text in UTF-8"}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct csv csv;
        char why[128];
        assert_false(csv_parse(&csv, bad[i].text, bad[i].size, why, sizeof why));
        assert_string_equal(why, bad[i].why);
    }
}

// Any bytes in cells survive a write and a read, but for the mark against formulas.
static void any_cell_survives(void **state)
{
    (void)state;
    static const char alphabet[] = "ab,\"\n\r ';\t=1.";
    struct csv csv = {.rows = 0}, back;
    char why[128], cell[6][8];
    srand(7);
    for (int round = 0; round < 500; round++) {
        for (int i = 0; i < 6; i++) {
            int length = rand() % 7;
            cell[i][0] = 'x';
            for (int k = 1; k < length; k++)
                cell[i][k] = alphabet[rand() % ((int)sizeof alphabet - 1)];
            cell[i][length ? length : 1] = '\0';
            assert_true(csv_set(&csv, (size_t)i / 3, (size_t)i % 3, cell[i]));
        }
        char *text = formatted(&csv);
        assert_true(csv_parse(&back, text, strlen(text), why, sizeof why));
        for (int i = 0; i < 6; i++)
            assert_string_equal(csv_cell(&back, (size_t)i / 3, (size_t)i % 3), cell[i]);
        csv_free(&back);
        free(text);
    }
    csv_free(&csv);
}

static void formulas_are_text(void **state)
{
    (void)state;
    static const char *const formula[] = {"=1+1",
                                          "+cmd|' /C calc'!A0",
                                          "-2+3",
                                          "@SUM(A1)",
                                          "\tx",
                                          "  =1",
                                          "-",
                                          "+1e5",
                                          "\xef\xbc\x9d"
                                          "1",
                                          "=HYPERLINK(\"http://x\",\"y\")"};
    for (size_t i = 0; i < sizeof formula / sizeof formula[0]; i++) {
        struct csv csv = {.rows = 0}, back;
        char why[128], *text;
        assert_true(csv_set(&csv, 0, 0, formula[i]));
        text = formatted(&csv);
        assert_true(csv_parse(&back, text, strlen(text), why, sizeof why));
        assert_int_equal(csv_cell(&back, 0, 0)[0], '\'');
        assert_string_equal(csv_cell(&back, 0, 0) + 1, formula[i]);
        free(text);
        csv_free(&back);
        csv_free(&csv);
    }
}

// ---- rosters -----------------------------------------------------------------------------------------

static void a_roster_keeps_what_it_has(void **state)
{
    (void)state;
    struct roster r;
    size_t row;
    read_roster(&r, HEADER ROWS, NULL);
    assert_format(&r.csv, HEADER ROWS);
    assert_int_equal(roster_find(&r, "jdoe", &row), ROSTER_FOUND);
    assert_true(roster_grade(&r, row, 85, 100));
    char *text = formatted(&r.csv);
    assert_non_null(strstr(text, "    Points Possible,,,,,100.00\n"
                                 "\"Doe, Jane\",4711,S1,jdoe,\"Systems, A\",85\n"
                                 "\"O\"\"Neil, Max\",4712,S2,mo@example.edu,B,55\n"));
    free(text);
    roster_free(&r);
}

static void students_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *name, *id; // NULL: unknown
    } find[] = {{"jdoe", "4711"},
                {"JDOE", "4711"},
                {"4711", "4711"},
                {"S2", "4712"},
                {"Doe, Jane", "4711"},
                {"mo@example.edu", "4712"},
                {"mo", NULL},
                {"471", NULL},
                {"", NULL},
                {"Points Possible", NULL},
                {"    Points Possible", NULL},
                {"doejane_4711_90001_lab", "4711"},
                {"doejane_LATE_4711_90001_lab-1", "4711"},
                {"doejane_4711_lab", NULL},
                {"_4711_90001_lab", NULL},
                {"doe_jane_4711_90001_lab", NULL},
                {"doejane_4713_4711_lab", NULL}};
    struct roster r;
    read_roster(&r, HEADER ROWS, NULL);
    for (size_t i = 0; i < sizeof find / sizeof find[0]; i++) {
        size_t row = 0;
        enum roster_match match = roster_find(&r, find[i].name, &row);
        assert_int_equal(match, find[i].id ? ROSTER_FOUND : ROSTER_UNKNOWN);
        if (find[i].id)
            assert_string_equal(csv_cell(&r.csv, row, 1), find[i].id);
    }
    roster_free(&r);
}

static void duplicates_are_noticed(void **state)
{
    (void)state;
    struct roster r;
    size_t row;
    read_roster(&r, HEADER ROWS "Again,9,S9,JDOE,C,\n\"Third\",4712,,,C,\n", NULL);
    assert_int_equal(roster_find(&r, "jdoe", &row), ROSTER_SEVERAL);
    row = roster_duplicate(&r, 0);
    assert_string_equal(csv_cell(&r.csv, row, 0), "Again");
    row = roster_duplicate(&r, row + 1);
    assert_string_equal(csv_cell(&r.csv, row, 0), "Third");
    assert_true(roster_duplicate(&r, row + 1) == ROSTER_NONE);
    roster_free(&r);
}

static void the_column_is_chosen(void **state)
{
    (void)state;
    struct roster r;
    const char two[] = "Student,ID,Essay (7),Lab 1: Rendezvous (8),Final Score\n";
    read_roster(&r, two, NULL);
    assert_int_equal(r.assignment, 3);
    roster_free(&r);
    read_roster(&r, two, "essay");
    assert_int_equal(r.assignment, 2);
    roster_free(&r);
    read_roster(&r, two, "Essay (7)");
    assert_int_equal(r.assignment, 2);
    roster_free(&r);
    assert_refused(two, "Lab", "no column 'Lab'");
    assert_refused("Student,Essay (7),Poem (8)\n", NULL, "2 columns are assignments; --assignment");
    assert_refused("a,b\n", NULL, "none of the columns Student");
    assert_refused("", NULL, "none of the columns Student");
    assert_refused("Student;ID;Essay (7)\n", NULL, "none of the columns Student");
}

static void a_column_is_added(void **state)
{
    (void)state;
    struct roster r;
    size_t row;
    read_roster(&r, "SIS Login ID,Section\njdoe\n", NULL);
    assert_true(r.added);
    assert_int_equal(roster_find(&r, "jdoe", &row), ROSTER_FOUND);
    assert_true(roster_grade(&r, row, 7, 100));
    assert_format(&r.csv, "SIS Login ID,Section,rendezvous\njdoe,,7\n");
    roster_free(&r);
}

// What cannot be understood is not taken for 100: nobody would see it in the gradebook.
static void points_possible_that_are_no_number(void **state)
{
    (void)state;
    static const char *const bad[] = {"\"10,5\"", "-5", "nan",       "inf", "1e400",
                                      "0x10",     "-0", "10 points", "."};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char text[100];
        snprintf(text, sizeof text, "Student,Lab (1)\n    Points Possible,%s\nx,\n", bad[i]);
        assert_refused(text, NULL, "row 2, Points Possible: '");
    }
}

static void points_are_scaled(void **state)
{
    (void)state;
    static const struct {
        const char *possible;
        unsigned points;
        const char *grade;
    } scale[] = {{"100", 85, "85"}, {"10", 85, "8.5"},  {"10.00", 100, "10"}, {"3", 50, "1.5"},
                 {"7", 33, "2.31"}, {"50", 0, "0"},     {"", 85, "85"},       {" 20 ", 50, "10"},
                 {"0", 85, "85"},   {"200", 50, "100"}, {"1", 99, "0.99"}};
    for (size_t i = 0; i < sizeof scale / sizeof scale[0]; i++) {
        struct roster r;
        char text[128];
        snprintf(text, sizeof text, "Student,Lab (1)\nPoints Possible,%s\nx,\n", scale[i].possible);
        read_roster(&r, text, NULL);
        assert_true(roster_grade(&r, 2, scale[i].points, 100));
        assert_string_equal(csv_cell(&r.csv, 2, 1), scale[i].grade);
        roster_free(&r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_come_back),
        cmocka_unit_test(tables_that_are_none),
        cmocka_unit_test(any_cell_survives),
        cmocka_unit_test(formulas_are_text),
        cmocka_unit_test(a_roster_keeps_what_it_has),
        cmocka_unit_test(students_are_found),
        cmocka_unit_test(duplicates_are_noticed),
        cmocka_unit_test(the_column_is_chosen),
        cmocka_unit_test(a_column_is_added),
        cmocka_unit_test(points_are_scaled),
        cmocka_unit_test(points_possible_that_are_no_number),
    };
    int fd = mkstemp(path);
    if (fd < 0)
        return 1;
    close(fd);
    int status = RUN_SUITE("grader_roster", tests);
    unlink(path);
    return status;
}
