/*
 * sh [-c STRING [NAME [ARGUMENT...]]] | [FILE [ARGUMENT...]] | --status NUMBER: reads commands and
 * runs them, from a string, a file, or its input. It is interactive when its input is a terminal.
 * $? begins with the number: init says so what became of the shell before.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "sh.h"

bool interactive;
int last_status;
pid_t shell_pid, last_background;
volatile bool interrupted;
jmp_buf give_up;

static void on_interrupt(int sig)
{
    (void)sig;
    interrupted = true;
}

/* Leaves everything that is being done: back to main(), which starts the loop again. */
_Noreturn void out_of_memory(void)
{
    static const char message[] = "sh: out of memory\n";
    write(STDERR_FILENO, message, sizeof message - 1);
    if (!interactive)
        _exit(2);
    longjmp(give_up, 1);
}

int run_input(struct input *in)
{
    for (;;) {
        struct mark memory = arena_mark();
        struct list *tree;
        if (interactive)
            report_background();
        enum parse_result result = parse_line(in, &tree);
        if (interactive && interrupted) { /* ^C while a line was typed */
            input_skip_line(in);
            last_status = 128 + SIGINT;
        } else if (result == PARSE_END) {
            return last_status;
        } else if (result == PARSE_ERROR) {
            last_status = 2;
            if (!interactive)
                return last_status;
        } else {
            last_status = run_list(tree);
        }
        if (interactive)
            interrupted = false;
        arena_release(memory);
    }
}

/* Takes the terminal, and ^C as a request to come back to the prompt. */
static void become_interactive(void)
{
    interactive = true;
    signal(SIGINT, on_interrupt);
    setpgid(0, 0);
    take_terminal();
}

static void open_script(struct input *in, const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        err(errno == ENOENT ? 127 : 126, "%s", path);
    /* Out of the way of the descriptors that a script may use. */
    dup2(fd, OPEN_MAX - 1);
    fcntl(OPEN_MAX - 1, F_SETFD, FD_CLOEXEC);
    close(fd);
    input_from_fd(in, OPEN_MAX - 1);
}

static const char synopsis[] =
    "[-c STRING [NAME [ARGUMENT...]]] | [FILE [ARGUMENT...]] | --status NUMBER";

int main(int argc, char **argv)
{
    static struct input in;
    static const struct mark nothing;
    int first = argc; /* of the arguments that become $0, $1, ... */
    shell_pid = getpid();
    if (argc > 1 && strcmp(argv[1], "-c") == 0) {
        if (argc == 2)
            usage(synopsis);
        input_from_string(&in, argv[2]);
        first = 3;
    } else if (argc > 1 && argv[1][0] != '-') {
        open_script(&in, argv[1]);
        first = 1;
    } else {
        if (argc == 3 && strcmp(argv[1], "--status") == 0)
            last_status = atoi(argv[2]);
        else if (argc > 1)
            usage(synopsis);
        input_from_fd(&in, STDIN_FILENO);
        if (isatty(STDIN_FILENO))
            become_interactive();
    }
    if (first < argc) {
        shell_name = argv[first];
        parameters = argv + first + 1;
        parameter_count = argc - first - 1;
    }
    if (setjmp(give_up) != 0) {
        undo_redirects(0);
        arena_release(nothing);
        loop_depth = leave_loops = 0;
        input_skip_line(&in);
        take_terminal();
        last_status = 2;
    }
    return run_input(&in);
}
