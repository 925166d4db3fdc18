/*
 * One program under bubblewrap: its start, and the loop that collects what it says and looks, twenty
 * times a second, at what it uses. Nothing of it is left behind: the first process of a PID name space takes all others
 * with it.
 */
#include "grader/sandbox/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "grader/sandbox/sandbox_command.h"
#include "grader/sandbox/usage.h"

#define LOOK_MS 50

static volatile sig_atomic_t stopped;

void sandbox_stop(void)
{
    stopped = 1;
}

/* ---- the start ---------------------------------------------------------------------------------- */

static void limit(int what, uint64_t value)
{
    struct rlimit l = {value, value}, old;
    if (getrlimit(what, &old) == 0 && old.rlim_max != RLIM_INFINITY && old.rlim_max < value)
        l = (struct rlimit){old.rlim_max, old.rlim_max};
    setrlimit(what, &l);
}

static void set_limits(const struct sandbox_limits *l)
{
    if (l->address_space)
        limit(RLIMIT_AS, l->address_space);
    limit(RLIMIT_CPU, l->cpu_seconds + 1); /* should the loop below be slow */
    limit(RLIMIT_FSIZE, l->file);
    limit(RLIMIT_CORE, 0);
}

static void set_environment(const struct sandbox_job *job)
{
    clearenv();
    setenv("LC_ALL", "C", 1);
    setenv("PATH", "/usr/bin:/bin", 1);
    setenv("TZ", "UTC0", 1);
    setenv("SOURCE_DATE_EPOCH", SANDBOX_DATE_TEXT, 1);
    if (job->scratch)
        setenv("TMPDIR", job->scratch, 1);
}

/* In the new process. All descriptors but these three end with exec. */
static _Noreturn void start(const struct sandbox_job *job, char **bwrap, pid_t parent,
                            const int fd[3])
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(127);
    signal(SIGPIPE, SIG_DFL);
    int null = open("/dev/null", O_RDONLY);
    dup2(null, STDIN_FILENO);
    dup2(fd[0], STDOUT_FILENO);
    dup2(fd[1], STDERR_FILENO);
    dup2(fd[2], SANDBOX_INFO_FD);
    if (fd[2] == SANDBOX_INFO_FD)
        fcntl(SANDBOX_INFO_FD, F_SETFD, 0);
    set_limits(&job->limits);
    if (job->open) {
        close(SANDBOX_INFO_FD);
        setsid();
        set_environment(job);
        if (!job->directory || chdir(job->directory) == 0)
            execvp(job->argv[0], (char *const *)job->argv);
        dprintf(STDERR_FILENO, "bwrap: %s: %s\n", job->argv[0], strerror(errno));
        _exit(127);
    }
    execvp("bwrap", bwrap);
    dprintf(STDERR_FILENO, "bwrap: %s\n",
            errno == ENOENT ? "bubblewrap is not installed" : strerror(errno));
    _exit(127);
}

/* ---- the loop --------------------------------------------------------------------------------- */

struct stream {
    int fd; /* -1: at its end */
    char *bytes;
    size_t size, room;
};

enum { OUTPUT, ERRORS, INFO, STREAMS };

struct run {
    const struct sandbox_job *job;
    struct sandbox_outcome *outcome;
    struct stream stream[STREAMS];
    struct usage_group group;
    pid_t child; /* bubblewrap, or the program itself */
    pid_t first; /* of the name space; 0: not known yet */
    uint64_t deadline;
    bool ended; /* the verdict has been given, all are killed */
};

static uint64_t milliseconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void kill_all(struct run *r)
{
    if (r->first)
        kill(r->first, SIGKILL);
    else if (r->job->open)
        kill(-r->child, SIGKILL);
    kill(r->child, SIGKILL);
}

static void end(struct run *r, enum sandbox_end why)
{
    if (!r->ended)
        r->outcome->end = why;
    r->ended = true;
    kill_all(r);
}

/* What comes is read to its end in any case, so that nobody hangs; what is above the limit is forgotten. */
static void take(struct run *r, struct stream *s)
{
    char piece[1 << 16];
    ssize_t n = read(s->fd, piece, sizeof piece);

    if (n <= 0) {
        if (n < 0 && (errno == EINTR || errno == EAGAIN))
            return;
        close(s->fd);
        s->fd = -1;
        return;
    }
    size_t left = r->job->limits.output - s->size, kept = (size_t)n < left ? (size_t)n : left;
    if (s->size + kept >= s->room) {
        size_t room = 2 * (s->size + kept + 1);
        char *bytes = realloc(s->bytes, room);
        if (!bytes) {
            end(r, SANDBOX_OUTPUT);
            return;
        }
        s->bytes = bytes, s->room = room;
    }
    memcpy(s->bytes + s->size, piece, kept);
    s->size += kept;
    s->bytes[s->size] = '\0';
    if (kept < (size_t)n)
        end(r, SANDBOX_OUTPUT);
}

/* bubblewrap says which process is the first of the name space. */
static void take_info(struct run *r)
{
    static const char key[] = "\"child-pid\":";
    const char *info = r->stream[INFO].bytes, *at = info ? strstr(info, key) : NULL;

    if (r->first == 0 && at && strpbrk(at, ",}\n")) {
        r->first = (pid_t)atol(at + sizeof key - 1);
        if (!usage_name_space(r->first, &r->group))
            r->group.name_space[0] = '\0';
    }
}

static void look(struct run *r)
{
    const struct sandbox_limits *l = &r->job->limits;
    struct usage u = usage_of(&r->group);

    if (stopped)
        end(r, SANDBOX_STOPPED);
    else if (milliseconds() >= r->deadline)
        end(r, SANDBOX_WALL);
    else if (u.processes > l->processes)
        end(r, SANDBOX_PROCESSES);
    else if (l->memory && u.memory > l->memory)
        end(r, SANDBOX_MEMORY);
    else if (u.seconds >= l->cpu_seconds)
        end(r, SANDBOX_CPU);
}

/* Until the streams are at their ends, so that everybody is gone who held one. */
static void collect(struct run *r)
{
    uint64_t next = milliseconds() + LOOK_MS;

    for (;;) {
        struct pollfd fds[STREAMS];
        bool all = true;
        for (int i = 0; i < STREAMS; i++) {
            fds[i] = (struct pollfd){.fd = r->stream[i].fd, .events = POLLIN};
            all = all && r->stream[i].fd < 0;
        }
        if (all)
            return;
        poll(fds, STREAMS, LOOK_MS);
        for (int i = 0; i < STREAMS; i++)
            if (r->stream[i].fd >= 0 && fds[i].revents)
                take(r, &r->stream[i]);
        take_info(r);
        if (milliseconds() >= next) {
            look(r);
            next = milliseconds() + LOOK_MS;
        }
    }
}

/* The program may close its streams and go on. */
static int wait_for_end(struct run *r)
{
    int status;

    for (;;) {
        pid_t pid = waitpid(r->child, &status, WNOHANG);
        if (pid == r->child)
            break;
        if (pid < 0 && errno != EINTR)
            return 127;
        look(r);
        poll(NULL, 0, 5);
    }
    if (r->job->open)
        kill(-r->child, SIGKILL); /* whom it left behind */
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* ---- the whole -------------------------------------------------------------------------------- */

static void cannot(struct sandbox_outcome *o, const char *why)
{
    o->end = SANDBOX_CANNOT;
    snprintf(o->error, sizeof o->error, "%.*s", (int)strcspn(why, "\n"), why);
}

static bool make_pipes(int read_end[STREAMS], int write_end[STREAMS])
{
    for (int i = 0; i < STREAMS; i++) {
        int fd[2];
        if (pipe2(fd, O_CLOEXEC) < 0) {
            while (i-- > 0)
                close(read_end[i]), close(write_end[i]);
            return false;
        }
        read_end[i] = fd[0];
        /* Out of the way of the numbers that they get. */
        write_end[i] = fcntl(fd[1], F_DUPFD_CLOEXEC, 10);
        close(fd[1]);
    }
    return true;
}

static void judge(struct run *r, int status)
{
    static const char mark[] = "bwrap: ";
    struct sandbox_outcome *o = r->outcome;

    o->status = status;
    o->output_bytes = r->stream[OUTPUT].size, o->error_bytes = r->stream[ERRORS].size;
    o->output = r->stream[OUTPUT].bytes ? r->stream[OUTPUT].bytes : strdup("");
    o->errors = r->stream[ERRORS].bytes ? r->stream[ERRORS].bytes : strdup("");
    free(r->stream[INFO].bytes);
    if (!r->ended && status != 0 && o->errors && !strncmp(o->errors, mark, sizeof mark - 1))
        cannot(o, o->errors + sizeof mark - 1);
    else if (!r->ended && status == 128 + SIGXCPU)
        o->end = SANDBOX_CPU;
}

void sandbox_run(const struct sandbox_job *job, struct sandbox_outcome *o)
{
    int read_end[STREAMS], write_end[STREAMS];
    struct run r = {.job = job, .outcome = o};
    pid_t parent = getpid();

    *o = (struct sandbox_outcome){.end = SANDBOX_EXITED};
    struct words words = sandbox_command(job);
    if (words.failed || !make_pipes(read_end, write_end)) {
        words_free(&words);
        cannot(o, strerror(errno));
        return;
    }
    r.deadline = milliseconds() + 1000ull * job->limits.wall_seconds;
    r.child = fork();
    if (r.child == 0)
        start(job, words.word, parent, write_end);
    words_free(&words);
    for (int i = 0; i < STREAMS; i++) {
        close(write_end[i]);
        r.stream[i].fd = read_end[i];
    }
    if (r.child < 0) {
        cannot(o, strerror(errno));
        for (int i = 0; i < STREAMS; i++)
            close(read_end[i]);
        return;
    }
    if (job->open)
        r.group.session = r.child;
    collect(&r);
    judge(&r, wait_for_end(&r));
}

void sandbox_free(struct sandbox_outcome *o)
{
    free(o->output);
    free(o->errors);
    *o = (struct sandbox_outcome){.end = SANDBOX_EXITED};
}

bool sandbox_works(char *why, size_t size)
{
    static const char *const argv[] = {"/usr/bin/true", NULL};
    static const struct sandbox_bind binds[] = {{"/", "/", false}};
    struct sandbox_job job = {
        .argv = argv,
        .binds = binds,
        .nbinds = 1,
        .limits = {
            .cpu_seconds = 10, .wall_seconds = 30, .processes = 16, .file = 0, .output = 4096}};
    struct sandbox_outcome o;

    sandbox_run(&job, &o);
    bool works = o.end == SANDBOX_EXITED && o.status == 0;
    snprintf(why, size, "%s", o.end == SANDBOX_CANNOT ? o.error : "bubblewrap does not work");
    sandbox_free(&o);
    return works;
}
