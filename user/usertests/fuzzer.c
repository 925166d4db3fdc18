/*
 * A worker of the fuzzer. Three kinds of calls, in turn as chance will have it: all registers
 * random; messages to servers in the form that they expect, with nonsense in them; and sensible
 * calls in an order that makes none.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "fuzz.h"

static void nothing(int sig)
{
    (void)sig;
}

/* A call of ours that forked: the child is not to go on as a second worker. */
static void end_if_child(const struct message *m, int64_t status)
{
    if (status == 0 && m->source == EP_PM && m->type == (PM_FORK | MSG_REPLY) && m->status == 0)
        _exit(0);
}

/* Is this message not to be sent? */
static bool spared(struct random *r, endpoint_t to, const struct message *m)
{
    return is_forbidden(to, m) || (is_suicide(to, m) && below(r, 40) > 0);
}

static uint64_t any_call(struct random *r)
{
    static const uint64_t flags[] = {0, 0, IPC_NONBLOCK, IPC_DEADLINE, IPC_TELL, IPC_FLAGS};
    switch (below(r, 8)) {
    case 0:
        return any_value(r);
    case 1:
        return below(r, K_POWER + 3) | any_value(r) << 8;
    case 2:
    case 3:
        return K_TIME + below(r, K_POWER + 2 - K_TIME);
    default:
        return below(r, 7) | flags[below(r, sizeof flags / sizeof *flags)];
    }
}

/* Grants are few: a worker that kept them all could soon not do much. */
static void drop_grant(struct random *r, uint64_t call, const struct message *m)
{
    static uint32_t held[8];
    uint64_t i = below(r, 8);
    if (call != K_GRANT)
        return;
    k_revoke(held[i]);
    held[i] = m->source;
}

static void any_registers(struct random *r)
{
    uint64_t call = any_call(r);
    endpoint_t peer = below(r, 2) ? any_endpoint(r) : EP_FS;
    struct message m;
    for (int i = 0; i < MSG_PAYLOAD_WORDS; i++)
        m.w[i] = any_value(r);
    m.source = (uint32_t)any_value(r);
    m.type = below(r, 2) ? 0x100 + (uint32_t)below(r, 0x500) : (uint32_t)any_value(r);
    if (spared(r, EP_SLOT(peer), &m))
        return;
    int64_t status = ipc(call, peer, k_time() + below(r, 5000), &m);
    end_if_child(&m, status);
    if (status == 0)
        drop_grant(r, call, &m);
}

static void nonsense_to_server(struct random *r)
{
    static const endpoint_t servers[] = {EP_FS, EP_FS, EP_FS, EP_PM, EP_PM, EP_RS};
    endpoint_t to = servers[below(r, 6)];
    struct message m = any_message(r, to);
    uint32_t grants[] = {(uint32_t)m.w[0], (uint32_t)(m.w[0] >> 32), (uint32_t)m.w[1]};
    if (!spared(r, to, &m)) {
        uint64_t how = below(r, 4) ? IPC_SENDREC : IPC_SENDREC | IPC_DEADLINE;
        end_if_child(&m, ipc(how, to, k_time() + below(r, 3000), &m));
    }
    for (int i = 0; i < 3; i++)
        k_revoke(grants[i]);
}

static void any_file_call(struct random *r)
{
    int fd = (int)below(r, 14), to = (int)below(r, 14), ends[2];
    char *at = fuzz_memory + below(r, sizeof fuzz_memory / 2);
    size_t bytes = below(r, sizeof fuzz_memory / 2);
    switch (below(r, 10)) {
    case 0:
    case 1:
        open(any_name(r), (int)below(r, 3) | (below(r, 2) ? O_CREAT : 0) | (int)(below(r, 8) << 6),
             0644);
        break;
    case 2:
        read(fd, at, bytes);
        break;
    case 3:
    case 4:
        write(fd, at, bytes);
        break;
    case 5:
        lseek(fd, (off_t)below(r, 300000) - 1000, (int)below(r, 3));
        break;
    case 6:
        dup2(fd, to);
        break;
    case 7:
        pipe(ends);
        break;
    case 8:
        ftruncate(fd, (off_t)below(r, 100000));
        break;
    default:
        close(fd);
    }
}

static void any_name_call(struct random *r)
{
    struct stat st;
    const char *name = any_name(r), *other = any_name(r);
    switch (below(r, 10)) {
    case 0:
        mkdir(name, 0755);
        break;
    case 1:
        rmdir(name);
        break;
    case 2:
        unlink(name);
        break;
    case 3:
        link(name, other);
        break;
    case 4:
    case 5:
        rename(name, other);
        break;
    case 6:
        truncate(name, (off_t)below(r, 1 << 20));
        break;
    case 7:
        mknod(name, (mode_t)any_value(r), (dev_t)any_value(r));
        break;
    case 8:
        chmod(name, (mode_t)below(r, 01000));
        break;
    default:
        stat(name, &st);
    }
}

static void any_process_call(struct random *r)
{
    char *const arguments[] = {(char *)any_name(r), NULL};
    pid_t pid;
    switch (below(r, 8)) {
    case 0:
        pid = fork();
        if (pid == 0)
            _exit((int)below(r, 300));
        if (pid > 0 && below(r, 2))
            waitpid(pid, NULL, 0);
        break;
    case 1:
        waitpid(-1, NULL, WNOHANG);
        break;
    case 2:
        kill(getpid(), below(r, 40) ? 0 : (int)below(r, NSIGNALS));
        break;
    case 3:
        signal(1 + (int)below(r, SIGUSR1 - 1), below(r, 2) ? SIG_IGN : nothing);
        break;
    case 4:
        sbrk((intptr_t)below(r, 1 << 17) - (1 << 16));
        break;
    case 5:
        usleep((useconds_t)below(r, 200));
        break;
    case 6:
        execv(any_name(r), arguments);
        break;
    default:
        notify(any_endpoint(r));
    }
}

static void report(endpoint_t parent, unsigned done)
{
    struct message m = {.type = PROGRESS, .w = {done}};
    send(parent, &m);
}

static void begin(void)
{
    setpgid(0, 0);
    for (int fd = 0; fd < OPEN_MAX; fd++)
        close(fd);
    for (int fd = 0; fd < 3; fd++)
        open("/dev/null", O_RDWR);
    signal(SIGUSR1, nothing); /* the parent's way to end a call that waits for ever */
}

void make_random_calls(endpoint_t parent, uint64_t seed, unsigned count)
{
    static void (*const kinds[])(struct random *) = {
        any_registers,      any_registers, nonsense_to_server, nonsense_to_server,
        nonsense_to_server, any_file_call, any_name_call,      any_process_call};
    struct random r = {seed};
    begin();
    for (unsigned i = 0; i < count; i++) {
        if (i % PROGRESS_STEP == 0)
            report(parent, i);
        kinds[below(&r, sizeof kinds / sizeof *kinds)](&r);
    }
    report(parent, count);
}
