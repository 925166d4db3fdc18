/* The command line of `grade batch`. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "emu/options.h"
#include "grader/batch/batch.h"
#include "grader/base/clean.h"
#include "grader/base/file.h"
#include "grader/lab.h"

#define JOBS_MAX 4096

static const char help[] =
    "usage: build/grade batch --lab NAME --submissions DIR --out DIR [options]\n"
    "\n"
    "Grades every archive and directory in DIR. An interrupted batch goes on when the same "
    "command\n"
    "is given again. Status 0: each submission has a grade in OUT/grades.csv.\n"
    "\n"
    "  --lab NAME          which lab\n"
    "  --submissions DIR   one archive or directory a student: LOGIN.tar.gz, or as Canvas names "
    "them\n"
    "  --out DIR           reports, grades.csv and summary.html\n"
    "  --roster F          the gradebook that Canvas exported; the grades are filled in\n"
    "  --assignment NAME   its column, if it is not clear which\n"
    "  --jobs N            so many at a time (default: one for each core)\n"
    "  --cases public|all  (default all)\n"
    "  --seed N            of what the cases choose (default 1)\n"
    "  --engine local|slurm  this machine, or one array job of Slurm (SBATCH_... are its options)\n"
    "  --no-sandbox        compile and run what students wrote without bubblewrap\n";

static int usage(const char *format, ...)
{
    char *text, *line;
    va_list args;
    va_start(args, format);
    int length = vasprintf(&text, format, args);
    va_end(args);
    line = length < 0 ? NULL : clean_line(text);
    fprintf(stderr, "grade: %s (build/grade batch --help lists the options)\n",
            line ? line : "no memory");
    free(line);
    if (length >= 0)
        free(text);
    return EXIT_USAGE;
}

static bool parse_number(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
    char *end;
    errno = 0;
    *value = strtoull(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && *value >= min &&
           *value <= max;
}

/* Which of two words it is: 0 or 1; -1: neither. */
static int which(const char *text, const char *first, const char *second)
{
    return strcmp(text, first) == 0 ? 0 : strcmp(text, second) == 0 ? 1 : -1;
}

static int take_word(struct batch_options *o, int key, const char *text)
{
    int word = key == 'c' ? which(text, "public", "all") : which(text, "local", "slurm");
    if (word < 0)
        return key == 'c' ? usage("--cases: '%s' is neither public nor all", text)
                          : usage("--engine: '%s' is neither local nor slurm", text);
    if (key == 'c')
        o->hidden = word == 1;
    else
        o->engine = word == 1 ? ENGINE_SLURM : ENGINE_LOCAL;
    return OPTIONS_OK;
}

static int take_number(struct batch_options *o, int key, const char *text)
{
    uint64_t n, min = key == 'j', max = key == 'j' ? JOBS_MAX : UINT64_MAX;
    if (!parse_number(text, min, max, &n))
        return usage("'%s' is not a number from %" PRIu64 " to %" PRIu64, text, min, max);
    if (key == 'j')
        o->jobs = (unsigned)n;
    else
        o->seed = n;
    return OPTIONS_OK;
}

static int take(struct batch_options *o, int key, const char *text)
{
    switch (key) {
    case 'l':
        o->lab = text;
        break;
    case 'd':
        o->submissions = text;
        break;
    case 'o':
        o->out = text;
        break;
    case 'r':
        o->roster = text;
        break;
    case 'a':
        o->assignment = text;
        break;
    case 'n':
        o->sandbox = false;
        break;
    case 'c':
    case 'e':
        return take_word(o, key, text);
    case 'j':
    case 's':
        return take_number(o, key, text);
    case 'h':
        fputs(help, stdout);
        return 0;
    default:
        return usage("an option is unknown, or its value is missing");
    }
    return OPTIONS_OK;
}

static unsigned cores(void)
{
    cpu_set_t set;
    return sched_getaffinity(0, sizeof set, &set) == 0 ? (unsigned)CPU_COUNT(&set) : 1;
}

/* A batch writes OUT/grades.csv, and begins by removing it. */
static bool overwrites_roster(const struct batch_options *o)
{
    char *grades;
    if (!o->roster || asprintf(&grades, "%s/grades.csv", o->out) < 0)
        return false;
    bool same = file_is_same(o->roster, grades);
    free(grades);
    return same;
}

static int check(struct batch_options *o)
{
    if (!o->lab)
        return usage("--lab is missing");
    if (!o->submissions)
        return usage("--submissions is missing");
    if (!o->out)
        return usage("--out is missing");
    if (!lab_find(o->lab))
        return usage("there is no lab '%s'", o->lab);
    if (file_below(o->out, o->submissions) == 0)
        return usage("--out is where the submissions are; its files would be graded, too");
    if (file_below(o->out, o->submissions) > 1)
        return usage("--out is inside of a submission");
    if (overwrites_roster(o))
        return usage("--roster is what --out would overwrite: take the gradebook out of there");
    if (o->assignment && !o->roster)
        return usage("--assignment names a column of a roster, and --roster is missing");
    if (o->jobs == 0 && o->engine == ENGINE_LOCAL)
        o->jobs = cores();
    return OPTIONS_OK;
}

int batch_parse(struct batch_options *o, int argc, char **argv)
{
    static const struct option options[] = {{"lab", required_argument, NULL, 'l'},
                                            {"submissions", required_argument, NULL, 'd'},
                                            {"out", required_argument, NULL, 'o'},
                                            {"roster", required_argument, NULL, 'r'},
                                            {"assignment", required_argument, NULL, 'a'},
                                            {"jobs", required_argument, NULL, 'j'},
                                            {"cases", required_argument, NULL, 'c'},
                                            {"seed", required_argument, NULL, 's'},
                                            {"engine", required_argument, NULL, 'e'},
                                            {"no-sandbox", no_argument, NULL, 'n'},
                                            {"help", no_argument, NULL, 'h'},
                                            {NULL, 0, NULL, 0}};
    int key, status = OPTIONS_OK;
    *o = (struct batch_options){.seed = GRADE_SEED, .hidden = true, .sandbox = true};
    optind = 0; /* GNU's way to begin anew */
    opterr = 0;
    while (status == OPTIONS_OK && (key = getopt_long(argc, argv, "", options, NULL)) != -1)
        status = take(o, key, optarg);
    if (status != OPTIONS_OK)
        return status;
    if (optind < argc)
        return usage("'%s' is no option", argv[optind]);
    return check(o);
}

int batch_command(int argc, char **argv)
{
    struct batch_options o;
    if (argc == 3 && strcmp(argv[1], "--task") == 0)
        return batch_task(argv[2]);
    int status = batch_parse(&o, argc, argv);
    return status == OPTIONS_OK ? batch_run(&o) : status;
}
