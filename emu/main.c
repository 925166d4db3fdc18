/* `courier`: the command and its subcommands. */
#include "emu/export/command.h"
#include "emu/options.h"
#include "emu/session.h"
#include "emu/stats.h"
#include "emu/sweep/command.h"
#include "emu/sweep/soak.h"
#include "emu/tour/tour.h"
#include "emu/version.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unicorn/unicorn.h>
#include <unistd.h>

static int print_version(void)
{
    unsigned major, minor;

    uc_version(&major, &minor);
    printf("courier %s (Unicorn %u.%u)\n", COURIER_VERSION, major, minor);
    return 0;
}

static int print_help(void)
{
    options_help();
    return 0;
}

static bool on_terminal(void)
{
    return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

static int cannot_break(void)
{
    fprintf(stderr, "courier: --break needs the dashboard, and so a terminal\n");
    return EXIT_USAGE;
}

static int cannot_write(const char *path)
{
    fprintf(stderr, "courier: %s: %s\n", path, strerror(errno));
    return EXIT_CANNOT;
}

/* Better found out now than after the run. Nothing is written: a run that never was has no statistics. */
static bool can_write(const char *path)
{
    bool new = access(path, F_OK) != 0;
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);

    if (fd < 0)
        return false;
    close(fd);
    if (new)
        unlink(path);
    return true;
}

static int run_somewhere(const struct run_options *options, struct run_stats *stats)
{
    if (!options->headless && on_terminal())
        return dash_main(options, stats);
    if (options->break_count > 0)
        return cannot_break();
    return run_headless(options, stats);
}

static int run(int argc, char **argv)
{
    struct run_options options;
    struct run_stats stats = {0};
    int status = options_parse(&options, argc, argv);

    if (status == OPTIONS_OK && options.stats != NULL && !can_write(options.stats)) {
        status = cannot_write(options.stats);
    } else if (status == OPTIONS_OK) {
        status = run_somewhere(&options, &stats);
        bool ran = stats.instructions > 0;
        if (ran && options.stats != NULL && !stats_write(&stats, options.stats) && status == 0)
            status = cannot_write(options.stats);
    }
    options_free(&options);
    return status;
}

/* Whoever starts us without standard files must not have the console written into the disk image, which would be the next
 * file to be opened. */
static void fill_standard_files(void)
{
    int fd = open("/dev/null", O_RDWR);

    while (fd >= 0 && fd <= STDERR_FILENO)
        fd = dup(fd);
    if (fd > STDERR_FILENO)
        close(fd);
}

int main(int argc, char **argv)
{
    const char *command = argc > 1 ? argv[1] : "";

    fill_standard_files();

    if (strcmp(command, "run") == 0)
        return run(argc - 1, argv + 1);
    if (strcmp(command, "dash") == 0)
        return recorded_main(argc - 1, argv + 1);
    if (strcmp(command, "trace") == 0)
        return trace_main(argc - 1, argv + 1);
    if (strcmp(command, "tour") == 0)
        return tour_main(argc - 1, argv + 1);
    if (strcmp(command, "sweep") == 0)
        return sweep_main(argc - 1, argv + 1);
    if (strcmp(command, "soak") == 0)
        return soak_main(argc - 1, argv + 1);
    if (strcmp(command, "--version") == 0)
        return print_version();
    if (strcmp(command, "help") == 0 || strcmp(command, "--help") == 0 ||
        strcmp(command, "-h") == 0)
        return print_help();
    if (argc < 2)
        fprintf(stderr, "courier: no command given (try: courier run; courier --help)\n");
    else
        fprintf(stderr, "courier: unknown command '%s' (try: courier run; courier --help)\n",
                command);
    return EXIT_USAGE;
}
