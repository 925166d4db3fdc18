/* The command line of `courier sweep`. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "emu/options.h"
#include "emu/sweep/command.h"
#include "emu/sweep/report.h"

#define JOBS_MAX  256
#define BAR       40
#define FLIPS_MAX 10000000

static const char help[] =
    "usage: courier sweep --workload FILE [options]\n"
    "\n"
    "Runs the workload once, and then once for every message at which a server can be made\n"
    "to fail, and judges each run against the first. Status 0: all were transparent.\n"
    "\n"
    "  --workload F      what is typed at the guest's console (tests/workloads/)\n"
    "  --server NAME     rs, pm, fs, tty or blk; may be repeated (default: all)\n"
    "  --kind K          crash, hang, bitflip or powercut (default crash)\n"
    "  --sample N        so many cases, chosen at random (bitflip: default 1000)\n"
    "  --seed N          of that choice (default 1)\n"
    "  --jobs N          so many at a time (default: one for each core)\n"
    "  --report F        write the result to F (JSON)\n"
    "  --case N          only this case, in this process; with --trace F a trace is written\n"
    "  --kernel F, --disk F  as for courier run; the disk is not changed\n";

struct request {
    struct sweep sweep;
    const char *workload, *report;
    int64_t only; /* --case, or -1 */
};

static int usage(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("courier: sweep: ", stderr);
    vfprintf(stderr, format, args);
    fputs(" (courier sweep --help lists the options)\n", stderr);
    va_end(args);
    return EXIT_USAGE;
}

static int cannot(const char *why)
{
    fprintf(stderr, "courier: sweep: %s\n", why);
    return EXIT_CANNOT;
}

static bool parse_number(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
    char *end;
    errno = 0;
    *value = strtoull(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && *value >= min &&
           *value <= max;
}

static int take_server(struct sweep *s, const char *name)
{
    static const char *const names[] = {
        [EP_RS] = "rs", [EP_PM] = "pm", [EP_FS] = "fs", [EP_TTY] = "tty", [EP_BLK] = "blk"};
    for (unsigned i = EP_RS; i <= EP_BLK; i++)
        if (strcmp(names[i], name) == 0) {
            s->services |= 1u << i;
            return OPTIONS_OK;
        }
    return usage("--server: '%s' is none of rs, pm, fs, tty, blk", name);
}

static int take_kind(struct sweep *s, const char *name)
{
    for (int kind = 0; kind < SWEEP_KINDS; kind++)
        if (strcmp(sweep_kind_name((enum sweep_kind)kind), name) == 0) {
            s->kind = (enum sweep_kind)kind;
            return OPTIONS_OK;
        }
    return usage("--kind: '%s' is none of crash, hang, bitflip, powercut", name);
}

static int take_number(struct request *r, char key, const char *text)
{
    uint64_t n, max = key == 'j' ? JOBS_MAX : key == 'n' ? FLIPS_MAX : INT64_MAX;
    uint64_t min = key == 'j' || key == 'n';
    if (!parse_number(text, min, max, &n))
        return usage("'%s' is not a number from %" PRIu64 " to %" PRIu64, text, min, max);
    if (key == 'j')
        r->sweep.jobs = (unsigned)n;
    else if (key == 'n')
        r->sweep.sample = n;
    else if (key == 's')
        r->sweep.seed = n;
    else
        r->only = (int64_t)n;
    return OPTIONS_OK;
}

static int take(struct request *r, int key, const char *text)
{
    switch (key) {
    case 'w':
        r->workload = text;
        return OPTIONS_OK;
    case 'S':
        return take_server(&r->sweep, text);
    case 'k':
        return take_kind(&r->sweep, text);
    case 'r':
        r->report = text;
        return OPTIONS_OK;
    case 't':
        r->sweep.config.trace = text;
        return OPTIONS_OK;
    case 'K':
        r->sweep.config.kernel = text;
        return OPTIONS_OK;
    case 'd':
        r->sweep.config.disk = text;
        return OPTIONS_OK;
    case 'h':
        fputs(help, stdout);
        return 0;
    default:
        return take_number(r, (char)key, text);
    }
}

static int parse(struct request *r, int argc, char **argv)
{
    static const struct option table[] = {
        {"workload", required_argument, NULL, 'w'},
        {"server", required_argument, NULL, 'S'},
        {"kind", required_argument, NULL, 'k'},
        {"sample", required_argument, NULL, 'n'},
        {"seed", required_argument, NULL, 's'},
        {"jobs", required_argument, NULL, 'j'},
        {"report", required_argument, NULL, 'r'},
        {"case", required_argument, NULL, 'c'},
        {"trace", required_argument, NULL, 't'},
        {"kernel", required_argument, NULL, 'K'},
        {"disk", required_argument, NULL, 'd'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    int key, status = OPTIONS_OK;
    opterr = 0;
    optind = 1;
    while (status == OPTIONS_OK && (key = getopt_long(argc, argv, ":", table, NULL)) != -1) {
        if (key == ':')
            status = usage("%s needs a value", argv[optind - 1]);
        else if (key == '?')
            status = usage("unknown option '%s'", argv[optind - 1]);
        else
            status = take(r, key, optarg);
    }
    if (status == OPTIONS_OK && optind < argc)
        status = usage("unexpected argument '%s'", argv[optind]);
    if (status == OPTIONS_OK && !r->workload)
        status = usage("--workload is missing");
    if (status == OPTIONS_OK && r->sweep.config.trace && r->only < 0)
        status = usage("--trace goes with --case");
    return status;
}

/* ---- the progress bar ------------------------------------------------------------------------ */

static void progress(const struct sweep *s, uint32_t done)
{
    char bar[BAR + 1];
    unsigned full = s->case_count ? (unsigned)((uint64_t)done * BAR / s->case_count) : 0;
    memset(bar, '.', BAR);
    memset(bar, '#', full);
    bar[BAR] = '\0';
    fprintf(stderr, "\r[%s] %u of %u ", bar, done, s->case_count);
    fflush(stderr);
}

/* ---- doing it -------------------------------------------------------------------------------- */

static int replay(struct request *r)
{
    char why[256];
    struct verdict v;
    if (r->only >= r->sweep.case_count)
        return usage("--case: there are %u cases, from 0 on", r->sweep.case_count);
    if (!sweep_replay(&r->sweep, (uint32_t)r->only, &v, why, sizeof why))
        return cannot(why);
    printf("case %u: %s, fault at %" PRIu64 ", detected %" PRIu64 ", restarted %" PRIu64
           ", first good reply %" PRIu64 "\n",
           (unsigned)r->only, outcome_name(v.outcome), v.fault, v.detected, v.restarted, v.replied);
    return v.outcome != TRANSPARENT;
}

static int run_all(struct request *r)
{
    struct sweep *s = &r->sweep;
    bool bar = isatty(STDERR_FILENO);
    bool whole = sweep_run(s, bar ? progress : NULL);
    uint32_t bad = 0;
    if (bar)
        fputs("\r\033[K", stderr);
    if (!whole)
        return cannot("a worker did not come to its end");
    report_print(s, r->workload);
    if (r->report && !report_write(s, r->workload, r->report)) {
        fprintf(stderr, "courier: sweep: %s: cannot be written\n", r->report);
        return EXIT_CANNOT;
    }
    for (uint32_t i = 0; i < s->case_count; i++)
        bad += s->cases[i].verdict.outcome != TRANSPARENT;
    return bad != 0;
}

/* The same defaults as for a run. */
static int set_defaults(struct request *r, struct run_options *run)
{
    static char name[] = "run";
    char *argv[] = {name, NULL};
    struct sweep *s = &r->sweep;
    int status = options_parse(run, 1, argv);
    if (!s->config.kernel)
        s->config.kernel = run->kernel;
    if (!s->config.disk)
        s->config.disk = run->disk;
    if (!s->jobs)
        s->jobs = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
    if (s->kind == SWEEP_BITFLIP && !s->sample)
        s->sample = 1000;
    s->config.seed = run->seed;
    return status;
}

int sweep_main(int argc, char **argv)
{
    struct request r = {.sweep = {.seed = 1}, .only = -1};
    struct run_options run = {0};
    char why[512];
    int status = parse(&r, argc, argv);
    if (status == OPTIONS_OK)
        status = set_defaults(&r, &run);
    if (status == OPTIONS_OK && !workload_read(&r.sweep.workload, r.workload, why, sizeof why))
        status = cannot(why);
    const char *trace = r.sweep.config.trace;
    r.sweep.config.trace = NULL; /* only of the case */
    if (status == OPTIONS_OK && !sweep_prepare(&r.sweep, why, sizeof why))
        status = cannot(why);
    r.sweep.config.trace = trace;
    if (status == OPTIONS_OK)
        status = r.only >= 0 ? replay(&r) : run_all(&r);
    sweep_free(&r.sweep);
    options_free(&run);
    return status;
}
