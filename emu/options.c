/*
 * The command line: every option is checked here, so that nothing has begun yet when a wrong one
 * is refused with one line and status 2.
 */
#include "emu/options.h"
#include "emu/board/board.h"
#include "emu/display/display.h"
#include "emu/model/filter.h"

#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MEMORY_DEFAULT 64u /* MiB */

enum option_key {
    OPT_DISK = 256,
    OPT_KERNEL,
    OPT_MEMORY,
    OPT_SEED,
    OPT_TRACE,
    OPT_STATS,
    OPT_MAX_INSNS,
    OPT_EXEC,
    OPT_HEADLESS,
    OPT_PACE,
    OPT_READONLY,
    OPT_ASCII,
    OPT_BREAK,
    OPT_DISPLAY,
    OPT_SCREENSHOT,
    OPT_RECORD,
    OPT_SLOW,
    OPT_HELP
};

static const struct option table[] = {
    {"disk", required_argument, NULL, OPT_DISK},
    {"kernel", required_argument, NULL, OPT_KERNEL},
    {"memory", required_argument, NULL, OPT_MEMORY},
    {"seed", required_argument, NULL, OPT_SEED},
    {"trace", required_argument, NULL, OPT_TRACE},
    {"stats", required_argument, NULL, OPT_STATS},
    {"max-insns", required_argument, NULL, OPT_MAX_INSNS},
    {"exec", required_argument, NULL, OPT_EXEC},
    {"headless", no_argument, NULL, OPT_HEADLESS},
    {"pace", required_argument, NULL, OPT_PACE},
    {"readonly", no_argument, NULL, OPT_READONLY},
    {"ascii", no_argument, NULL, OPT_ASCII},
    {"break", required_argument, NULL, OPT_BREAK},
    {"display", required_argument, NULL, OPT_DISPLAY},
    {"screenshot", required_argument, NULL, OPT_SCREENSHOT},
    {"record", required_argument, NULL, OPT_RECORD},
    {"slow", required_argument, NULL, OPT_SLOW},
    {"help", no_argument, NULL, OPT_HELP},
    {NULL, 0, NULL, 0},
};

void options_help(void)
{
    fputs(
        "usage: courier run [options]         boots the system; on a terminal with the dashboard\n"
        "       courier dash FILE [options]   looks into a recorded trace\n"
        "       courier trace COMMAND ...     says what is in it: summary, show, export, diff\n"
        "       courier tour [STEP]...        shows the system in seven steps\n"
        "       courier sweep --workload F    makes each server fail at each message\n"
        "       courier soak                  kills a random server every 10 ms, under load\n"
        "       courier --version | --help    (each command has a --help of its own)\n"
        "\n"
        "run:\n"
        "  --kernel F       boot this ELF file (default: courier.elf beside this program);\n"
        "                   without --disk it gets no disk\n"
        "  --disk F         a disk image (default: disk.img beside this program)\n"
        "  --memory MiB     memory of the board, 1 to 2048 (default 64)\n"
        "  --seed N         the guest's random numbers follow from it (default 1)\n"
        "  --headless       the console on stdin and stdout instead of the dashboard;\n"
        "                   on a terminal Ctrl-A x ends it, Ctrl-A Ctrl-A types a Ctrl-A\n"
        "  --exec 'LINE'    type this at the shell prompt, then power off; may be repeated;\n"
        "                   the exit status is that of the last line; without dashboard\n"
        "  --pace real|fast virtual time no faster than real time, or as fast as it goes\n"
        "                   (default: real on a terminal, else fast)\n"
        "  --max-insns N    stop after N instructions with status 124\n"
        "  --trace F        write every message to F (pcapng)\n"
        "  --stats F        write counters to F (JSON)\n"
        "\n"
        "the dashboard, of run and dash:\n"
        "  --ascii          draw with ASCII alone\n"
        "  --readonly       no faults: kill, change and damage nothing (run)\n"
        "  --break FILTER   stop before such a message, or at a `crash`; may be repeated (run)\n"
        "  --filter FILTER  show only such messages at first (dash)\n"
        "\n"
        "the lecture view, of run and dash:\n"
        "  --display flow   a window beside the terminal: processes, and messages as they pass\n"
        "  --screenshot F   its last picture as a PNG file; needs no display\n"
        "  --record DIR     all its pictures, 30 a second, as numbered PNG files\n"
        "  --slow N         a second in the window is 1/N second of the guest, 1 to 1000000\n"
        "                   (default 1; of pictures 100)\n"
        "  --at TIME        the last picture, or the message that the dashboard begins with, is\n"
        "                   of this virtual time, such as 12.5ms (dash)\n",
        stdout);
}

static int usage(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    fputs("courier: ", stderr);
    vfprintf(stderr, format, args);
    fputs(" (courier --help lists the options)\n", stderr);
    va_end(args);
    return EXIT_USAGE;
}

static bool parse_number(const char *text, uint64_t min, uint64_t max, uint64_t *value)
{
    char *end;

    if (text[0] < '0' || text[0] > '9')
        return false;
    errno = 0;
    *value = strtoull(text, &end, 0);
    return errno == 0 && *end == '\0' && *value >= min && *value <= max;
}

static int add_exec(struct run_options *o, const char *line)
{
    size_t length = strlen(line);

    if (length > EXEC_LINE_MAX)
        return usage("--exec: a line has at most %d bytes", EXEC_LINE_MAX);
    for (size_t i = 0; i < length; i++) {
        if (((unsigned char)line[i] < ' ' && line[i] != '\t') || line[i] == 0x7f)
            return usage("--exec: control characters cannot be typed in a line");
    }
    o->exec[o->exec_count++] = line;
    o->headless = true;
    return OPTIONS_OK;
}

/* A mistake in it is a wrong use: it is found before the run begins. */
static int add_break(struct run_options *o, const char *text)
{
    struct filter_error error;

    if (strcmp(text, "crash") != 0) {
        struct filter *f = filter_compile(text, &error);
        if (f == NULL) {
            filter_complain("--break", text, &error);
            return EXIT_USAGE;
        }
        filter_free(f);
    }
    o->breaks[o->break_count++] = text;
    return OPTIONS_OK;
}

static int parse_pace(struct run_options *o, const char *text)
{
    if (strcmp(text, "real") == 0)
        o->pace = PACE_REAL;
    else if (strcmp(text, "fast") == 0)
        o->pace = PACE_FAST;
    else
        return usage("--pace: '%s' is neither real nor fast", text);
    return OPTIONS_OK;
}

static int parse_display(struct run_options *o, const char *text)
{
    if (strcmp(text, "flow") != 0)
        return usage("--display: '%s' is not flow", text);
    o->display = true;
    return OPTIONS_OK;
}

static int parse_value(struct run_options *o, int key, const char *text)
{
    uint64_t n;

    switch (key) {
    case OPT_MEMORY:
        if (!parse_number(text, BOARD_MEMORY_MIN, BOARD_MEMORY_MAX, &n))
            return usage("--memory: '%s' is not a number of MiB from %u to %u", text,
                         BOARD_MEMORY_MIN, BOARD_MEMORY_MAX);
        o->memory = (unsigned)n;
        break;
    case OPT_SEED:
        if (!parse_number(text, 0, UINT64_MAX, &o->seed))
            return usage("--seed: '%s' is not a number", text);
        break;
    case OPT_SLOW:
        if (!parse_number(text, 1, DISPLAY_SLOW_MAX, &n))
            return usage("--slow: '%s' is not a number from 1 to %u", text, DISPLAY_SLOW_MAX);
        o->slow = (unsigned)n;
        break;
    case OPT_MAX_INSNS:
        if (!parse_number(text, 1, UINT64_MAX - 1, &o->max_insns))
            return usage("--max-insns: '%s' is not a number of instructions", text);
        break;
    }
    return OPTIONS_OK;
}

static int parse_one(struct run_options *o, int key, const char *text)
{
    switch (key) {
    case OPT_DISK:
        o->disk = text;
        break;
    case OPT_KERNEL:
        o->kernel = text;
        break;
    case OPT_TRACE:
        o->trace = text;
        break;
    case OPT_STATS:
        o->stats = text;
        break;
    case OPT_SCREENSHOT:
        o->screenshot = text;
        break;
    case OPT_RECORD:
        o->record = text;
        break;
    case OPT_DISPLAY:
        return parse_display(o, text);
    case OPT_HEADLESS:
        o->headless = true;
        break;
    case OPT_EXEC:
        return add_exec(o, text);
    case OPT_PACE:
        return parse_pace(o, text);
    case OPT_HELP:
        options_help();
        return 0;
    case OPT_READONLY:
        o->readonly = true;
        break;
    case OPT_ASCII:
        o->ascii = true;
        break;
    case OPT_BREAK:
        return add_break(o, text);
    default:
        return parse_value(o, key, text);
    }
    return OPTIONS_OK;
}

const char *options_beside_program(const char *name, char *path, size_t size)
{
    char self[2048];
    ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

    if (n < 0)
        return name;
    self[n] = '\0';
    snprintf(path, size, "%s/%s", dirname(self), name);
    return path;
}

static void set_defaults(struct run_options *o)
{
    if (o->kernel != NULL)
        return;
    o->kernel = options_beside_program("courier.elf", o->default_kernel, sizeof o->default_kernel);
    if (o->disk == NULL)
        o->disk = options_beside_program("disk.img", o->default_disk, sizeof o->default_disk);
}

/* ---- files ---------------------------------------------------------------------------------- */

/* Are these two names of one file, or will they be? */
static bool same_file(const char *a, const char *b)
{
    struct stat x, y;

    if (stat(a, &x) == 0 && stat(b, &y) == 0)
        return S_ISREG(x.st_mode) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
    return strcmp(a, b) == 0;
}

/* No output may overwrite an input, or another output. */
static int check_files(const struct run_options *o)
{
    const struct {
        const char *option, *path;
        bool output;
    } file[] = {
        {"--kernel", o->kernel, false},        {"--disk", o->disk, false},
        {"--trace", o->trace, true},           {"--stats", o->stats, true},
        {"--screenshot", o->screenshot, true},
    };
    const size_t files = sizeof file / sizeof file[0];

    for (size_t i = 0; i < files; i++) {
        for (size_t k = 0; file[i].output && file[i].path != NULL && k < i; k++) {
            if (file[k].path != NULL && same_file(file[i].path, file[k].path))
                return usage("%s and %s are the same file, %s", file[k].option, file[i].option,
                             file[i].path);
        }
    }
    if (o->slow != 0 && !o->display && o->screenshot == NULL && o->record == NULL)
        return usage("--slow needs --display flow, --screenshot or --record");
    if (o->trace != NULL && strcmp(o->trace, "-") == 0)
        return usage("--trace: standard output is the console's; name a file or a FIFO");
    return OPTIONS_OK;
}

/* Those that may be given more than once collect what they get; of the others the second is a mistake. */
static int check_repeated(uint64_t *seen, int key)
{
    uint64_t bit = UINT64_C(1) << (key - OPT_DISK);
    bool again = *seen & bit && key != OPT_EXEC && key != OPT_BREAK;

    *seen |= bit;
    for (const struct option *row = table; again && row->name != NULL; row++) {
        if (row->val == key)
            return usage("--%s is given twice", row->name);
    }
    return OPTIONS_OK;
}

int options_parse(struct run_options *o, int argc, char **argv)
{
    uint64_t seen = 0;
    int key;

    *o = (struct run_options){.memory = MEMORY_DEFAULT, .seed = 1, .max_insns = UINT64_MAX};
    o->exec = calloc((size_t)argc + 1, sizeof *o->exec);
    o->breaks = calloc((size_t)argc + 1, sizeof *o->breaks);
    if (o->exec == NULL || o->breaks == NULL) {
        fputs("courier: not enough memory\n", stderr);
        return EXIT_CANNOT;
    }
    opterr = 0;
    optind = 1;
    while ((key = getopt_long(argc, argv, ":", table, NULL)) != -1) {
        int status = OPTIONS_OK;
        if (key == ':')
            status = usage("%s needs a value", argv[optind - 1]);
        else if (key == '?')
            status = usage("unknown option '%s'", argv[optind - 1]);
        else
            status = check_repeated(&seen, key);
        if (status == OPTIONS_OK)
            status = parse_one(o, key, optarg);
        if (status != OPTIONS_OK)
            return status;
    }
    if (optind < argc)
        return usage("unexpected argument '%s'", argv[optind]);
    set_defaults(o);
    return check_files(o);
}

void options_free(struct run_options *o)
{
    free(o->exec);
    free(o->breaks);
    o->exec = o->breaks = NULL;
}
