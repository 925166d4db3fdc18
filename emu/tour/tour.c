/*
 * The tour as a whole: which steps there are, and how one goes from one to the next. All scripts are read before the first one
 * plays.
 */
#include "emu/tour/tour.h"

#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "emu/options.h"
#include "emu/terminal.h"
#include "emu/tour/show.h"

#define SHOW_MS      800 /* a show waits so long, and so much longer for each line */
#define SHOW_LINE_MS 180
#define COLUMNS_MIN  50
#define COLUMNS_MAX  120
#define STEPS_MAX    99u
#define PATH_SIZE    4096u
#define CTRL_C       "\003"
#define CTRL_D       "\004"

struct tour {
    struct tour_options options;
    bool list; /* --list */
    char kernel[PATH_SIZE], disk[PATH_SIZE], place[PATH_SIZE];
    char *path[STEPS_MAX]; /* of the scripts in `place`, in order */
    unsigned steps;
    struct script script[STEPS_MAX]; /* that are played */
    unsigned scripts;
};

static int complain(int status, const char *what, const char *which)
{
    fprintf(stderr, "courier: %s%s\n", what, which);
    return status;
}

/* ---- steps ---------------------------------------------------------------------------------------- */

static int is_script(const struct dirent *entry)
{
    size_t n = strlen(entry->d_name);
    return entry->d_name[0] != '.' && n > 5 && strcmp(entry->d_name + n - 5, ".tour") == 0;
}

/* The scripts in the directory tour/ beside this program or above it, in the order of their names. */
static int find_steps(struct tour *t)
{
    static const char *const places[] = {"tour", "../tour", "../../tour"};
    struct dirent **entry;
    int n = -1;
    for (size_t i = 0; n <= 0 && i < sizeof places / sizeof places[0]; i++)
        n = scandir(options_beside_program(places[i], t->place, sizeof t->place), &entry, is_script,
                    versionsort);
    if (n <= 0)
        return complain(EXIT_CANNOT, "there are no steps in ", t->place);
    char *plain = realpath(t->place, NULL); /* without the `..` in it */
    for (int i = 0; i < n; i++) {
        const char *place = plain ? plain : t->place;
        size_t size = strlen(place) + strlen(entry[i]->d_name) + 2;
        char *path = t->steps < STEPS_MAX ? malloc(size) : NULL;
        if (path) {
            snprintf(path, size, "%s/%s", place, entry[i]->d_name);
            t->path[t->steps++] = path;
        }
        free(entry[i]);
    }
    free(entry);
    free(plain);
    return OPTIONS_OK;
}

static int add_script(struct tour *t, const char *path)
{
    char why[512];
    struct stat st;
    if (t->scripts == STEPS_MAX)
        return complain(EXIT_USAGE, "too many steps", "");
    if (stat(path, &st) != 0 || S_ISDIR(st.st_mode)) {
        fprintf(stderr, "courier: %s: %s\n", path, errno ? strerror(errno) : "a directory");
        return EXIT_CANNOT;
    }
    if (!script_read(&t->script[t->scripts++], path, why, sizeof why))
        return complain(EXIT_USAGE, why, "");
    return OPTIONS_OK;
}

/* A step's number, or the path of a script. */
static int add_step(struct tour *t, const char *text)
{
    char *end;
    unsigned long number = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0')
        return add_script(t, text);
    int status = t->steps ? OPTIONS_OK : find_steps(t);
    if (status != OPTIONS_OK)
        return status;
    if (number < 1 || number > t->steps)
        return complain(EXIT_USAGE, "there is no step ", text);
    return add_script(t, t->path[number - 1]);
}

static int add_all(struct tour *t)
{
    int status = find_steps(t);
    for (unsigned i = 0; i < t->steps && status == OPTIONS_OK; i++)
        status = add_script(t, t->path[i]);
    return status;
}

/* ---- the command line ----------------------------------------------------------------------------- */

static int help(void)
{
    fputs("usage: courier tour [options] [STEP]...\n"
          "\n"
          "A guided tour of the live system. STEP is a number, or a script of your own.\n"
          "\n"
          "  --list      the steps\n"
          "  --show      for an audience: goes on by itself, q quits\n"
          "  --text      as text without pauses, as without a terminal\n"
          "  --ascii     no characters but ASCII\n"
          "  --kernel F  boot this ELF file (default: courier.elf beside this program)\n"
          "  --disk F    a disk image, which is not written (default: disk.img likewise)\n"
          "\n"
          "The exit status is 0 if all that the steps expect has happened.\n",
          stdout);
    return 0;
}

static int parse_options(struct tour *t, int argc, char **argv)
{
    static const struct option table[] = {
        {"kernel", required_argument, NULL, 'k'}, {"disk", required_argument, NULL, 'd'},
        {"text", no_argument, NULL, 't'},         {"show", no_argument, NULL, 's'},
        {"ascii", no_argument, NULL, 'a'},        {"list", no_argument, NULL, 'l'},
        {"help", no_argument, NULL, 'h'},         {NULL, 0, NULL, 0}};
    int key, status = OPTIONS_OK;
    opterr = 0;
    while ((key = getopt_long(argc, argv, "h", table, NULL)) != -1) {
        if (key == 'h')
            return help();
        if (key == '?')
            return complain(EXIT_USAGE, argv[optind - 1],
                            ": no such option, or no argument for it (courier tour --help)");
        t->options.text |= key == 't';
        t->options.show |= key == 's';
        t->options.ascii |= key == 'a';
        t->list |= key == 'l';
        if (key == 'k')
            t->options.stage.kernel = optarg;
        if (key == 'd')
            t->options.stage.disk = optarg;
    }
    for (int i = optind; i < argc && status == OPTIONS_OK; i++)
        status = add_step(t, argv[i]);
    return status == OPTIONS_OK && optind == argc ? add_all(t) : status;
}

/* All lines of the terminal but for those of the pause. */
static int page_lines(void)
{
    struct winsize size;
    bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 4;
    return (known ? size.ws_row : 24) - 3;
}

/* 0: no terminal. */
static int terminal_columns(const struct tour_options *options)
{
    struct winsize size;
    bool known = !options->text && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0;
    return known ? size.ws_col : 0;
}

int tour_columns(const struct tour_options *options)
{
    int columns = terminal_columns(options);
    return columns == 0            ? SHOW_COLUMNS
           : columns < COLUMNS_MIN ? COLUMNS_MIN
           : columns > COLUMNS_MAX ? COLUMNS_MAX
                                   : columns;
}

void tour_show(const struct tour_options *options)
{
    page_show(options->written, terminal_columns(options), options->ascii);
}

static void set_defaults(struct tour *t)
{
    struct tour_options *o = &t->options;
    if (!o->stage.kernel)
        o->stage.kernel = options_beside_program("courier.elf", t->kernel, sizeof t->kernel);
    if (!o->stage.disk)
        o->stage.disk = options_beside_program("disk.img", t->disk, sizeof t->disk);
    setlocale(LC_CTYPE, "");
    o->ascii |= strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
    o->text |= !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO);
    o->page = o->text ? 0 : page_lines();
    o->color = !o->text && !getenv("NO_COLOR");
}

/* ---- playing -------------------------------------------------------------------------------------- */

static volatile sig_atomic_t resized;
static sigset_t with_resize; /* the signals that are held back in a pause, too */

static void on_resize(int number)
{
    (void)number;
    resized = 1;
}

/* A resize is noticed in pauses only (any_key). */
static void watch_size(void)
{
    struct sigaction action = {.sa_handler = on_resize};
    sigset_t resize;
    sigemptyset(&resize);
    sigaddset(&resize, SIGWINCH);
    sigprocmask(SIG_BLOCK, &resize, &with_resize);
    sigaction(SIGWINCH, &action, NULL);
}

/* In a show: false if the time has passed without a key. True also after a resize. */
static bool any_key(const struct tour_options *options, int lines)
{
    struct pollfd keyboard = {.fd = STDIN_FILENO, .events = POLLIN};
    int ms = SHOW_MS + lines * SHOW_LINE_MS;
    struct timespec time = {ms / 1000, ms % 1000 * 1000000L};
    return ppoll(&keyboard, 1, options->show ? &time : NULL, &with_resize) != 0;
}

/* The page, once more if the terminal is not as it was, and below it what may be done. */
static void put_question(const struct tour_options *options, const char *what)
{
    if (resized)
        page_show_again(options->written, terminal_columns(options), options->ascii);
    resized = 0;
    tour_show(options);
    if (options->show)
        printf("\n[it goes on by itself; Enter: at once, q: quit] ");
    else
        printf("\n[Enter: %s, n: next step, b: this step again, q: quit] ", what);
    fflush(stdout);
}

enum tour_end tour_pause(const struct tour_options *options, const char *what, int lines)
{
    char key = 0;
    if (options->text) {
        tour_show(options);
        return TOUR_GOOD;
    }
    put_question(options, what);
    while (!key || !strchr("\r\n nNbBqQ" CTRL_C CTRL_D, key)) {
        if (!any_key(options, lines))
            key = '\n';
        else if (resized)
            put_question(options, what);
        else if (read(STDIN_FILENO, &key, 1) != 1)
            key = 'q'; /* the terminal is gone */
    }
    fputs("\r\033[K\033[A", stdout);
    return strchr("\r\n ", key) ? TOUR_GOOD
           : strchr("nN", key)  ? TOUR_NEXT
           : strchr("bB", key)  ? TOUR_AGAIN
                                : TOUR_QUIT;
}

static int play(struct tour *t)
{
    int status = 0;
    struct page page;
    if (!page_open(&page))
        return complain(EXIT_CANNOT, "not enough memory", "");
    t->options.written = &page;
    if (!t->options.text) {
        watch_size();
        terminal_raw(); /* keys come one by one; terminal.c restores it in any case */
    }
    enum tour_end end = TOUR_GOOD;
    for (unsigned i = 0; i < t->scripts && end != TOUR_QUIT; i += end != TOUR_AGAIN) {
        end = tour_play(&t->options, &t->script[i], i + 1, t->scripts);
        if (end == TOUR_FAILED)
            status = EXIT_CANNOT;
        bool played = end == TOUR_GOOD || end == TOUR_FAILED;
        if (played && i + 1 < t->scripts)
            end = tour_pause(&t->options, "the next step", 0);
    }
    terminal_restore();
    page_close(&page);
    if (ferror(stdout))
        return complain(EXIT_CANNOT, "standard output cannot be written", "");
    return status;
}

static int list(const struct tour *t)
{
    for (unsigned i = 0; i < t->scripts; i++)
        printf("%2u  %s\n", i + 1, t->script[i].title);
    return 0;
}

int tour_main(int argc, char **argv)
{
    struct tour *t = calloc(1, sizeof *t);
    if (!t)
        return complain(EXIT_CANNOT, "not enough memory", "");
    int status = parse_options(t, argc, argv);
    if (status == OPTIONS_OK) {
        set_defaults(t);
        status = t->list ? list(t) : play(t);
    }
    for (unsigned i = 0; i < t->scripts; i++)
        script_free(&t->script[i]);
    for (unsigned i = 0; i < t->steps; i++)
        free(t->path[i]);
    free(t);
    return status;
}
