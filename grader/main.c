/* `grade`: the command and its subcommands. */
#include <errno.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "emu/options.h"
#include "grader/batch/batch.h"
#include "grader/case.h"
#include "grader/grade.h"
#include "grader/take/handout.h"
#include "grader/take/source.h"
#include "grader/lab.h"
#include "grader/replay.h"
#include "grader/report/report.h"
#include "grader/engine/runner.h"
#include "grader/sandbox/sandbox.h"

static void usage(FILE *out)
{
    fputs("usage: grade run --lab NAME --submission DIR|FILE.tar.gz|FILE.zip|@reference|@handout\n"
          "                 [--format text|json|gradescope|junit|github|autolab] [--out FILE]\n"
          "                 [--seed N] [--cases public|all] [--case NAME] [--name NAME] "
          "[--no-sandbox]\n"
          "       grade batch --lab NAME --submissions DIR --out DIR ...   (grade batch --help)\n"
          "       grade replay RESULT CASE ...   (grade replay --help)\n"
          "       grade list [NAME]\n"
          "Exit status: 0 there is a grade (of whatever points); 1 the grader could not give one;\n"
          "2 wrong usage.\n",
          out);
}

static int wrong(const char *what, const char *which)
{
    fprintf(stderr, "grade: %s `%s' (see grade --help)\n", what, which);
    return EXIT_USAGE;
}

/* ---- run ---------------------------------------------------------------------------------------------------------- */

struct run_command {
    struct grade_options grade;
    enum report_format format;
    const char *out;
};

static bool parse_seed(const char *text, uint64_t *seed)
{
    char *end;
    errno = 0;
    *seed = strtoull(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0;
}

/* An option with a value. 0, or an exit status. */
static int set(struct run_command *c, const char *option, const char *value)
{
    struct grade_options *g = &c->grade;

    if (!strcmp(option, "--lab"))
        g->lab = value;
    else if (!strcmp(option, "--submission"))
        g->submission = value;
    else if (!strcmp(option, "--case"))
        g->only = value;
    else if (!strcmp(option, "--name"))
        g->name = value;
    else if (!strcmp(option, "--out"))
        c->out = value;
    else if (!strcmp(option, "--format"))
        return report_format_parse(value, &c->format) ? 0 : wrong("no such format", value);
    else if (!strcmp(option, "--seed"))
        return parse_seed(value, &g->seed) ? 0 : wrong("no seed:", value);
    else if (!strcmp(option, "--cases") && (!strcmp(value, "all") || !strcmp(value, "public")))
        g->hidden = strcmp(value, "all") == 0;
    else if (!strcmp(option, "--cases"))
        return wrong("public or all, not", value);
    else
        return wrong("no such option", option);
    return 0;
}

static int parse(struct run_command *c, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--no-sandbox")) {
            c->grade.sandbox = false;
            continue;
        }
        if (strncmp(argv[i], "--", 2) != 0)
            return wrong("not an option:", argv[i]);
        if (i + 1 == argc)
            return wrong("a value is missing for", argv[i]);
        int status = set(c, argv[i], argv[i + 1]);
        if (status != 0)
            return status;
        i++;
    }
    if (!c->grade.lab || !c->grade.submission)
        return wrong("run needs", c->grade.lab ? "--submission" : "--lab");
    const struct lab *lab = c->out ? lab_find(c->grade.lab) : NULL;
    if (lab && source_holds(c->grade.submission, lab, c->out))
        return wrong("--out would overwrite what is graded:", c->out);
    return 0;
}

static volatile sig_atomic_t interrupted;

static void on_signal(int signal)
{
    interrupted = signal;
    sandbox_stop();
}

/* The first signal ends what runs, so that nothing is left behind; the second ends the program. */
static void catch_signals(void)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaction(signals[i],
                  &(struct sigaction){.sa_handler = on_signal, .sa_flags = SA_RESETHAND}, NULL);
}

static int run(int argc, char **argv)
{
    struct run_command c = {.grade = {.seed = GRADE_SEED, .hidden = true, .sandbox = true}};
    struct result r;
    int status = parse(&c, argc, argv);

    if (status != 0)
        return status;
    catch_signals();
    status = grade_submission(&c.grade, &r);
    if (status != 0)
        return interrupted ? 128 + interrupted : status;
    if (interrupted) {
        result_free(&r);
        return 128 + interrupted;
    }
    bool grade = result_has_grade(&r), written = report_write(&r, c.format, c.out);
    if (!written)
        fprintf(stderr, "grade: %s: %s\n", c.out ? c.out : "the report", strerror(errno));
    else if (!grade)
        fprintf(stderr, "grade: no grade: %s\n", r.message ? r.message : "a case could not be run");
    result_free(&r);
    return written && grade ? 0 : EXIT_CANNOT;
}

/* ---- list --------------------------------------------------------------------------------------------------------- */

static unsigned points_of(const struct grade_case *const *cases, size_t n)
{
    unsigned points = 0;
    for (size_t i = 0; i < n; i++)
        points += cases[i]->points;
    return points;
}

static void list_cases(const struct grade_case *const *cases, size_t n, bool hidden)
{
    for (size_t i = 0; i < n; i++)
        printf("  %-28s %3u  %s%s\n", cases[i]->name, cases[i]->points, cases[i]->title,
               hidden ? " (hidden)" : "");
}

static void list_lab(const struct lab *lab, bool whole)
{
    printf("%-12s %s: %u points in %zu cases, %zu of them hidden; hand in", lab->name, lab->title,
           points_of(lab->public_cases, lab->npublic) + points_of(lab->hidden_cases, lab->nhidden),
           lab->npublic + lab->nhidden, lab->nhidden);
    for (size_t i = 0; i < lab->nfiles; i++)
        printf(" %s", lab->files[i].path);
    putchar('\n');
    if (!whole)
        return;
    list_cases(lab->public_cases, lab->npublic, false);
    list_cases(lab->hidden_cases, lab->nhidden, true);
}

static int list(int argc, char **argv)
{
    if (argc > 2)
        return wrong("too many arguments:", argv[2]);
    if (argc == 2 && !lab_find(argv[1]))
        return wrong("no such lab", argv[1]);
    for (size_t i = 0; i < lab_count; i++)
        if (argc == 1 || lab_list[i] == lab_find(argv[1]))
            list_lab(lab_list[i], argc == 2);
    return 0;
}

#if defined(__SANITIZE_ADDRESS__)
/* What AddressSanitizer asks, since no environment reaches the sandbox. Leaks are looked for where there is a /proc, without which
 * it cannot tell whose they are; the CPU engine's are known (tests/lsan.supp). */
const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return access("/proc/self/maps", R_OK) == 0 ? "print_suppressions=0" : "detect_leaks=0";
}
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libunicorn\n"; /* uc_close() keeps 32 bytes */
}
#endif

/* ---- all ---------------------------------------------------------------------------------------------------------- */

static int help(int argc, char **argv)
{
    (void)argc, (void)argv;
    usage(stdout);
    return 0;
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        int (*command)(int argc, char **argv);
    } commands[] = {{"run", run},
                    {"batch", batch_command},
                    {"replay", replay_command},
                    {"list", list},
                    {"help", help},
                    {"--help", help},
                    {"__strip", handout_strip_command},
                    {"__stage", stage_command}};

    setlocale(LC_CTYPE, "C.UTF-8"); /* names in archives are text */
    if (argc < 2) {
        usage(stderr);
        return EXIT_USAGE;
    }
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].command(argc - 1, argv + 1);
    return wrong("no such command", argv[1]);
}
