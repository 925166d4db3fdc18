/* exec: programs, their arguments, and files that are none. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "test.h"

/* Runs a program with its output into a pipe, of which at most `room` bytes are kept; its status.
 */
static int run(const char *path, char *const argv[], char *output, size_t room)
{
    int fd[2];
    CHECK_EQUAL(pipe(fd), 0);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        dup2(fd[1], STDOUT_FILENO);
        close(fd[0]);
        close(fd[1]);
        execv(path, argv);
        _exit(errno);
    }
    close(fd[1]);
    size_t length = 0;
    for (ssize_t n; length < room && (n = read(fd[0], output + length, room - length)) > 0;)
        length += (size_t)n;
    output[length < room ? length : room - 1] = '\0';
    close(fd[0]);
    return end_of(pid);
}

static void exec_status(void)
{
    char *const true_[] = {"true", NULL}, *const false_[] = {"false", NULL};
    char output[16];
    CHECK_EQUAL(run("/bin/true", true_, output, sizeof output), 0);
    CHECK_EQUAL(run("/bin/false", false_, output, sizeof output), 1 << 8);
    CHECK_EQUAL(chdir("/bin"), 0);
    CHECK_EQUAL(run("false", false_, output, sizeof output), 1 << 8); /* a relative path */
}

static void exec_arguments(void)
{
    char *const argv[] = {"echo", "one", "", "two  words", "\x01\xff", "'\"$x", NULL};
    char output[100];
    CHECK_EQUAL(run("/bin/echo", argv, output, sizeof output), 0);
    CHECK(strcmp(output, "one  two  words \x01\xff '\"$x\n") == 0);
}

/* As many bytes as PM takes, in one argument and in as many as possible; one byte more is too much.
 */
static void exec_argument_limits(void)
{
    static char longest[EXEC_MAX + 1], output[EXEC_MAX + 1];
    char *argv[] = {"echo", longest, NULL};
    memset(longest, 'x', EXEC_MAX - 6); /* and "echo", and two NULs */
    CHECK_EQUAL(run("/bin/echo", argv, output, sizeof output), 0);
    CHECK_EQUAL(strlen(output), EXEC_MAX - 5);
    longest[EXEC_MAX - 6] = 'x';
    CHECK_EQUAL(run("/bin/echo", argv, output, sizeof output), E2BIG << 8);

    static char *many[2001];
    int n = 0;
    many[n++] = "true";
    while (n < 2000)
        many[n++] = "y";
    CHECK_EQUAL(run("/bin/true", many, output, sizeof output), 0);
}

static void exec_raw(const struct pm_exec *request, int64_t error)
{
    struct message m = {.type = PM_EXEC};
    memcpy(m.w, request, sizeof *request);
    CHECK_EQUAL(sendrec(EP_PM, &m), 0);
    CHECK_EQUAL(m.status, error);
}

/* Requests that the library would not send. */
static void exec_bad_requests(void)
{
    static char path[] = "/bin/true", text[] = "no end";
    uint32_t p = (uint32_t)k_grant(EP_PM, path, sizeof path - 1, GRANT_READ);
    uint32_t a = (uint32_t)k_grant(EP_PM, text, sizeof text - 1, GRANT_READ);
    struct pm_exec r = {
        .path = p, .path_bytes = 9, .arguments = a, .argument_bytes = 6, .count = 1};
    exec_raw(&r, -EINVAL); /* the string has no NUL */
    r.count = 7;
    exec_raw(&r, -EINVAL);
    r.count = 0xffffffff;
    exec_raw(&r, -EINVAL);
    r = (struct pm_exec){.path = p, .path_bytes = 10, .arguments = a};
    exec_raw(&r, -EFAULT); /* beyond the grant */
    r.path_bytes = 0;
    exec_raw(&r, -ENOENT);
    r.path_bytes = 5000;
    exec_raw(&r, -ENAMETOOLONG);
    r = (struct pm_exec){.path = 0x77777, .path_bytes = 9};
    exec_raw(&r, -EINVAL); /* no such grant */
    r = (struct pm_exec){.path = p, .path_bytes = 9, .arguments = 0x77777, .argument_bytes = 1};
    exec_raw(&r, -EINVAL);
    r = (struct pm_exec){.path = p, .path_bytes = 9, .argument_bytes = EXEC_MAX + 1};
    exec_raw(&r, -E2BIG);
}

static void exec_errors(void)
{
    char *const argv[] = {"x", NULL};
    CHECK_FAILS(execv("/bin/nosuch", argv), ENOENT);
    CHECK_FAILS(execv("/nosuch/true", argv), ENOENT);
    CHECK_FAILS(execv("", argv), ENOENT);
    CHECK_FAILS(execv("/bin", argv), EACCES);
    CHECK_FAILS(execv("/dev/null", argv), EACCES);
    CHECK_FAILS(execv("/bin/true/x", argv), ENOTDIR);
    int fd = open("plain", O_WRONLY | O_CREAT, 0644);
    CHECK(fd >= 0);
    close(fd);
    CHECK_FAILS(execv("plain", argv), EACCES);
    CHECK_EQUAL(chmod("plain", 0755), 0);
    CHECK_FAILS(execv("plain", argv), ENOEXEC);
}

/* ---- files that are no programs ---- */

static char image[16384];
static ssize_t image_bytes;

static void load_image(void)
{
    int fd = open("/bin/true", O_RDONLY);
    CHECK(fd >= 0);
    image_bytes = read(fd, image, sizeof image);
    CHECK(image_bytes > 200 && image_bytes < (ssize_t)sizeof image);
    close(fd);
}

/* Writes `bytes` bytes of the image as a program and tries to run it: what exec says. */
static int try_image(ssize_t bytes)
{
    char *const argv[] = {"broken", NULL};
    char output[16];
    int fd = open("broken", O_WRONLY | O_CREAT | O_TRUNC, 0755);
    CHECK_EQUAL(write(fd, image, (size_t)bytes), bytes);
    close(fd);
    return run("./broken", argv, output, sizeof output);
}

static void exec_garbage(void)
{
    uint64_t state = 3;
    load_image();
    for (ssize_t bytes = 0; bytes < 200; bytes += 13)
        CHECK_EQUAL(try_image(bytes), ENOEXEC << 8);
    for (size_t i = 0; i < sizeof image; i++)
        image[i] = (char)next_random(&state);
    CHECK_EQUAL(try_image(sizeof image), ENOEXEC << 8);
    memset(image, 0, sizeof image);
    CHECK_EQUAL(try_image(sizeof image), ENOEXEC << 8);
}

/* Headers with one wrong field. Offsets: System V ABI, chapters 4 and 5, the 64-bit structures. */
static void exec_bad_headers(void)
{
    static const struct {
        size_t offset, bytes;
        uint64_t value;
    } bad[] = {
        {0, 1, 0x7e},             /* magic */
        {4, 1, 1},                /* 32 bits */
        {5, 1, 2},                /* big endian */
        {16, 2, 3},               /* position-independent */
        {18, 2, 62},              /* x86-64 */
        {24, 8, 0},               /* entry: null */
        {24, 8, 0x80000000},      /* entry: the kernel */
        {24, 8, 0x50000000},      /* entry: nothing there */
        {32, 8, 1ull << 40},      /* program headers: beyond the file */
        {32, 8, ~0ull},           /* and wrapping around */
        {54, 2, 8},               /* of a wrong size */
        {56, 2, 0xffff},          /* too many */
        {64 + 4, 4, 7},           /* first segment: writable and executable */
        {64 + 4, 4, 0},           /* no access at all */
        {64 + 8, 8, 1 << 30},     /* its bytes: beyond the file */
        {64 + 8, 8, ~0ull},       /* wrapping around */
        {64 + 16, 8, 0x80000000}, /* its address: the kernel's */
        {64 + 16, 8, 0},          /* null */
        {64 + 16, 8, ~0xfffull},
        {64 + 32, 8, 1ull << 40}, /* bytes in the file: more than in memory */
        {64 + 40, 8, 1ull << 40}, /* bytes in memory: more than there is */
        {64 + 40, 8, ~0ull},
    };
    load_image();
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char saved[8];
        memcpy(saved, image + bad[i].offset, 8);
        memcpy(image + bad[i].offset, &bad[i].value, bad[i].bytes);
        int status = try_image(image_bytes);
        if (status != ENOMEM << 8)
            CHECK_EQUAL(status, ENOEXEC << 8);
        memcpy(image + bad[i].offset, saved, 8);
    }
    CHECK_EQUAL(try_image(image_bytes), 0); /* as it was, it is a program */
}

/* ---- what stays, and what does not ---- */

static void exec_descriptors(void)
{
    char *const script[] = {"sh", "-c", "cat <&6; (echo x >&7) 2>/dev/null", NULL};
    char output[200];
    int fd = open("kept", O_RDWR | O_CREAT, 0644);
    CHECK_EQUAL(write(fd, "kept\n", 5), 5);
    CHECK_EQUAL(dup2(fd, 6), 6);
    CHECK_EQUAL(dup2(fd, 7), 7);
    CHECK_EQUAL(fcntl(7, F_GETFD), 0);
    CHECK(fcntl(7, F_SETFD, FD_CLOEXEC) >= 0);
    CHECK_EQUAL(fcntl(7, F_GETFD), FD_CLOEXEC);
    lseek(fd, 0, SEEK_SET);
    CHECK_EQUAL(run("/bin/sh", script, output, sizeof output), 1 << 8);
    CHECK(strncmp(output, "kept\n", 5) == 0);
}

static void exec_keeps_pid_and_directory(void)
{
    char *const argv[] = {"sh", "-c", "echo $$; pwd", NULL};
    char output[100], expected[100];
    int fd[2];
    CHECK_EQUAL(pipe(fd), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(fd[1], STDOUT_FILENO);
        execv("/bin/sh", argv);
        _exit(127);
    }
    check_ended_well(pid);
    close(fd[1]);
    ssize_t n = read(fd[0], output, sizeof output - 1);
    output[n > 0 ? n : 0] = '\0';
    snprintf(expected, sizeof expected, "%d\n/tmp/usertests\n", pid);
    CHECK(strcmp(output, expected) == 0);
}

static void handler(int sig)
{
    (void)sig;
}

/* A handler cannot stay, as its code is gone; to ignore can. */
static void exec_signals(void)
{
    char output[16];
    char *const hup[] = {"sh", "-c", "kill -HUP $$; exit 5", NULL};
    char *const usr[] = {"sh", "-c", "kill -USR1 $$; exit 6", NULL};
    CHECK(signal(SIGHUP, SIG_IGN) != SIG_ERR);
    CHECK(signal(SIGUSR1, handler) != SIG_ERR);
    CHECK_EQUAL(run("/bin/sh", hup, output, sizeof output), 5 << 8);
    CHECK_EQUAL(run("/bin/sh", usr, output, sizeof output), SIGUSR1);
}

/* An exec that fails leaves the process as it was. */
static void exec_failure_is_harmless(void)
{
    char *const argv[] = {"x", NULL};
    char *heap = malloc(20000);
    memset(heap, 'h', 20000);
    signal(SIGUSR1, handler);
    int fd = open("f", O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    for (int i = 0; i < 20; i++)
        CHECK_FAILS(execv("/bin/nosuch", argv), ENOENT);
    CHECK_EQUAL(write(fd, "x", 1), 1);
    CHECK_EQUAL(raise(SIGUSR1), 0);
    CHECK(heap[0] == 'h' && heap[19999] == 'h');
}

static void exec_many_times(void)
{
    char *const argv[] = {"true", NULL};
    char output[16];
    for (int i = 0; i < 60; i++)
        CHECK_EQUAL(run("/bin/true", argv, output, sizeof output), 0);
}

const struct test exec_tests[] = {
    T(exec_status),
    T(exec_arguments),
    T(exec_argument_limits),
    T(exec_bad_requests),
    T(exec_errors),
    T(exec_garbage),
    T(exec_bad_headers),
    T(exec_descriptors),
    T(exec_keeps_pid_and_directory),
    T(exec_signals),
    T(exec_failure_is_harmless),
    T(exec_many_times),
    {0},
};
