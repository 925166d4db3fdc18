/*
 * ipcbench: what messages, processes and files cost, in instructions. One line for each
 * measurement, `key value`.
 *
 * On Courier's board a tick is 10 instructions, so what ROUNDS rounds of a loop take is known to
 * 10 / ROUNDS instructions a round. The loop without its calls is measured too, and subtracted:
 * what remains is the way from the caller's ecall to its next instruction. Of several batches the
 * cheapest counts, as the others had a clock interrupt in them. Time in which nobody ran, because
 * all waited for the disk, counts like instructions.
 */
#include <err.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/wait.h>
#include <unistd.h>

#define INSNS_PER_TICK 10
#define ROUNDS         500
#define BATCHES        8
#define PING           0x1000ull /* a message type of our own */
#define MIB            (1 << 20)
#define SCRATCH        "/tmp/ipcbench.tmp"

/*
 * The loops. A message is eight registers, so a loop needs no memory: it sets the call, the peer
 * and the type, which the call before has overwritten, and traps.
 */
#define CALL(number, trap) "li t0, " #number "\n mv t1, %1\n slli a0, %2, 32\n " trap "\n"
#define NO_TRAP            ""
#define TRAP               "ecall"
#define LOOP(body)                                                                                 \
    __asm__ volatile("1:\n" body "addi %0, %0, -1\n bnez %0, 1b"                                   \
                     : "+r"(rounds)                                                                \
                     : "r"((uint64_t)peer), "r"(PING)                                              \
                     : "a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "t0", "t1", "t2", "t3",     \
                       "t4", "t5", "t6", "memory")

typedef void loop(endpoint_t peer, uint64_t rounds);

static void one_call_empty(endpoint_t peer, uint64_t rounds)
{
    LOOP(CALL(3, NO_TRAP));
}

static void two_calls_empty(endpoint_t peer, uint64_t rounds)
{
    LOOP(CALL(4, NO_TRAP) CALL(2, NO_TRAP));
}

static void sendrec_loop(endpoint_t peer, uint64_t rounds)
{
    LOOP(CALL(3, TRAP));
}

/* Sends what the peer receives, then receives what the peer sends: two messages a round. */
static void send_receive_loop(endpoint_t peer, uint64_t rounds)
{
    LOOP(CALL(1, TRAP) CALL(2, TRAP));
}

static void notify_receive_loop(endpoint_t peer, uint64_t rounds)
{
    LOOP(CALL(4, TRAP) CALL(2, TRAP));
}

/* Notifications that coalesce: the peer never looks. */
static void notify_loop(endpoint_t peer, uint64_t rounds)
{
    LOOP(CALL(4, TRAP));
}

_Static_assert(IPC_SEND == 1 && IPC_RECEIVE == 2 && IPC_SENDREC == 3 && IPC_NOTIFY == 4,
               "the loops have the numbers of the calls");

/* The cheapest server: the request, still in the registers, is the reply. Never returns. */
static void echo_server(endpoint_t peer, uint64_t rounds)
{
    (void)peer, (void)rounds;
    __asm__ volatile("li s1, 1\n slli s1, s1, 63\n" /* MSG_REPLY, in word 0 */
                     "li t1, %0\n"
                     "1: li t0, %1\n ecall\n"
                     "slli t1, a0, 32\n srli t1, t1, 32\n" /* the source is the client */
                     "or a0, a0, s1\n"
                     "j 1b" ::"i"(EP_NONE),
                     "i"(IPC_REPLYREC));
    __builtin_unreachable();
}

static void answer_sends(endpoint_t peer, uint64_t rounds)
{
    LOOP(CALL(2, TRAP) CALL(1, TRAP));
}

static void answer_notifications(endpoint_t peer, uint64_t rounds)
{
    LOOP(CALL(2, TRAP) CALL(4, TRAP));
}

static void sleep_forever(endpoint_t peer, uint64_t rounds)
{
    (void)peer, (void)rounds;
    for (;;)
        pause();
}

/* ---- processes ---- */

#define FOREVER (1ull << 62) /* rounds */

/* A child that runs `what` until it is killed. Its endpoint comes by message. */
static endpoint_t start(loop *what, pid_t *pid)
{
    endpoint_t parent = k_self(NULL);
    struct message m = {.type = PING};
    *pid = fork();
    if (*pid < 0)
        err(1, "fork");
    if (*pid == 0) {
        send(parent, &m);
        what(parent, FOREVER);
        _exit(0);
    }
    if (receive(EP_ANY, &m) < 0)
        errx(1, "the child does not answer");
    return m.source;
}

static void stop(pid_t pid)
{
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

static unsigned count_processes(void)
{
    struct procinfo info;
    unsigned n = 0;
    for (unsigned slot = NSERVICES; slot < NSLOTS; slot++)
        n += k_info(slot, &info) == 0;
    return n;
}

/* ---- measuring ---- */

static uint64_t time_of(loop *what, endpoint_t peer)
{
    uint64_t best = UINT64_MAX;
    for (int i = 0; i < BATCHES; i++) {
        uint64_t begin = k_time();
        what(peer, ROUNDS);
        uint64_t ticks = k_time() - begin;
        if (ticks < best)
            best = ticks;
    }
    return best * INSNS_PER_TICK;
}

static void report(const char *key, uint64_t insns)
{
    printf("%s %lu\n", key, insns);
    fflush(stdout);
}

/* A loop against a child that runs `server`; each round of it is `calls` of what is reported. */
static void measure(const char *key, loop *client, loop *empty, loop *server, unsigned calls)
{
    pid_t pid;
    endpoint_t peer = start(server, &pid);
    uint64_t insns = time_of(client, peer) - time_of(empty, peer), n = (uint64_t)ROUNDS * calls;
    report(key, (insns + n / 2) / n);
    stop(pid);
}

/* The round trip again, with so many processes alive. */
static void measure_among(const char *key, unsigned alive)
{
    static pid_t crowd[NUSERS];
    unsigned n = 0;
    while (count_processes() + 1 < alive) /* one more will be the server */
        start(sleep_forever, &crowd[n++]);
    measure(key, sendrec_loop, one_call_empty, echo_server, 1);
    while (n > 0)
        stop(crowd[--n]);
}

static void measure_processes(void)
{
    static char *const arguments[] = {"true", NULL};
    const int rounds = 20;
    int status = 0;
    uint64_t begin = k_time();
    for (int i = 0; i < rounds && status == 0; i++) {
        pid_t pid = fork();
        if (pid == 0) {
            execv("/bin/true", arguments);
            _exit(127);
        }
        if (pid < 0 || waitpid(pid, &status, 0) < 0)
            err(1, "fork and wait");
    }
    if (status != 0)
        errx(1, "/bin/true failed");
    report("fork_exec_wait_insns", (k_time() - begin) * INSNS_PER_TICK / (uint64_t)rounds);
}

/* Moves a MiB between a new descriptor and memory. */
static void move(const char *key, int flags, ssize_t (*step)(int, void *, size_t))
{
    static char buffer[16384];
    uint64_t begin = k_time();
    int fd = open(SCRATCH, flags, 0644);
    if (fd < 0)
        err(1, SCRATCH);
    for (size_t done = 0; done < MIB; done += sizeof buffer)
        if (step(fd, buffer, sizeof buffer) != (ssize_t)sizeof buffer)
            err(1, SCRATCH);
    if ((flags & O_ACCMODE) == O_WRONLY && fsync(fd) < 0)
        err(1, SCRATCH);
    close(fd);
    report(key, (k_time() - begin) * INSNS_PER_TICK);
}

static ssize_t write_step(int fd, void *buffer, size_t bytes)
{
    return write(fd, buffer, bytes);
}

int main(int argc, char **argv)
{
    (void)argv;
    if (argc > 1)
        usage("");
    measure("ipc_sendrec_insns", sendrec_loop, one_call_empty, echo_server, 1);
    measure("ipc_notify_insns", notify_receive_loop, two_calls_empty, answer_notifications, 2);
    measure("ipc_notify_call_insns", notify_loop, one_call_empty, sleep_forever, 1);
    measure("ipc_send_receive_insns", send_receive_loop, two_calls_empty, answer_sends, 2);
    measure_among("ipc_sendrec_insns_16", 16);
    measure_among("ipc_sendrec_insns_64", 64);
    measure_among("ipc_sendrec_insns_200", 200);
    measure_processes();
    unlink(SCRATCH);
    move("file_write_1m_insns", O_WRONLY | O_CREAT | O_TRUNC, write_step);
    move("file_read_1m_insns", O_RDONLY, read);
    unlink(SCRATCH);
    return 0;
}
