/* The framework's tools: checks, and other processes to test with. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "test.h"

_Noreturn void check_failed(const char *file, int line, const char *text, long value)
{
    const char *slash = strrchr(file, '/');
    printf("%s:%d: not so: %s (%ld)\n", slash ? slash + 1 : file, line, text, value);
    fflush(stdout);
    _exit(99);
}

pid_t start(void (*f)(void *argument), void *argument)
{
    fflush(stdout);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        f(argument);
        _exit(0);
    }
    return pid;
}

int end_of(pid_t pid)
{
    int status;
    while (waitpid(pid, &status, 0) != pid)
        CHECK_EQUAL(errno, EINTR);
    return status;
}

void check_ended_well(pid_t pid)
{
    CHECK_EQUAL(end_of(pid), 0);
}

void check_signal(void (*f)(void *argument), void *argument, int sig)
{
    CHECK_EQUAL(end_of(start(f, argument)), sig);
}

void stop(pid_t pid)
{
    CHECK_EQUAL(kill(pid, SIGKILL), 0);
    CHECK_EQUAL(end_of(pid), SIGKILL);
}

endpoint_t endpoint_of(pid_t pid)
{
    struct message m = {.type = PM_PROCESS};
    struct pm_process *ask = payload(&m);
    ask->pid = pid;
    CHECK_EQUAL(sendrec(EP_PM, &m), 0);
    CHECK_EQUAL(m.status, pid);
    return ((const struct pm_process_reply *)payload(&m))->endpoint;
}

endpoint_t self(void)
{
    return k_self(NULL);
}

bool exists(endpoint_t ep)
{
    struct procinfo info;
    return k_info(EP_SLOT(ep), &info) == 0 && info.endpoint == ep;
}

void await_state(endpoint_t ep, enum procstate state)
{
    struct procinfo info;
    for (int i = 0; i < 2000; i++) {
        if (k_info(EP_SLOT(ep), &info) == 0 && info.endpoint == ep && info.state == state)
            return;
        usleep(100);
    }
    CHECK(!"the process gets into the state");
}

struct message expect_message(endpoint_t source, uint32_t type)
{
    struct message m = {0};
    CHECK_EQUAL(receive(source, &m), 0);
    CHECK_EQUAL(m.type, type);
    if (source != EP_ANY)
        CHECK_EQUAL(m.source, source);
    return m;
}

struct message numbered(uint32_t type, uint64_t first)
{
    struct message m = {.type = type};
    for (uint64_t i = 0; i < MSG_PAYLOAD_WORDS; i++)
        m.w[i] = first + i;
    return m;
}

void check_numbered(const struct message *m, uint32_t type, uint64_t first)
{
    CHECK_EQUAL(m->type, type);
    for (uint64_t i = 0; i < MSG_PAYLOAD_WORDS; i++)
        CHECK_EQUAL(m->w[i], first + i);
}

/* xorshift64* (Marsaglia, Vigna). */
uint64_t next_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return *state * 0x2545f4914f6cdd1dull;
}
