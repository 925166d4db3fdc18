/* The command line of `courier soak`, and what it says. */
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "emu/options.h"
#include "emu/sweep/report.h"
#include "emu/sweep/soak.h"

#define BAR         40
#define SECONDS_MAX 86400
#define EVERY_MAX   1000
#define INTERRUPTED 130

static const char help[] =
    "usage: courier soak [options]\n"
    "\n"
    "Kills a random server again and again while a load works in the guest and checks its\n"
    "results. Status 0: nothing was lost, and nothing has leaked.\n"
    "\n"
    "  --minutes N       of virtual time (default 1)\n"
    "  --seconds N       the same in seconds\n"
    "  --every MS        milliseconds from kill to kill (default 10)\n"
    "  --seed N          of the choice (default 1)\n"
    "  --kills N         no more after so many: to find the one that did it\n"
    "  --report F        write the result to F (JSON)\n"
    "  --trace F         write a trace (large)\n"
    "  --kernel F, --disk F  as for courier run; the disk is not changed\n";

static const char *const service_name[NSERVICES] = {
    [EP_RS] = "rs", [EP_PM] = "pm", [EP_FS] = "fs", [EP_TTY] = "tty", [EP_BLK] = "blk"};

struct request {
    struct soak soak;
    const char *report;
};

static int usage(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("courier: soak: ", stderr);
    vfprintf(stderr, format, args);
    fputs(" (courier soak --help lists the options)\n", stderr);
    va_end(args);
    return EXIT_USAGE;
}

static int cannot(const char *what, const char *why)
{
    fprintf(stderr, "courier: soak: %s%s%s\n", what, *what ? ": " : "", why);
    return EXIT_CANNOT;
}

/* ---- options --------------------------------------------------------------------------------- */

static int take_number(const char *text, uint64_t max, uint64_t *value)
{
    char *end;
    errno = 0;
    *value = strtoull(text, &end, 10);
    if (text[0] >= '0' && text[0] <= '9' && !*end && !errno && *value >= 1 && *value <= max)
        return OPTIONS_OK;
    return usage("'%s' is not a number from 1 to %" PRIu64, text, max);
}

static int take(struct request *r, int key, const char *text)
{
    struct soak *s = &r->soak;
    int status = OPTIONS_OK;
    switch (key) {
    case 'm':
        status = take_number(text, SECONDS_MAX / 60, &s->seconds);
        s->seconds *= 60;
        return status;
    case 'n':
        return take_number(text, SECONDS_MAX, &s->seconds);
    case 'e':
        return take_number(text, EVERY_MAX, &s->every);
    case 'k':
        return take_number(text, UINT32_MAX, &s->most);
    case 's':
        return take_number(text, INT64_MAX, &s->seed);
    case 'r':
        r->report = text;
        return OPTIONS_OK;
    case 't':
        s->config.trace = text;
        return OPTIONS_OK;
    case 'K':
        s->config.kernel = text;
        return OPTIONS_OK;
    case 'd':
        s->config.disk = text;
        return OPTIONS_OK;
    default:
        fputs(help, stdout);
        return 0;
    }
}

static int parse(struct request *r, int argc, char **argv)
{
    static const struct option table[] = {
        {"minutes", required_argument, NULL, 'm'},
        {"seconds", required_argument, NULL, 'n'},
        {"every", required_argument, NULL, 'e'},
        {"kills", required_argument, NULL, 'k'},
        {"seed", required_argument, NULL, 's'},
        {"report", required_argument, NULL, 'r'},
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
    return status;
}

/* ---- the result ------------------------------------------------------------------------------ */

static void progress(const struct soak *s, unsigned done)
{
    char bar[BAR + 1];
    unsigned full = done * BAR / 1000;
    memset(bar, '.', BAR);
    memset(bar, '#', full < BAR ? full : BAR);
    bar[BAR] = '\0';
    fprintf(stderr, "\r[%s] %" PRIu64 " of %" PRIu64 " s ", bar, s->time / BOARD_CLOCK_HZ,
            s->seconds);
    fflush(stderr);
}

static uint64_t sum(const uint64_t of[NSERVICES])
{
    uint64_t all = 0;
    for (unsigned i = 0; i < NSERVICES; i++)
        all += of[i];
    return all;
}

static void print(const struct soak *s)
{
    uint64_t deaths = sum(s->deaths), busy = sum(s->busy);
    printf("server     kills    deaths  with work in hand\n");
    for (unsigned i = EP_RS; i <= EP_BLK; i++)
        printf("%-6s %9" PRIu64 " %9" PRIu64 " %18" PRIu64 "\n", service_name[i], s->kills[i],
               s->deaths[i], s->busy[i]);
    printf("all    %9" PRIu64 " %9" PRIu64 " %18" PRIu64 "\n\n", sum(s->kills), deaths, busy);
    printf("%.1f s of virtual time, %" PRIu64 " rounds of the load\n",
           (double)s->time / BOARD_CLOCK_HZ, s->rounds);
    printf("ended: %s; output: %s; files: %s; leaks: %s\n", s->ended ? "yes" : "no",
           s->output_right ? "right" : "wrong", s->disk_right ? "as before" : "not as before",
           s->nothing_leaked ? "none" : "some");
    printf("in use before:\n%sin use after:\n%s", s->before ? s->before : "nothing\n",
           s->after ? s->after : "nothing\n");
}

static bool write_report(const struct soak *s, const char *path)
{
    json_t *j =
        json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:b, s:b, s:b, s:b, s:s, s:s}",
                  "seconds", (json_int_t)s->seconds, "every_ms", (json_int_t)s->every, "seed",
                  (json_int_t)s->seed, "time", (json_int_t)s->time, "rounds", (json_int_t)s->rounds,
                  "kills", (json_int_t)sum(s->kills), "deaths", (json_int_t)sum(s->deaths),
                  "passed", soak_passed(s), "ended", s->ended, "output_right", s->output_right,
                  "disk_right", s->disk_right, "nothing_leaked", s->nothing_leaked, "before",
                  s->before ? s->before : "", "after", s->after ? s->after : "");
    json_t *servers = json_object();
    for (unsigned i = EP_RS; i <= EP_BLK; i++)
        json_object_set_new(servers, service_name[i],
                            json_pack("{s:I, s:I, s:I}", "kills", (json_int_t)s->kills[i], "deaths",
                                      (json_int_t)s->deaths[i], "busy", (json_int_t)s->busy[i]));
    json_object_set_new(j, "servers", servers);
    errno = 0;
    bool written = json_dump_file(j, path, JSON_INDENT(2)) == 0;
    json_decref(j);
    return written;
}

/* ---- doing it -------------------------------------------------------------------------------- */

static int run(struct request *r)
{
    struct soak *s = &r->soak;
    char why[512];
    bool bar = isatty(STDERR_FILENO);
    if (r->report && !report_can_write(r->report))
        return cannot(r->report, strerror(errno));
    bool done = soak_run(s, bar ? progress : NULL, why, sizeof why);
    if (bar)
        fputs("\r\033[K", stderr);
    if (!done)
        return cannot("", why);
    if (s->interrupted)
        return INTERRUPTED;
    print(s);
    if (r->report && !write_report(s, r->report))
        return cannot(r->report, "cannot be written");
    return !soak_passed(s);
}

int soak_main(int argc, char **argv)
{
    static char name[] = "run";
    char *defaults[] = {name, NULL};
    struct request r = {.soak = {.seconds = 60, .every = 10, .seed = 1}};
    struct run_options options = {0};
    int status = parse(&r, argc, argv);
    if (status == OPTIONS_OK)
        status = options_parse(&options, 1, defaults);
    if (status == OPTIONS_OK) {
        struct machine_config *c = &r.soak.config;
        c->kernel = c->kernel ? c->kernel : options.kernel;
        c->disk = c->disk ? c->disk : options.disk;
        c->seed = options.seed;
        status = run(&r);
    }
    soak_free(&r.soak);
    options_free(&options);
    return status;
}
