/*
 * Running the tree. What a function returns is the status of what it ran, which is also $?.
 *
 * A simple command that is no builtin runs in a process of its own, and so does each part of a
 * pipeline, a ( list ) and what is in the background; all else runs in the shell itself.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/ipc.h>
#include "sh.h"

int loop_depth, leave_loops;
bool continue_loop;

bool stopping(void)
{
    return interrupted || leave_loops > 0;
}

/* ---- simple commands ---- */

/* False after a message. */
static bool assign(const struct word *assignments)
{
    for (; assignments; assignments = assignments->next) {
        size_t n = (size_t)(strchr(assignments->text, '=') - assignments->text);
        const char *value = expand_string(assignments->text + n + 1);
        if (!value)
            return false;
        set_variable(assignments->text, n, value);
    }
    return true;
}

/* A file that exec does not know is a script, unless it has a zero byte near its beginning. */
static _Noreturn void run_script(char **argv, const char *path)
{
    static struct input in;
    char beginning[128];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n = fd < 0 ? -1 : read(fd, beginning, sizeof beginning);
    if (n < 0 || memchr(beginning, 0, (size_t)n)) {
        if (n >= 0)
            errno = ENOEXEC;
        warn("%s", path);
        _exit(126);
    }
    lseek(fd, 0, SEEK_SET);
    shell_name = argv[0];
    parameters = argv + 1;
    for (parameter_count = 0; parameters[parameter_count];)
        parameter_count++;
    input_from_fd(&in, fd);
    _exit(run_input(&in));
}

/* Becomes the program; 127: there is none, 126: it cannot be run. */
static _Noreturn void execute(char **argv)
{
    char path[sizeof "/bin/" + NAME_MAX];
    execvp(strcmp(argv[0], "[") == 0 ? "test" : argv[0], argv); /* which knows both its names */
    int error = errno;
    bool has_slash = strchr(argv[0], '/') != NULL;
    if (error == ENOEXEC) {
        snprintf(path, sizeof path, "/bin/%s", argv[0]);
        run_script(argv, has_slash ? argv[0] : path);
    }
    if (error == ENOENT && !has_slash)
        warnx("%s: command not found", argv[0]);
    else
        errno = error, warn("%s", argv[0]);
    _exit(error == ENOENT ? 127 : 126);
}

static int run_builtin(const struct builtin *b, const struct fields *f,
                       const struct redirect *redirects)
{
    int mark = redirect_mark(), status = 1;
    if (redirect(redirects, true))
        status = b->run((int)f->count, f->v);
    undo_redirects(mark);
    return status;
}

static int run_program(char **argv, const struct redirect *redirects)
{
    pid_t pid;
    struct job job = {.pids = &pid};
    if (strcmp(argv[0], "svc") == 0 && is_given_up(EP_PM))
        return restart_service(argv);
    if (start_process(&job, true) == 0) {
        if (!redirect(redirects, false))
            _exit(1);
        execute(argv);
    }
    return wait_for_job(&job);
}

/* Assignments, redirections, or words that came to nothing. */
static int run_nothing(const struct command *c)
{
    int mark = redirect_mark();
    bool done = assign(c->assignments) && redirect(c->redirects, true);
    undo_redirects(mark);
    return done ? substitution_status : 1;
}

/* A simple command whose words have become these. */
static int run_fields(const struct command *c, const struct fields *f)
{
    if (f->count == 0)
        return run_nothing(c);
    if (c->assignments) {
        warnx("%s %s: there is no environment to set: programs get arguments only",
              c->assignments->text, f->v[0]);
        return 1;
    }
    const struct builtin *b = find_builtin(f->v[0]);
    return b ? run_builtin(b, f, c->redirects) : run_program(f->v, c->redirects);
}

static int run_simple(const struct command *c)
{
    struct fields f = {0};
    substitution_status = 0;
    return expand_words(c->words, &f) ? run_fields(c, &f) : 1;
}

/* ---- compound commands ---- */

/* After the body of a loop: does it go on? */
static bool next_turn(void)
{
    if (interrupted || leave_loops == 0)
        return !interrupted;
    if (--leave_loops > 0 || !continue_loop)
        return false;
    continue_loop = false;
    return true;
}

static int run_while(const struct command *c)
{
    int status = 0;
    loop_depth++;
    while ((run_list(c->condition) == 0) == (c->type == WHILE) && !stopping()) {
        status = run_list(c->body);
        if (!next_turn())
            break;
    }
    loop_depth--;
    return status;
}

static int run_for(const struct command *c)
{
    struct fields f = {0};
    int status = 0;
    if (c->all_parameters)
        for (int i = 0; i < parameter_count; i++)
            add_field(&f, parameters[i]);
    else if (!expand_words(c->words, &f))
        return 1;
    loop_depth++;
    for (size_t i = 0; i < f.count; i++) {
        set_variable(c->variable, strlen(c->variable), f.v[i]);
        status = run_list(c->body);
        if (!next_turn())
            break;
    }
    loop_depth--;
    return status;
}

static int run_if(const struct command *c)
{
    int status = run_list(c->condition);
    if (stopping())
        return status;
    if (status == 0)
        return run_list(c->body);
    return c->otherwise ? run_list(c->otherwise) : 0;
}

static int run_compound(const struct command *c)
{
    switch (c->type) {
    case IF:
        return run_if(c);
    case WHILE:
    case UNTIL:
        return run_while(c);
    case FOR:
        return run_for(c);
    default:
        return run_list(c->body);
    }
}

static int run_subshell(const struct command *c)
{
    pid_t pid;
    struct job job = {.pids = &pid};
    if (start_process(&job, true) == 0)
        run_command_and_exit(c);
    return wait_for_job(&job);
}

/* A command in the shell itself. What expanding and running it allocates is given back. */
static int run_command(const struct command *c)
{
    struct mark memory = arena_mark();
    int mark = redirect_mark(), status = 1;
    if (c->type == SIMPLE)
        status = run_simple(c);
    else if (c->type == SUBSHELL)
        status = run_subshell(c);
    else if (redirect(c->redirects, true))
        status = run_compound(c);
    undo_redirects(mark);
    arena_release(memory);
    return status;
}

/* A command in a process that was forked for it. */
_Noreturn void run_command_and_exit(const struct command *c)
{
    struct fields f = {0};
    loop_depth = 0;
    if (c->type == SIMPLE) {
        if (!expand_words(c->words, &f))
            _exit(1);
        if (f.count == 0 || c->assignments || find_builtin(f.v[0]))
            _exit(run_fields(c, &f));
    }
    if (!redirect(c->redirects, false))
        _exit(1);
    if (c->type == SIMPLE)
        execute(f.v);
    _exit(run_compound(c));
}

/* ---- pipelines and lists ---- */

static int count_commands(const struct command *c)
{
    int n = 0;
    for (; c; c = c->next)
        n++;
    return n;
}

static void move_fd(int from, int to)
{
    dup2(from, to);
    close(from);
}

/* Each command's output into the next one's input; all run at the same time. */
static int run_pipes(const struct command *c)
{
    struct job job = {.pids = arena_alloc((size_t)count_commands(c) * sizeof(pid_t))};
    int in = -1;
    for (pid_t pid = 0; c && pid >= 0; c = c->next) {
        int fd[2] = {-1, -1};
        if (c->next && pipe(fd) < 0) {
            warn("pipe");
            break;
        }
        pid = start_process(&job, true);
        if (pid == 0) {
            if (in >= 0)
                move_fd(in, STDIN_FILENO);
            if (fd[0] >= 0) {
                close(fd[0]);
                move_fd(fd[1], STDOUT_FILENO);
            }
            run_command_and_exit(c);
        }
        if (in >= 0)
            close(in);
        if (fd[1] >= 0)
            close(fd[1]);
        in = fd[0];
    }
    if (in >= 0)
        close(in);
    return wait_for_job(&job);
}

static int run_pipeline(const struct pipeline *p)
{
    struct mark memory = arena_mark();
    int status = p->commands->next ? run_pipes(p->commands) : run_command(p->commands);
    arena_release(memory);
    return p->negated ? status == 0 : status;
}

static int run_and_or(const struct pipeline *p)
{
    for (; p && !stopping(); p = p->next)
        if (p->when == ALWAYS || (p->when == ON_SUCCESS) == (last_status == 0))
            last_status = run_pipeline(p);
    return last_status;
}

/* In the background: one process, which runs all of it. */
static int start_background(const struct pipeline *p)
{
    pid_t pid;
    struct job job = {.pids = &pid};
    if (start_process(&job, false) == 0) {
        if (!p->next && !p->negated && !p->commands->next)
            run_command_and_exit(p->commands);
        _exit(run_and_or(p));
    }
    if (job.count)
        add_background(pid);
    return job.count ? 0 : 1;
}

int run_list(const struct list *list)
{
    for (; list && !stopping(); list = list->next)
        last_status =
            list->background ? start_background(list->pipelines) : run_and_or(list->pipelines);
    return interrupted ? 128 + SIGINT : last_status;
}
