// Batches: everyone gets a report, what is finished is kept, nothing half-written counts, and no grade is made up.
#include <dirent.h>
#include <errno.h>
#include <sys/file.h>
#include <sys/resource.h>
#include "suite.h"
#include "grader_batch.h"
#include "grader/report/report.h"
#include "grader/batch/summary.h"

#define ROSTER                                                                                     \
    "Student,ID,SIS User ID,SIS Login ID,Section,Rendezvous (881),Final Score\n"                   \
    "    Points Possible,,,,,10,(read only)\n"                                                     \
    "\"Doe, Jane\",1,S1,jane,A,,90\n"                                                              \
    "Max,2,S2,max,A,7,91\n"                                                                        \
    "Eve,3,S3,eve,A,5,92\n"                                                                        \
    "\"=Bob\",4,S4,bob,A,,93\n"

static void assert_no_half(void)
{
    assert_false(exists("o/work"));
    DIR *reports = opendir(in_root("o/reports"));
    for (struct dirent *d; reports && (d = readdir(reports));)
        assert_int_not_equal(strncmp(d->d_name, FILE_TEMPORARY, strlen(FILE_TEMPORARY)), 0);
    if (reports)
        closedir(reports);
}

static void assert_file(const char *name, const char *wanted)
{
    char *text = get_file(name);
    assert_non_null(text);
    assert_string_equal(text, wanted);
    free(text);
}

static void assert_says(const char *name, const char *part)
{
    char *text = get_file(name);
    assert_non_null(text);
    assert_non_null(strstr(text, part));
    free(text);
}

static void a_class_is_graded(void **state)
{
    (void)state;
    put_file("roster.csv", ROSTER);
    put_file("in/jane.tar.gz", "85");
    put_file("in/max_LATE_2_901_lab.zip", "100");
    put_file("in/bob.tgz", "0");
    put_file("in/.DS_Store", "85");
    assert_int_equal(batch("--roster", in_root("roster.csv"), "--jobs", "2"), 0);
    assert_file("o/grades.csv",
                "Student,ID,SIS User ID,SIS Login ID,Section,Rendezvous (881),Final Score\n"
                "    Points Possible,,,,,10,(read only)\n"
                "\"Doe, Jane\",1,S1,jane,A,8.5,90\n"
                "Max,2,S2,max,A,10,91\n"
                "Eve,3,S3,eve,A,5,92\n"
                "'=Bob,4,S4,bob,A,0,93\n");
    assert_says("o/reports/jane.txt", "85 of 100 points");
    char *page = get_file("o/summary.html");
    assert_null(strstr(page, "the same files"));
    free(page);
    assert_says("o/reports/jane.txt", "submission  jane.tar.gz");
    assert_says("out", "3 submissions, 3 graded now, 0 kept from before, 0 without a grade");
    assert_says("o/summary.html", "Nothing handed in</h2>\n<p>Eve</p>");
    assert_file("err", "");
    assert_no_half();
}

static void no_grade_is_made_up(void **state)
{
    (void)state;
    put_file("roster.csv", ROSTER);
    put_file("in/jane.zip", "crash");
    put_file("in/max.zip", "none");
    put_file("in/eve.zip", "error");
    put_file("in/bob.zip", "50");
    assert_int_equal(batch("--roster", in_root("roster.csv")), 1);
    assert_says("o/grades.csv",
                "\"Doe, Jane\",1,S1,jane,A,,90\nMax,2,S2,max,A,,91\nEve,3,S3,eve,A,,92\n"
                "'=Bob,4,S4,bob,A,5,93\n");
    assert_says("o/reports/jane.txt", "ended by signal 9");
    assert_says("o/reports/max.txt", "| grade: no \\x1b[2Jbubblewrap");
    assert_says("o/reports/eve.txt", "no grade");
    assert_says("err", "max.zip: no grade, the grader failed: grade: no \\x1b[2Jbubblewrap\n");
    assert_int_equal(count_lines("err"), 3);
    assert_no_half();
    put_file("in/jane.zip", "70");
    assert_int_equal(batch("--roster", in_root("roster.csv")),
                     1); // errors are tried again, grades kept
    assert_says("out", "4 submissions, 3 graded now, 1 kept from before, 2 without a grade");
}

static void students_that_are_not_clear(void **state)
{
    (void)state;
    put_file("roster.csv", ROSTER "Twin,9,,jane,B,,\n");
    put_file("in/jane.zip", "80");
    put_file("in/max.zip", "80");
    put_file("in/S2.tar.gz", "90");
    put_file("in/nobody.zip", "80");
    put_file("in/bob.zip", "80");
    assert_int_equal(batch("--roster", in_root("roster.csv")), 1);
    assert_says("err",
                "the roster's row 7 ('Twin') has an ID or a login that an earlier row has\n");
    assert_says("err", "jane.zip: the roster has several such students");
    assert_says("err", "max.zip: another submission is the same student's");
    assert_says("err", "S2.tar.gz: another submission is the same student's");
    assert_says("err", "nobody.zip: the roster has no such student");
    assert_int_equal(count_lines("err"), 5);
    assert_says("o/grades.csv", "Max,2,S2,max,A,,91\n");
    assert_says("o/summary.html", "S2.tar.gz</a></td><td><span class=\"bad\">another submission is "
                                  "the same student's</span> </td>");
    assert_says("o/summary.html", "bob.zip</a></td><td>the same files as jane.zip and 2 more</td>");
    assert_says("o/grades.csv", "'=Bob,4,S4,bob,A,8,93\n");
}

static void without_a_roster(void **state)
{
    (void)state;
    put_file("in/jane.zip", "85");
    put_file("in/max.zip", "none");
    put_file("in/Twin.zip", "1");
    put_file("in/twin.tgz", "2");
    assert_int_equal(batch(), 1);
    assert_file("o/grades.csv", "Student,ID,SIS User ID,SIS Login ID,Section,rendezvous\n"
                                "    Points Possible,,,,,100\n"
                                "Twin,,,Twin,,\njane,,,jane,,85\nmax,,,max,,\ntwin,,,twin,,\n");
    assert_true(exists("o/reports/Twin.zip.txt") && exists("o/reports/twin.tgz.txt"));
}

static void finished_reports_are_kept(void **state)
{
    (void)state;
    char name[32], seen[64];
    for (int i = 0; i < 6; i++) {
        snprintf(name, sizeof name, "in/s%d.zip", i);
        put_file(name, "60");
    }
    assert_int_equal(batch(), 0);
    assert_int_equal(count_lines("graded"), 6);
    char *first = get_file("o/summary.html"), *report = get_file("o/reports/s3.json");
    assert_int_equal(batch(), 0);
    assert_int_equal(count_lines("graded"), 6);
    assert_file("o/summary.html", first);

    put_file("in/s1.zip", "61");                                      // changed since
    assert_int_equal(truncate(in_root("o/reports/s2.json"), 200), 0); // half
    unlink(in_root("o/reports/s3.txt"));                              // half as well
    assert_int_equal(batch(), 0);
    assert_int_equal(count_lines("graded"), 9);
    assert_says("o/reports/s1.txt", "61 of 100");
    assert_file("o/reports/s3.json", report);

    snprintf(seen, sizeof seen, "\"seed\": \"%d\"", 2);
    assert_int_equal(batch("--seed", "2"), 0);
    assert_int_equal(count_lines("graded"), 15);
    assert_says("o/reports/s0.json", seen);
    assert_int_equal(batch("--seed", "2", "--cases", "public"), 0); // other cases
    assert_int_equal(count_lines("graded"), 21);
    put_file("o/stamp", "another grader's"); // the cases have changed
    assert_int_equal(batch("--seed", "2", "--cases", "public"), 0);
    assert_int_equal(count_lines("graded"), 27);
    free(first);
    free(report);
}

// Waits for a file that a batch makes; no later than the suite's end.
static void await(const char *name)
{
    while (!exists(name))
        usleep(1000);
}

// Waits until so many gradings have begun.
static void await_graded(unsigned count)
{
    while (count_lines("graded") < count)
        usleep(1000);
}

// Waits until the process whose number is in the file is no more: what a worker has started goes with it.
static void await_end(const char *name)
{
    char *number = get_file(name);
    assert_non_null(number);
    assert_true(atoi(number) > 0);
    while (kill(atoi(number), 0) == 0)
        usleep(1000);
    free(number);
    unlink(in_root(name));
}

static void an_interrupt_keeps_what_is_done(void **state)
{
    (void)state;
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    for (int i = 0; i < 3; i++) {
        new_class(NULL);
        put_file("in/a.zip", "60");
        put_file("in/b.zip", "stuck");
        put_file("in/c.zip", "70");
        pid_t child = start_batch((const char *const[]){"--jobs", "2", NULL});
        await("o/reports/a.json");
        await("o/reports/c.json");
        await_graded(3);
        await("started");
        kill(child, signals[i]);
        assert_int_equal(end_batch(child), 130);
        await_end("started");
        assert_says("err", "the same command goes on\n");
        assert_int_equal(count_lines("err"), 1);
        assert_false(exists("o/grades.csv"));
        assert_no_half();
        put_file("in/b.zip", "50");
        assert_int_equal(batch(), 0);
        assert_int_equal(count_lines("graded"), 4); // b twice
    }
}

// Killed, it takes its workers with it, and the next run clears up.
static void a_killed_batch_goes_on(void **state)
{
    (void)state;
    put_file("in/a.zip", "60");
    put_file("in/b.zip", "wait");
    pid_t child = start_batch((const char *const[]){"--jobs", "2", NULL});
    await("o/reports/a.json");
    await_graded(2);
    kill(child, SIGKILL);
    end_batch(child);
    put_file("o/reports/" FILE_TEMPORARY "abc", "half a report");
    put_file("in/b.zip", "50");
    assert_int_equal(batch(), 0);
    assert_int_equal(count_lines("graded"), 3);
    assert_no_half();
}

static void a_full_disk_ends_it(void **state)
{
    (void)state;
    struct rlimit limit, small;
    put_file("in/a.zip", "60");
    put_file("in/b.zip", "stuck");
    getrlimit(RLIMIT_FSIZE, &limit);
    small = limit;
    small.rlim_cur = 150;
    setrlimit(RLIMIT_FSIZE, &small);
    int status = batch("--jobs", "2");
    setrlimit(RLIMIT_FSIZE, &limit);
    assert_int_equal(status, 1);
    assert_says("err", "o/reports/a.json: File too large\n");
    assert_int_equal(count_lines("err"), 1);
    assert_false(exists("o/grades.csv") || exists("o/reports/a.json"));
    assert_no_half();
}

static void one_batch_at_a_time(void **state)
{
    (void)state;
    put_file("in/a.zip", "60");
    mkdir(in_root("o"), 0777);
    int fd = open(in_root("o"), O_RDONLY | O_CLOEXEC);
    flock(fd, LOCK_EX);
    assert_int_equal(batch(), 1);
    assert_says("err", "another batch is at work in it");
    close(fd);
    assert_int_equal(batch(), 0);
}

static void names_do_no_harm(void **state)
{
    (void)state;
    put_file("in/=cmd|'calc'!A0.zip", "10");
    put_file("in/<script>alert(1)<\xe2\x80\xae.zip", "20");
    put_file("in/a\nb\x1b[2J\"'.zip", "none");
    put_file("in/-rf.zip", "30");
    put_file("in/Gr\xc3\xb6\xc3\x9f"
             "e.zip",
             "40");
    assert_int_equal(batch(), 1);
    char *page = get_file("o/summary.html"), *csv = get_file("o/grades.csv"),
         *err = get_file("err");
    assert_null(strstr(page, "<script"));
    assert_null(strchr(page, '\x1b'));
    assert_non_null(strstr(page, "Gr\xc3\xb6\xc3\x9f"
                                 "e"));
    assert_non_null(strstr(csv, "\n'=cmd|'calc'!A0,"));
    assert_non_null(strstr(csv, "\n'-rf,"));
    assert_null(strchr(err, '\x1b'));
    assert_int_equal(count_lines("err"), 1);
    free(page);
    free(csv);
    free(err);
    DIR *reports = opendir(in_root("o/reports"));
    unsigned files = 0;
    for (struct dirent *d; (d = readdir(reports));) {
        files += d->d_name[0] != '.';
        assert_int_equal(
            strspn(d->d_name,
                   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.@+-"),
            strlen(d->d_name));
    }
    closedir(reports);
    assert_int_equal(files, 10);
}

static void two_hundred(void **state)
{
    (void)state;
    char name[32], points[8];
    for (int i = 0; i < 200; i++) {
        snprintf(name, sizeof name, "in/student%03d.tar.gz", i);
        snprintf(points, sizeof points, "%d", i % 101);
        put_file(name, points);
    }
    assert_int_equal(batch("--jobs", "8"), 0);
    assert_int_equal(count_lines("o/grades.csv"), 202);
    assert_int_equal(count_lines("graded"), 200);
    assert_says("o/summary.html", "<dt>with a grade</dt><dd>200</dd>");
    assert_no_half();
}

static void numbers_of_a_class(void **state)
{
    (void)state;
    struct entry entry[5] = {{.done = false}};
    struct course c = {.entry = entry, .entries = 5};
    struct summary s;
    static const unsigned points[] = {100, 0, 59, 60};
    for (int i = 0; i < 4; i++) {
        entry[i].done = true;
        entry[i].result = (struct result){.points = points[i], .max_points = 100};
    }
    entry[4].done = true; // no grade
    entry[4].result = (struct result){.status = RESULT_ERROR};
    assert_true(summary_count(&s, &c));
    assert_int_equal(s.graded, 4);
    assert_int_equal(s.bin[0], 1);
    assert_int_equal(s.bin[5], 1);
    assert_int_equal(s.bin[6], 1);
    assert_int_equal(s.bin[10], 1);
    assert_int_equal(summary_quantile(&s, 0.25), 0);
    assert_int_equal(summary_quantile(&s, 0.5), 59);
    assert_int_equal(summary_quantile(&s, 0.75), 60);
    assert_true(summary_mean(&s) > 54.7 && summary_mean(&s) < 54.8);
    summary_free(&s);
}

static void wrong_usage(void **state)
{
    (void)state;
    put_file("in/a.zip", "60");
    assert_int_equal(batch("--jobs", "0"), 2);
    assert_int_equal(batch("--jobs", "x"), 2);
    assert_int_equal(batch("--seed", "-1"), 2);
    assert_int_equal(batch("--cases", "none"), 2);
    assert_int_equal(batch("--engine", "pbs"), 2);
    assert_int_equal(batch("--lab", "nolab\x1b[2J"), 2);
    assert_int_equal(count_lines("err"), 1);
    assert_int_equal(batch("--frobnicate"), 2);
    assert_int_equal(batch("--out"), 2);
    assert_int_equal(batch("stray"), 2);
    assert_int_equal(batch("--assignment", "x"), 2);
    assert_int_equal(batch("--roster", "/nowhere"), 1);
    assert_int_equal(batch("--submissions", "/nowhere"), 1);
    assert_int_equal(batch("--out", "/nowhere/at/all"), 1);
    assert_int_equal(batch("--out", in_root("in/a.zip")), 1);
    assert_int_equal(count_lines("err"), 1);
    assert_false(exists("o"));
    unlink(in_root("in/a.zip"));
    assert_int_equal(batch(), 1);
    assert_says("err", "there are no submissions in it");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_class_is_graded, new_class),
        cmocka_unit_test_setup(no_grade_is_made_up, new_class),
        cmocka_unit_test_setup(students_that_are_not_clear, new_class),
        cmocka_unit_test_setup(without_a_roster, new_class),
        cmocka_unit_test_setup(finished_reports_are_kept, new_class),
        cmocka_unit_test_setup(an_interrupt_keeps_what_is_done, new_class),
        cmocka_unit_test_setup(a_killed_batch_goes_on, new_class),
        cmocka_unit_test_setup(a_full_disk_ends_it, new_class),
        cmocka_unit_test_setup(one_batch_at_a_time, new_class),
        cmocka_unit_test_setup(names_do_no_harm, new_class),
        cmocka_unit_test_setup(two_hundred, new_class),
        cmocka_unit_test(numbers_of_a_class),
        cmocka_unit_test_setup(wrong_usage, new_class),
    };
    if (!mkdtemp(root))
        return 1;
    int status = RUN_SUITE("grader_batch", tests);
    file_remove_tree(root);
    return status;
}
