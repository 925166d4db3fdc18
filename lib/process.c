/* Processes: requests of PM, and where a program begins in C. */
#include <errno.h>
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <courier/protocol/pm.h>
#include <sys/wait.h>
#include "request.h"

int main(int argc, char **argv);
_Noreturn void program_start(int argc, char **argv);

/* crt0.S jumps here. */
_Noreturn void program_start(int argc, char **argv)
{
    if (argc > 0) {
        const char *slash = strrchr(argv[0], '/');
        program_name = slash ? slash + 1 : argv[0];
    }
    exit(main(argc, argv));
}

pid_t fork(void)
{
    return (pid_t)request(EP_PM, PM_FORK, &(struct message){0});
}

_Noreturn void _exit(int status)
{
    struct message m = {0};
    struct pm_exit *p = payload(&m);
    p->code = status;
    for (;;) { /* PM may be between two lives, or given up: ask again, without haste */
        struct message none = {0};
        request(EP_PM, PM_EXIT, &m);
        ipc(IPC_RECEIVE | IPC_DEADLINE, EP_KERNEL, k_time() + TICKS_PER_SECOND / 10, &none);
    }
}

/* Packs the strings behind each other into `to`; how many, or -1 when they do not fit. */
static int pack_arguments(char *const argv[], char to[static EXEC_MAX], size_t *bytes)
{
    int count = 0;
    for (*bytes = 0; argv[count]; count++) {
        size_t n = strlen(argv[count]) + 1;
        if (n > EXEC_MAX - *bytes)
            return -1;
        memcpy(to + *bytes, argv[count], n);
        *bytes += n;
    }
    return count;
}

int execv(const char *path, char *const argv[])
{
    static char arguments[EXEC_MAX];
    struct message m = {0};
    struct pm_exec *p = payload(&m);
    size_t path_bytes = strlen(path), bytes;
    int count = pack_arguments(argv, arguments, &bytes);
    if (count < 0 || path_bytes == 0 || path_bytes >= PATH_MAX) {
        errno = count < 0 ? E2BIG : path_bytes ? ENAMETOOLONG : ENOENT;
        return -1;
    }
    int64_t path_grant = lend(EP_PM, path, path_bytes, GRANT_READ);
    if (path_grant < 0)
        return -1;
    int64_t grant = lend(EP_PM, arguments, bytes, GRANT_READ);
    if (grant >= 0) {
        p->path = (uint32_t)path_grant;
        p->path_bytes = (uint32_t)path_bytes;
        p->arguments = (uint32_t)grant;
        p->argument_bytes = (uint32_t)bytes;
        p->count = (uint32_t)count;
        request(EP_PM, PM_EXEC, &m);
        give_back(grant);
    }
    give_back(path_grant);
    return -1;
}

int execvp(const char *name, char *const argv[])
{
    if (strchr(name, '/') || !*name)
        return execv(name, argv);
    char path[sizeof "/bin/" + NAME_MAX] = "/bin/";
    if (strlen(name) > NAME_MAX) {
        errno = ENAMETOOLONG;
        return -1;
    }
    strcat(path, name);
    return execv(path, argv);
}

pid_t waitpid(pid_t pid, int *status, int options)
{
    struct message m = {0};
    struct pm_wait *p = payload(&m);
    p->pid = pid;
    p->options = (uint32_t)options;
    pid_t child = (pid_t)request(EP_PM, PM_WAIT, &m);
    if (child > 0 && status)
        *status = ((const struct pm_wait_reply *)payload(&m))->code;
    return child;
}

pid_t wait(int *status)
{
    return waitpid(-1, status, 0);
}

/* PM_GETPID answers three questions at once. */
static struct pm_getpid_reply identity(void)
{
    struct message m = {0};
    request(EP_PM, PM_GETPID, &m);
    return *(struct pm_getpid_reply *)payload(&m);
}

pid_t getpid(void)
{
    return (pid_t)identity().status;
}

pid_t getppid(void)
{
    return identity().parent;
}

pid_t getpgrp(void)
{
    return identity().group;
}

int setpgid(pid_t pid, pid_t group)
{
    struct message m = {0};
    struct pm_setpgid *p = payload(&m);
    p->pid = pid;
    p->group = group;
    return (int)request(EP_PM, PM_SETPGID, &m);
}

/* The heap's end, where PM says it is; 0: could not be moved. */
static uintptr_t move_break(uintptr_t end)
{
    struct message m = {0};
    struct pm_brk *p = payload(&m);
    p->end = end;
    if (request(EP_PM, PM_BRK, &m) < 0)
        return 0;
    return ((const struct pm_brk_reply *)payload(&m))->end;
}

static uintptr_t heap_end; /* 0: not yet asked for */

int brk(void *end)
{
    uintptr_t moved = move_break((uintptr_t)end);
    if (!moved)
        return -1;
    heap_end = moved;
    return 0;
}

void *sbrk(intptr_t increment)
{
    if (!heap_end)
        heap_end = move_break(0);
    uintptr_t former = heap_end;
    if (!former || (increment && brk((void *)(former + (uintptr_t)increment)) < 0))
        return (void *)-1;
    return (void *)former;
}
