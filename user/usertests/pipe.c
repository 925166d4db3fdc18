/* Pipes: order, blocking on both sides, ends that close, and pieces that stay whole. */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "test.h"

static int ends[2]; /* for reading, for writing */
static char buffer[3 * PIPE_BUF];

static void open_pipe(void)
{
    CHECK_EQUAL(pipe(ends), 0);
}

static void pipe_carries_bytes(void)
{
    open_pipe();
    CHECK_EQUAL(write(ends[1], "hello", 5), 5);
    CHECK_EQUAL(write(ends[1], " world", 6), 6);
    CHECK_EQUAL(read(ends[0], buffer, 3), 3);
    CHECK_EQUAL(read(ends[0], buffer + 3, 100), 8);
    CHECK(memcmp(buffer, "hello world", 11) == 0);
    CHECK_EQUAL(write(ends[1], "", 0), 0);
}

static void pipe_wrong_ends(void)
{
    struct stat st;
    open_pipe();
    CHECK_FAILS(write(ends[0], "x", 1), EBADF);
    CHECK_FAILS(read(ends[1], buffer, 1), EBADF);
    CHECK_FAILS(lseek(ends[0], 0, SEEK_SET), ESPIPE);
    CHECK_FAILS(lseek(ends[1], 0, SEEK_CUR), ESPIPE);
    CHECK(ftruncate(ends[1], 0) < 0);
    CHECK_EQUAL(fstat(ends[0], &st), 0);
    CHECK(S_ISFIFO(st.st_mode));
    CHECK(!isatty(ends[0]));
}

static void pipe_end_of_file(void)
{
    open_pipe();
    int copy = dup(ends[1]);
    CHECK_EQUAL(write(ends[1], "abc", 3), 3);
    close(ends[1]);
    CHECK_EQUAL(read(ends[0], buffer, 10), 3);
    fcntl(ends[0], F_SETFL, O_NONBLOCK);
    CHECK_FAILS(read(ends[0], buffer, 10), EAGAIN); /* someone might still write */
    close(copy);
    CHECK_EQUAL(read(ends[0], buffer, 10), 0);
    CHECK_EQUAL(read(ends[0], buffer, 10), 0);
}

static void write_to_nobody(void *unused)
{
    (void)unused;
    close(ends[0]);
    write(ends[1], "x", 1);
}

static void pipe_without_reader(void)
{
    open_pipe();
    close(ends[0]);
    check_signal(write_to_nobody, NULL, SIGPIPE);
    signal(SIGPIPE, SIG_IGN);
    CHECK_FAILS(write(ends[1], "x", 1), EPIPE);
}

static void pipe_nonblocking(void)
{
    open_pipe();
    CHECK(fcntl(ends[0], F_SETFL, O_NONBLOCK) >= 0);
    CHECK(fcntl(ends[1], F_SETFL, O_NONBLOCK) >= 0);
    CHECK_FAILS(read(ends[0], buffer, 1), EAGAIN);
    CHECK_EQUAL(write(ends[1], buffer, PIPE_BUF), PIPE_BUF);
    CHECK_FAILS(write(ends[1], buffer, 1), EAGAIN);
    CHECK_EQUAL(read(ends[0], buffer, 100), 100);
    CHECK_FAILS(write(ends[1], buffer, 101), EAGAIN); /* all or nothing */
    CHECK_EQUAL(write(ends[1], buffer, 100), 100);
    CHECK_EQUAL(read(ends[0], buffer, 500), 500);
    CHECK_EQUAL(write(ends[1], buffer, sizeof buffer), 500); /* more than PIPE_BUF: a part */
}

/* ---- blocking ---- */

static void write_later(void *unused)
{
    (void)unused;
    usleep(10000);
    CHECK_EQUAL(write(ends[1], "late", 4), 4);
}

static void pipe_reader_waits(void)
{
    open_pipe();
    pid_t pid = start(write_later, NULL);
    CHECK_EQUAL(read(ends[0], buffer, 100), 4);
    CHECK(memcmp(buffer, "late", 4) == 0);
    check_ended_well(pid);
}

/* The byte that belongs at an offset. */
static char pattern(size_t at)
{
    return (char)(at * 11 + (at >> 10));
}

#define MUCH 200000

static void write_much(void *unused)
{
    (void)unused;
    char *much = sbrk(MUCH);
    close(ends[0]);
    for (size_t i = 0; i < MUCH; i++)
        much[i] = pattern(i);
    CHECK_EQUAL(write(ends[1], much, MUCH), MUCH); /* in one call, much larger than the pipe */
}

static void pipe_writer_waits(void)
{
    open_pipe();
    pid_t pid = start(write_much, NULL);
    close(ends[1]);
    size_t at = 0;
    for (ssize_t n; (n = read(ends[0], buffer, at % 977 + 1)) > 0; at += (size_t)n) {
        for (ssize_t i = 0; i < n; i++)
            CHECK(buffer[i] == pattern(at + (size_t)i));
        if (at % 50 == 0)
            usleep(10);
    }
    CHECK_EQUAL(at, MUCH);
    check_ended_well(pid);
}

static void read_some_and_leave(void *unused)
{
    (void)unused;
    close(ends[1]);
    usleep(5000);
    CHECK(read(ends[0], buffer, 100) > 0);
}

/* A writer that waits for room hears that the reader is gone. */
static void pipe_reader_leaves(void)
{
    open_pipe();
    signal(SIGPIPE, SIG_IGN);
    pid_t pid = start(read_some_and_leave, NULL);
    close(ends[0]);
    ssize_t n;
    while ((n = write(ends[1], buffer, sizeof buffer)) > 0)
        ;
    CHECK_EQUAL(n, -1);
    CHECK_EQUAL(errno, EPIPE);
    check_ended_well(pid);
}

static void pause_forever(void *unused)
{
    (void)unused;
    close(ends[0]);
    for (;;)
        pause();
}

/* A reader that waits hears that the last writer was killed. */
static void pipe_writer_is_killed(void)
{
    open_pipe();
    pid_t pid = start(pause_forever, NULL);
    close(ends[1]);
    usleep(2000);
    CHECK_EQUAL(kill(pid, SIGKILL), 0);
    CHECK_EQUAL(read(ends[0], buffer, 1), 0);
    CHECK_EQUAL(end_of(pid), SIGKILL);
}

/* ---- many at one pipe ---- */

#define RECORD 700 /* does not divide the pipe's size */

static void write_records(void *letter)
{
    char record[RECORD];
    close(ends[0]);
    memset(record, (int)(intptr_t)letter, sizeof record);
    for (int i = 0; i < 30; i++)
        CHECK_EQUAL(write(ends[1], record, RECORD), RECORD);
}

static ssize_t read_fully(int fd, char *to, size_t bytes)
{
    size_t done = 0;
    for (ssize_t n; done < bytes && (n = read(fd, to + done, bytes - done)) > 0;)
        done += (size_t)n;
    return (ssize_t)done;
}

/* What is written at once, up to PIPE_BUF bytes, is not mixed with what others write. */
static void pipe_writes_are_atomic(void)
{
    enum { WRITERS = 5 };
    pid_t pids[WRITERS];
    int count[WRITERS] = {0};
    open_pipe();
    for (intptr_t i = 0; i < WRITERS; i++)
        pids[i] = start(write_records, (void *)('a' + i));
    close(ends[1]);
    while (read_fully(ends[0], buffer, RECORD) == RECORD) {
        for (int i = 1; i < RECORD; i++)
            CHECK_EQUAL(buffer[i], buffer[0]);
        count[buffer[0] - 'a']++;
    }
    for (int i = 0; i < WRITERS; i++) {
        CHECK_EQUAL(count[i], 30);
        check_ended_well(pids[i]);
    }
}

static void count_bytes(void *result)
{
    size_t total = 0;
    close(ends[1]);
    for (ssize_t n; (n = read(ends[0], buffer, 100)) > 0;)
        total += (size_t)n;
    CHECK_EQUAL(write((int)(intptr_t)result, &total, sizeof total), sizeof total);
}

/* Several readers get all the bytes, each of them once. */
static void pipe_many_readers(void)
{
    int result[2];
    pid_t pids[4];
    open_pipe();
    CHECK_EQUAL(pipe(result), 0);
    for (int i = 0; i < 4; i++)
        pids[i] = start(count_bytes, (void *)(intptr_t)result[1]);
    close(ends[0]);
    for (int i = 0; i < 100; i++)
        CHECK_EQUAL(write(ends[1], buffer, 333), 333);
    close(ends[1]);
    size_t total = 0, part;
    for (int i = 0; i < 4; i++) {
        CHECK_EQUAL(read(result[0], &part, sizeof part), sizeof part);
        total += part;
        check_ended_well(pids[i]);
    }
    CHECK_EQUAL(total, 33300);
}

static void echo_bytes(void *fds)
{
    const int *fd = fds;
    char c;
    close(ends[1]);
    close(fd[0]);
    while (read(ends[0], &c, 1) == 1) {
        c++;
        CHECK_EQUAL(write(fd[1], &c, 1), 1);
    }
}

static void pipe_ping_pong(void)
{
    int back[2];
    open_pipe();
    CHECK_EQUAL(pipe(back), 0);
    pid_t pid = start(echo_bytes, back);
    for (int i = 0; i < 200; i++) {
        char c = (char)i;
        CHECK_EQUAL(write(ends[1], &c, 1), 1);
        CHECK_EQUAL(read(back[0], &c, 1), 1);
        CHECK_EQUAL(c, (char)(i + 1));
    }
    close(ends[1]);
    check_ended_well(pid);
}

/* A chain of processes, each of which hands on what it reads. */
static void pipe_chain(void)
{
    enum { LINKS = 10 };
    pid_t pids[LINKS];
    open_pipe();
    int first = ends[1], in = ends[0];
    for (int i = 0; i < LINKS; i++) {
        int next[2];
        CHECK_EQUAL(pipe(next), 0);
        pids[i] = fork();
        if (pids[i] == 0) {
            close(first);
            close(next[0]);
            for (ssize_t n; (n = read(in, buffer, sizeof buffer)) > 0;)
                CHECK_EQUAL(write(next[1], buffer, (size_t)n), n);
            _exit(0);
        }
        close(in);
        close(next[1]);
        in = next[0];
    }
    CHECK_EQUAL(write(first, "through all of them", 19), 19);
    close(first);
    CHECK_EQUAL(read_fully(in, buffer, 100), 19);
    CHECK(memcmp(buffer, "through all of them", 19) == 0);
    for (int i = 0; i < LINKS; i++)
        check_ended_well(pids[i]);
}

/* Pipes can be used up, and come back. */
static void pipe_many(void)
{
    int fd[2];
    for (int round = 0; round < 3; round++) {
        int highest = 2;
        while (pipe(fd) == 0)
            highest = fd[1] > highest ? fd[1] : highest;
        CHECK(errno == EMFILE || errno == ENFILE);
        CHECK(highest >= 20);
        for (int i = 3; i <= highest; i++)
            CHECK_EQUAL(close(i), 0);
    }
    for (int i = 0; i < 200; i++) {
        CHECK_EQUAL(pipe(fd), 0);
        close(fd[0]);
        close(fd[1]);
    }
}

const struct test pipe_tests[] = {
    T(pipe_carries_bytes),
    T(pipe_wrong_ends),
    T(pipe_end_of_file),
    T(pipe_without_reader),
    T(pipe_nonblocking),
    T(pipe_reader_waits),
    T(pipe_writer_waits),
    T(pipe_reader_leaves),
    T(pipe_writer_is_killed),
    T(pipe_writes_are_atomic),
    T(pipe_many_readers),
    T(pipe_ping_pong),
    T(pipe_chain),
    T(pipe_many),
    {0},
};
