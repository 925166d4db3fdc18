/* The command line of `courier sweep`. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include "emu/options.h"
#include "emu/session.h"
#include "emu/sweep/command.h"
#include "emu/sweep/report.h"

#define JOBS_MAX      256
#define BAR           40
#define CASES_MAX     10000000
#define WORKLOADS_MAX 16
#define FLIPS         3400 /* in a sweep, if nobody says how many: 10,000 over the three workloads */
#define INTERRUPTED   130  /* exit status, as the shell has it for SIGINT */

static const char help[] =
    "usage: courier sweep --workload FILE [options]\n"
    "\n"
    "Runs the workload once, and then once for every message at which a server can be made\n"
    "to fail, and judges each run against the first. Status 0: all were transparent (a bit\n"
    "flip may also end with a visible error); 1: not.\n"
    "\n"
    "  --workload F      what is typed at the guest's console (tests/workloads/);\n"
    "                    may be repeated: one after the other\n"
    "  --server NAME     rs, pm, fs, tty or blk; may be repeated (default: all)\n"
    "  --kind K          crash, hang, bitflip or powercut; may be repeated (default crash)\n"
    "  --sample N        so many cases of each workload and kind, chosen at random\n"
    "                    (default: all of them; of bit flips 3400)\n"
    "  --seed N          of that choice (default 1)\n"
    "  --jobs N          so many at a time (default: one for each core)\n"
    "  --report F        write the result to F (JSON)\n"
    "  --case N          only this case of one workload and kind; says what was different\n"
    "  --trace F         with --case: write a trace of it\n"
    "  --dash            with --case: open the dashboard on it, at the fault\n"
    "  --kernel F, --disk F  as for courier run; the disk is not changed\n";

struct request {
    struct sweep sweep; /* what is common to all */
    const char *path[WORKLOADS_MAX];
    struct workload workload[WORKLOADS_MAX];
    unsigned workloads;
    unsigned kinds; /* a bit each */
    const char *report, *trace;
    int64_t only; /* --case, or -1 */
    bool dash;
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

static int cannot(const char *what, const char *why)
{
    fprintf(stderr, "courier: sweep: %s%s%s\n", what, *what ? ": " : "", why);
    return EXIT_CANNOT;
}

/* ---- options --------------------------------------------------------------------------------- */

static bool parse_number(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
    char *end;
    errno = 0;
    *value = strtoull(text, &end, 10);
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && *value >= min &&
           *value <= max;
}

static int take_workload(struct request *r, const char *path)
{
    if (r->workloads == WORKLOADS_MAX)
        return usage("at most %d workloads", WORKLOADS_MAX);
    r->path[r->workloads++] = path;
    return OPTIONS_OK;
}

static int take_server(struct request *r, const char *name)
{
    static const char *const names[] = {
        [EP_RS] = "rs", [EP_PM] = "pm", [EP_FS] = "fs", [EP_TTY] = "tty", [EP_BLK] = "blk"};
    r->sweep.some_services = true;
    for (unsigned i = EP_RS; i <= EP_BLK; i++)
        if (strcmp(names[i], name) == 0) {
            r->sweep.services |= 1u << i;
            return OPTIONS_OK;
        }
    return usage("--server: '%s' is none of rs, pm, fs, tty, blk", name);
}

static int take_kind(struct request *r, const char *name)
{
    for (unsigned kind = 0; kind < SWEEP_KINDS; kind++)
        if (strcmp(sweep_kind_name((enum sweep_kind)kind), name) == 0) {
            r->kinds |= 1u << kind;
            return OPTIONS_OK;
        }
    return usage("--kind: '%s' is none of crash, hang, bitflip, powercut", name);
}

static int take_number(struct request *r, char key, const char *text)
{
    uint64_t n, max = key == 'j' ? JOBS_MAX : key == 's' ? INT64_MAX : CASES_MAX;
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

static int take_file(struct request *r, int key, const char *text)
{
    const char **file = key == 'r'   ? &r->report
                        : key == 't' ? &r->trace
                        : key == 'K' ? &r->sweep.config.kernel
                                     : &r->sweep.config.disk;
    *file = text;
    r->sweep.images = r->sweep.config.kernel || r->sweep.config.disk;
    return OPTIONS_OK;
}

static int take(struct request *r, int key, const char *text)
{
    switch (key) {
    case 'w':
        return take_workload(r, text);
    case 'S':
        return take_server(r, text);
    case 'k':
        return take_kind(r, text);
    case 'D':
        r->dash = true;
        return OPTIONS_OK;
    case 'h':
        fputs(help, stdout);
        return 0;
    case 'j':
    case 'n':
    case 's':
    case 'c':
        return take_number(r, (char)key, text);
    default:
        return take_file(r, key, text);
    }
}

/* What makes no sense together. */
static int check(const struct request *r)
{
    bool one = r->workloads == 1 && (r->kinds & (r->kinds - 1)) == 0;
    if (!r->workloads)
        return usage("--workload is missing");
    if (r->only >= 0 && !one)
        return usage("--case is about one workload and one kind");
    if (r->only >= 0 && r->report)
        return usage("--report is not for --case");
    if (r->only < 0 && (r->trace || r->dash))
        return usage("%s goes with --case", r->trace ? "--trace" : "--dash");
    if (r->dash && !(isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)))
        return cannot("--dash", "the dashboard needs a terminal (--trace F needs none)");
    return OPTIONS_OK;
}

static int parse(struct request *r, int argc, char **argv)
{
    static const struct option table[] = {
        {"workload", required_argument, NULL, 'w'}, {"server", required_argument, NULL, 'S'},
        {"kind", required_argument, NULL, 'k'},     {"sample", required_argument, NULL, 'n'},
        {"seed", required_argument, NULL, 's'},     {"jobs", required_argument, NULL, 'j'},
        {"report", required_argument, NULL, 'r'},   {"case", required_argument, NULL, 'c'},
        {"trace", required_argument, NULL, 't'},    {"dash", no_argument, NULL, 'D'},
        {"kernel", required_argument, NULL, 'K'},   {"disk", required_argument, NULL, 'd'},
        {"help", no_argument, NULL, 'h'},           {NULL, 0, NULL, 0},
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
    return status == OPTIONS_OK ? check(r) : status;
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
    if (!r->kinds)
        r->kinds = 1u << SWEEP_CRASH;
    s->config.seed = run->seed;
    return status;
}

/* ---- one case -------------------------------------------------------------------------------- */

/* Opens the dashboard on the trace, at this time. */
static int look(const char *trace, uint64_t time)
{
    static char name[] = "dash", option[] = "--at";
    char at[32], path[4096];
    char *argv[] = {name, option, at, path, NULL};
    snprintf(at, sizeof at, "%" PRIu64 "ns", time * (1000000000 / BOARD_CLOCK_HZ));
    snprintf(path, sizeof path, "%s", trace);
    return recorded_main(4, argv);
}

static int replay(struct request *r, struct sweep *s)
{
    char why[256], own[] = "/tmp/courier-case-XXXXXX";
    struct verdict v;
    int file = r->dash && !r->trace ? mkstemp(own) : -1;
    if (r->only >= s->case_count)
        return usage("--case: there are %u cases, from 0 on", s->case_count);
    s->config.trace = file >= 0 ? own : r->trace;
    if (!sweep_replay(s, (uint32_t)r->only, &v, why, sizeof why))
        return cannot("", why);
    printf("case %u: %s: %s, fault at %" PRIu64 ", detected %" PRIu64 ", restarted %" PRIu64
           ", first good reply %" PRIu64 "\n",
           (unsigned)r->only, v.what, outcome_name(v.outcome), v.fault, v.detected, v.restarted,
           v.replied);
    if (r->dash && s->config.trace)
        look(s->config.trace, v.fault);
    if (file >= 0) {
        unlink(own);
        close(file);
    }
    return v.outcome != TRANSPARENT;
}

/* ---- all cases ------------------------------------------------------------------------------- */

/* In one line, whatever the terminal's width: where the bar has no room there is none. */
static void progress(const struct sweep *s, uint32_t done)
{
    struct winsize size;
    bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    char bar[BAR + 1], words[64];
    unsigned full = s->case_count ? (unsigned)((uint64_t)done * BAR / s->case_count) : 0;
    int columns = known ? size.ws_col - 1 : 79;
    int length = snprintf(words, sizeof words, "%u of %u, %s ", done, s->case_count,
                          sweep_kind_name(s->kind));
    memset(bar, '.', BAR);
    memset(bar, '#', full);
    bar[BAR] = '\0';
    if (columns >= length + BAR + 3)
        fprintf(stderr, "\r[%s] %s", bar, words);
    else
        fprintf(stderr, "\r\033[K%.*s", columns, words);
    fflush(stderr);
}

static int sweep_one(struct request *r, struct report *report, unsigned workload,
                     enum sweep_kind kind)
{
    char why[512];
    int status = OPTIONS_OK;
    bool bar = isatty(STDERR_FILENO);
    struct sweep s = r->sweep;
    s.workload = &r->workload[workload];
    s.kind = kind;
    if (kind == SWEEP_BITFLIP && !s.sample)
        s.sample = FLIPS;
    if (!sweep_prepare(&s, why, sizeof why)) {
        status = cannot(r->path[workload], why);
    } else if (r->only >= 0) {
        status = replay(r, &s);
    } else {
        bool whole = sweep_run(&s, bar ? progress : NULL, &report->interrupted, why, sizeof why);
        if (bar)
            fputs("\r\033[K", stderr);
        report_add(report, &s, r->path[workload]);
        if (!whole && !report->interrupted)
            status = cannot(r->path[workload], why);
    }
    sweep_free(&s);
    return status;
}

/* All kinds of all workloads. What has been found is reported, even if something went wrong. */
static int sweep_all(struct request *r, struct report *report)
{
    int status = OPTIONS_OK;
    for (unsigned kind = 0; kind < SWEEP_KINDS; kind++)
        for (unsigned w = 0; w < r->workloads; w++)
            if (r->kinds >> kind & 1 && status == OPTIONS_OK && !report->interrupted)
                status = sweep_one(r, report, w, (enum sweep_kind)kind);
    return status;
}

static int run(struct request *r)
{
    struct report report;
    if (r->only >= 0)
        return sweep_all(r, &(struct report){0});
    if (!report_open(&report, program_invocation_name, r->report))
        return cannot(r->report, strerror(errno));
    sweep_catch_interrupts();
    int status = sweep_all(r, &report);
    bool interrupted = report.interrupted, bad = report.bad || report.missing;
    if (!report_close(&report))
        return cannot(r->report ? r->report : "standard output", "cannot be written");
    return status != OPTIONS_OK ? status : interrupted ? INTERRUPTED : bad;
}

static int read_workloads(struct request *r)
{
    char why[512];
    for (unsigned i = 0; i < r->workloads; i++)
        if (!workload_read(&r->workload[i], r->path[i], why, sizeof why))
            return cannot("", why);
    return OPTIONS_OK;
}

int sweep_main(int argc, char **argv)
{
    struct request r = {.sweep = {.seed = 1}, .only = -1};
    struct run_options options = {0};
    int status = parse(&r, argc, argv);
    if (status == OPTIONS_OK)
        status = set_defaults(&r, &options);
    if (status == OPTIONS_OK)
        status = read_workloads(&r);
    if (status == OPTIONS_OK)
        status = run(&r);
    for (unsigned i = 0; i < r.workloads; i++)
        workload_free(&r.workload[i]);
    options_free(&options);
    return status;
}
