/* Builtins: what only the shell can do to itself. */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "sh.h"

int wrong_usage(const char *name)
{
    fprintf(stderr, "usage: %s\n", find_builtin(name)->synopsis);
    return 2;
}

/* The number in argv[1], or `otherwise` when there is none; -1: it is no number. */
static int number(int argc, char **argv, int otherwise)
{
    if (argc < 2)
        return otherwise;
    char *end;
    long n = strtol(argv[1], &end, 10);
    return *end || end == argv[1] || n < 0 || n > 1 << 30 ? -1 : (int)n;
}

static int builtin_cd(int argc, char **argv)
{
    if (argc > 2)
        return wrong_usage(argv[0]);
    const char *path = argc == 2 ? argv[1] : HOME;
    if (chdir(path) == 0)
        return 0;
    warn("cd: %s", path);
    return 1;
}

static int builtin_exit(int argc, char **argv)
{
    int status = number(argc, argv, last_status);
    if (argc > 2 || status < 0)
        return wrong_usage(argv[0]);
    exit(status & 0xff);
}

static int builtin_wait(int argc, char **argv)
{
    int pid = number(argc, argv, 0);
    if (argc > 2 || pid < 0)
        return wrong_usage(argv[0]);
    return wait_for_background(pid);
}

static int builtin_jobs(int argc, char **argv)
{
    if (argc > 1)
        return wrong_usage(argv[0]);
    list_background();
    return 0;
}

static int builtin_colon(int argc, char **argv)
{
    (void)argc, (void)argv;
    return 0;
}

static int builtin_shift(int argc, char **argv)
{
    int n = number(argc, argv, 1);
    if (argc > 2 || n < 0 || n > parameter_count)
        return wrong_usage(argv[0]);
    parameters += n;
    parameter_count -= n;
    return 0;
}

static int leave(int argc, char **argv, bool go_on)
{
    int n = number(argc, argv, 1);
    if (argc > 2 || n < 1)
        return wrong_usage(argv[0]);
    leave_loops = n < loop_depth ? n : loop_depth;
    continue_loop = go_on && loop_depth > 0;
    return 0;
}

static int builtin_break(int argc, char **argv)
{
    return leave(argc, argv, false);
}

static int builtin_continue(int argc, char **argv)
{
    return leave(argc, argv, true);
}

/* A line of the standard input, byte by byte: the rest belongs to others. -1: there is none. */
static int read_line(struct text *line)
{
    char c;
    ssize_t n;
    text_clear(line);
    while ((n = read(STDIN_FILENO, &c, 1)) == 1 || (n < 0 && errno == EINTR && !interrupted)) {
        if (n == 1 && c == '\n')
            return 0;
        if (n == 1 && c)
            text_add(line, c);
    }
    return line->length ? 0 : -1;
}

/* read NAME...: the line's words into the variables, the last one takes what is left. */
static int builtin_read(int argc, char **argv)
{
    static struct text line;
    for (int i = 1; i < argc; i++)
        if (!is_name(argv[i], strlen(argv[i])))
            return wrong_usage(argv[0]);
    if (argc < 2)
        return wrong_usage(argv[0]);
    int end = read_line(&line);
    char *at = line.s;
    for (int i = 1; i < argc; i++) {
        at += strspn(at, " \t");
        size_t n = i == argc - 1 ? strlen(at) : strcspn(at, " \t");
        while (i == argc - 1 && n && strchr(" \t", at[n - 1]))
            n--;
        set_variable(argv[i], strlen(argv[i]), arena_copy(at, n));
        at += n;
    }
    return end ? 1 : 0;
}

/* . FILE: runs the commands of a file in this shell. */
static int builtin_dot(int argc, char **argv)
{
    if (argc != 2)
        return wrong_usage(argv[0]);
    int fd = open(argv[1], O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        warn("%s", argv[1]);
        return 1;
    }
    struct input *in = arena_alloc(sizeof *in);
    input_from_fd(in, fd);
    int status = run_input(in);
    close(fd);
    return status;
}

/* In the order of help. */
const struct builtin builtins[] = {
    {"help", builtin_help, "help"},
    {"cd", builtin_cd, "cd [DIRECTORY]"},
    {"exit", builtin_exit, "exit [STATUS]"},
    {"read", builtin_read, "read NAME..."},
    {"shift", builtin_shift, "shift [COUNT]"},
    {"jobs", builtin_jobs, "jobs"},
    {"kill", builtin_kill, "kill [-SIGNAL] PID... | -l"},
    {"wait", builtin_wait, "wait [PID]"},
    {"break", builtin_break, "break [LOOPS]"},
    {"continue", builtin_continue, "continue [LOOPS]"},
    {".", builtin_dot, ". FILE"},
    {":", builtin_colon, ": [ARGUMENT...]"},
    {NULL, NULL, NULL},
};

const struct builtin *find_builtin(const char *name)
{
    for (const struct builtin *b = builtins; b->name; b++)
        if (strcmp(b->name, name) == 0)
            return b;
    return NULL;
}
