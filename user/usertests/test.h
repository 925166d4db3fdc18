/*
 * The suite's own small framework. A case is a function that returns if all is well. It runs in a
 * process of its own, the leader of a group, with a scratch directory as its working directory;
 * whatever it leaves behind, processes and files, is cleared away after it.
 */
#ifndef TEST_H
#define TEST_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ipc.h>
#include <sys/types.h>

struct test {
    const char *name;
    void (*run)(void);
};
#define T(name)                                                                                    \
    {                                                                                              \
#name, name                                                                                \
    }

/* The groups, each ended by a row without a name. */
extern const struct test ipc_tests[], notify_tests[], rights_tests[], wait_tests[], grant_tests[],
    process_tests[], exec_tests[], memory_tests[], fault_tests[], file_tests[], name_tests[],
    pipe_tests[], signal_tests[], lib_tests[];

/* ---- checks: a false one says where, and ends the process ---- */

_Noreturn void check_failed(const char *file, int line, const char *text, long value);

#define CHECK(condition) ((condition) ? (void)0 : check_failed(__FILE__, __LINE__, #condition, 0))

/* Both are whole numbers; the message shows what `a` was. */
#define CHECK_EQUAL(a, b)                                                                          \
    do {                                                                                           \
        long a_ = (long)(a), b_ = (long)(b);                                                       \
        if (a_ != b_)                                                                              \
            check_failed(__FILE__, __LINE__, #a " == " #b, a_);                                    \
    } while (0)

/* A library call fails with this error. */
#define CHECK_FAILS(call, error)                                                                   \
    do {                                                                                           \
        errno = 0;                                                                                 \
        if ((long)(call) != -1 || errno != (error))                                                \
            check_failed(__FILE__, __LINE__, #call " fails with " #error, errno);                  \
    } while (0)

/* ---- processes ---- */

/* A child that runs f(argument) and exits with status 0. */
pid_t start(void (*f)(void *argument), void *argument);
int end_of(pid_t pid);            /* waits for it: the status as waitpid gives it */
void check_ended_well(pid_t pid); /* it exited with status 0 */
/* Runs f in a child and checks that this signal ended it; 0: none, and status 0. */
void check_signal(void (*f)(void *argument), void *argument, int sig);
void stop(pid_t pid); /* kills it and waits */

endpoint_t endpoint_of(pid_t pid);
endpoint_t self(void);
void await_state(endpoint_t ep, enum procstate state); /* until it is in this state */
bool exists(endpoint_t ep);

/* Waits for a message from `source`, and checks its source and type. */
struct message expect_message(endpoint_t source, uint32_t type);

/* A message of this type with its words counting up from `first`. */
struct message numbered(uint32_t type, uint64_t first);
void check_numbered(const struct message *m, uint32_t type, uint64_t first);

#define NOTE 0x1000 /* message types of our own */
#define ASK  0x1001

uint64_t next_random(uint64_t *state); /* the same numbers for the same seed */

/* ---- fuzz.c: `usertests fuzz`; the exit status ---- */
int fuzz(int argc, char **argv);

/* ---- resources.c: what the whole run must give back ---- */
struct resources {
    unsigned processes;      /* alive */
    unsigned pages;          /* that a process can get, or that services have */
    unsigned files;          /* that can be open at once */
    unsigned blocks, inodes; /* free on the disk */
};
struct resources count_resources(void);
bool same_resources(const struct resources *before, const struct resources *after); /* or says so */
unsigned count_processes(void);

#endif
