/* The command line of `courier trace`; every option is checked before anything is read. */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include "emu/export/command.h"
#include "emu/export/exporters.h"
#include "emu/export/text.h"
#include "emu/model/filter_words.h"
#include "emu/options.h"
#include "emu/trace/diff.h"

#define GO_ON (-1)

enum option_key { OPT_FILTER = 256, OPT_FORMAT, OPT_AT, OPT_TREE, OPT_ALL, OPT_HELP };

struct command {
    const char *name;
    exporter_create *create; /* NULL: chosen by an option */
    const struct option *options;
};

static const struct option summary_options[] = {
    {"all", no_argument, NULL, OPT_ALL}, {"help", no_argument, NULL, OPT_HELP}, {0}};
static const struct option show_options[] = {{"filter", required_argument, NULL, OPT_FILTER},
                                             {"tree", no_argument, NULL, OPT_TREE},
                                             {"help", no_argument, NULL, OPT_HELP},
                                             {0}};
static const struct option export_options[] = {{"format", required_argument, NULL, OPT_FORMAT},
                                               {"filter", required_argument, NULL, OPT_FILTER},
                                               {"at", required_argument, NULL, OPT_AT},
                                               {"help", no_argument, NULL, OPT_HELP},
                                               {0}};
static const struct option diff_options[] = {{"help", no_argument, NULL, OPT_HELP}, {0}};

static const struct command commands[] = {{"summary", summary_create, summary_options},
                                          {"show", show_create, show_options},
                                          {"export", NULL, export_options},
                                          {"diff", NULL, diff_options}};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void help(void)
{
    fputs("usage: courier trace summary [--all] FILE\n"
          "       courier trace show [--filter EXPR] [--tree] FILE\n"
          "       courier trace export --format FORMAT [--filter EXPR] [--at PLACE] FILE\n"
          "       courier trace diff A B\n"
          "\n"
          "FILE is what `courier run --trace FILE` wrote; - is standard input.\n"
          "\n"
          "  summary          processes, latencies, recoveries, deadlocks, slowest transactions\n"
          "  show             a line for each message and each event of a process's life\n"
          "  export           to standard output\n"
          "  diff             the first event that differs\n"
          "\n"
          "  --all            no table is cut short\n"
          "  --tree           transactions as trees: total, self, inside, in instructions\n"
          "  --format FORMAT  perfetto, jsonl, csv, mermaid, or dot (who waits for whom)\n"
          "  --filter EXPR    only these messages, for example\n"
          "                   'src==sh && type==FS_READ && latency>1000' (docs/trace-tools.md)\n"
          "  --at PLACE       of dot: after this event (1234), or at this time (12.5ms);\n"
          "                   default: the end\n",
          stdout);
}

__attribute__((format(printf, 1, 2))) static int usage(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("courier: ", stderr);
    vfprintf(stderr, format, args);
    fputs(" (courier trace --help)\n", stderr);
    va_end(args);
    return EXIT_USAGE;
}

/* ---- options ---------------------------------------------------------------------------------- */

static int take_filter(struct export_options *o, const char *text)
{
    struct filter_error error;
    o->filter = filter_compile(text, &error);
    if (o->filter)
        return GO_ON;
    filter_complain("--filter", text, &error);
    return error.column ? EXIT_USAGE : EXIT_CANNOT;
}

static int take_format(exporter_create **chosen, const char *name)
{
    *chosen = exporter_called(name);
    if (*chosen)
        return GO_ON;
    return usage("--format: '%s' is none of %s, %s", name, EXPORT_FORMATS, EXPORT_LAST);
}

/* A plain number is an event; with a unit (ns, us, ms, s) it is a time. The filter language knows how to read it. */
static int take_place(struct export_options *o, const char *text)
{
    struct token t;
    const char *at = text, *why;
    filter_number number = 0;
    t = token_next(text, &at);
    if (t.kind != TOKEN_NUMBER || *at || !token_number(&t, true, &number, &why) || number < 0)
        return usage("--at: '%s' is neither the number of an event nor a time such as 12.5ms",
                     text);
    o->at = text[strlen(text) - 1] == 's' ? AT_TIME : AT_EVENT;
    o->place = (uint64_t)number;
    return GO_ON;
}

struct arguments {
    struct export_options options;
    exporter_create *format;
    unsigned taken; /* options: bits 1 << (key - OPT_FILTER) */
    int files;      /* index of the first in argv */
};

static const char *option_name(int key)
{
    static const char *const name[] = {"--filter", "--format", "--at", "--tree", "--all", "--help"};
    return name[key - OPT_FILTER];
}

static int take_option(struct arguments *a, int key, const char *text)
{
    if (a->taken & 1u << (key - OPT_FILTER))
        return usage("%s is given twice", option_name(key));
    a->taken |= 1u << (key - OPT_FILTER);
    switch (key) {
    case OPT_FILTER:
        return take_filter(&a->options, text);
    case OPT_FORMAT:
        return take_format(&a->format, text);
    case OPT_AT:
        return take_place(&a->options, text);
    case OPT_TREE:
        a->options.tree = true;
        return GO_ON;
    case OPT_ALL:
        a->options.all = true;
        return GO_ON;
    default:
        help();
        return 0;
    }
}

static int parse(struct arguments *a, const struct command *c, int argc, char **argv)
{
    int key, status = GO_ON;
    opterr = 0;
    optind = 1;
    while (status == GO_ON && (key = getopt_long(argc, argv, ":", c->options, NULL)) != -1) {
        if (key == ':')
            status = usage("trace %s: %s needs a value", c->name, argv[optind - 1]);
        else if (key == '?')
            status = usage("trace %s: unknown option '%s'", c->name, argv[optind - 1]);
        else
            status = take_option(a, key, optarg);
    }
    a->files = optind;
    return status;
}

/* Is what was said complete, and does it fit together? */
static int check(const struct arguments *a, const struct command *c, int argc, char **argv)
{
    int wanted = c->options == diff_options ? 2 : 1;
    bool is_dot = a->format == dot_create;
    if (c->options == export_options && !a->format)
        return usage("trace export: --format is missing");
    if (a->options.at != AT_END && !is_dot)
        return usage("--at is for --format dot");
    if (a->options.filter && is_dot)
        return usage("--filter chooses messages, and --format dot shows none");
    if (argc - a->files < wanted && wanted == 2)
        return usage("trace %s: two files are wanted, %s given", c->name,
                     argc == a->files ? "none is" : "one is");
    if (argc - a->files < wanted)
        return usage("trace %s: no file given", c->name);
    if (argc - a->files > wanted)
        return usage("trace %s: unexpected argument '%s'", c->name, argv[a->files + wanted]);
    if (wanted == 2 && strcmp(argv[a->files], "-") == 0 && strcmp(argv[a->files + 1], "-") == 0)
        return usage("trace %s: standard input can be read only once", c->name);
    return GO_ON;
}

/* ---- doing it --------------------------------------------------------------------------------- */

/* Nothing more is written: did all get out? A reader that has gone away, as `| head`, has what it wanted. */
static int finish_output(int status)
{
    int error = ferror(stdout) ? errno : 0;
    if (fflush(stdout) != 0 && !error)
        error = errno;
    if (!error || error == EPIPE)
        return status;
    fprintf(stderr, "courier: cannot write: %s\n", strerror(error));
    return EXIT_CANNOT;
}

static int run(const struct command *c, struct arguments *a, char **argv)
{
    exporter_create *create = a->format ? a->format : a->options.tree ? tree_create : c->create;
    a->options.out = stdout;
    a->options.path = argv[a->files];
    if (c->options == diff_options)
        return finish_output(trace_diff(argv[a->files], argv[a->files + 1]));
    struct walker *w = create(&a->options);
    if (!w) {
        fputs("courier: not enough memory\n", stderr);
        return EXIT_CANNOT;
    }
    int status = walk_trace(a->options.path, a->options.filter, stdout, w);
    w->free(w);
    return finish_output(status);
}

int trace_main(int argc, char **argv)
{
    struct arguments a = {0};
    const struct command *c = NULL;
    const char *name = argc > 1 ? argv[1] : "";
    for (size_t i = 0; i < COUNT(commands); i++)
        if (strcmp(commands[i].name, name) == 0)
            c = &commands[i];
    if (strcmp(name, "--help") == 0 || strcmp(name, "help") == 0) {
        help();
        return finish_output(0);
    }
    if (argc < 2)
        return usage("trace: no command given: summary, show, export or diff");
    if (!c)
        return usage("trace: unknown command '%s': summary, show, export or diff", name);
    signal(SIGPIPE, SIG_IGN);
    int status = parse(&a, c, argc - 1, argv + 1);
    if (status == GO_ON)
        status = check(&a, c, argc - 1, argv + 1);
    if (status == GO_ON)
        status = run(c, &a, argv + 1);
    filter_free(a.options.filter);
    return status;
}
