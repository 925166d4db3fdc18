/* Memory: the heap, the stack, copies on write, and what happens when there is no more. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "test.h"

static char zeros[3 * PAGE_SIZE]; /* .bss */
static char data[PAGE_SIZE] = "data";

static bool all(const char *p, size_t n, char c)
{
    while (n > 0 && p[n - 1] == c)
        n--;
    return n == 0;
}

static void memory_starts_zero(void)
{
    char *heap = sbrk(8 * PAGE_SIZE);
    CHECK(heap != (char *)-1);
    CHECK(all(heap, 8 * PAGE_SIZE, 0));
    CHECK(all(zeros, sizeof zeros, 0));
}

static void memory_brk_grows_and_shrinks(void)
{
    char *start = sbrk(0);
    for (size_t n = 1; n < 200000; n = n * 3 + 1) {
        CHECK(sbrk((intptr_t)n) == start);
        CHECK(all(start, n, 0)); /* also what was used before, and given back */
        memset(start, 'x', n);
        CHECK(sbrk(-(intptr_t)n) == start + n);
        CHECK(sbrk(0) == start);
    }
}

/* To the byte, over page boundaries: nothing that stays is lost. */
static void memory_brk_steps(void)
{
    char *start = sbrk(0);
    for (int i = 0; i < 300; i++)
        CHECK(sbrk(61) == start + i * 61);
    memset(start, 'k', 300 * 61);
    for (int i = 299; i >= 100; i--)
        CHECK(sbrk(-61) != (void *)-1);
    CHECK(all(start, 100 * 61, 'k'));
}

static void memory_brk_limits(void)
{
    char *start = sbrk(0);
    CHECK_FAILS(brk((void *)(USER_HEAP_END + 1)), ENOMEM);
    CHECK_FAILS(brk((void *)USER_END), ENOMEM);
    CHECK_FAILS(brk((void *)~0ul), ENOMEM);
    CHECK_FAILS(brk((void *)USER_BASE), ENOMEM); /* below the heap: the program itself */
    CHECK_FAILS(brk((void *)1), ENOMEM);
    CHECK_FAILS(sbrk(1l << 40), ENOMEM);
    CHECK(sbrk(0) == start);
    CHECK(sbrk(100) == start);
    memset(start, 1, 100);
}

static void memory_malloc(void)
{
    enum { BLOCKS = 200 };
    static struct {
        char *p;
        size_t n;
    } block[BLOCKS];
    uint64_t state = 1;
    for (int round = 0; round < 4000; round++) {
        int i = (int)(next_random(&state) % BLOCKS);
        char mark = (char)i;
        if (block[i].p) {
            CHECK(all(block[i].p, block[i].n, mark));
            if (round % 3 == 0) {
                size_t n = next_random(&state) % 3000;
                char *p = realloc(block[i].p, n);
                CHECK(p && all(p, n < block[i].n ? n : block[i].n, mark));
                memset(p, mark, n);
                block[i].p = p, block[i].n = n;
                continue;
            }
            free(block[i].p);
        }
        block[i].n = next_random(&state) % (round % 50 ? 500 : 20000);
        block[i].p = malloc(block[i].n);
        CHECK(block[i].p && (uintptr_t)block[i].p % 16 == 0);
        memset(block[i].p, mark, block[i].n);
    }
    CHECK(!malloc(1ul << 40) && errno == ENOMEM);
    CHECK(!calloc(1ul << 33, 1ul << 33) && errno == ENOMEM);
}

/* ---- copies on write ---- */

static void scribble(void *heap)
{
    CHECK(strcmp(data, "parent") == 0);
    strcpy(data, "child");
    memset(heap, 'c', 4 * PAGE_SIZE);
    memset(zeros, 'c', sizeof zeros);
    char stack[2 * PAGE_SIZE];
    memset(stack, 'c', sizeof stack);
    CHECK(all(stack, sizeof stack, 'c'));
    usleep(5000);
    CHECK(strcmp(data, "child") == 0 && all(heap, 4 * PAGE_SIZE, 'c'));
}

static void memory_fork_isolates(void)
{
    char *heap = sbrk(4 * PAGE_SIZE);
    strcpy(data, "parent");
    memset(heap, 'p', 4 * PAGE_SIZE);
    pid_t a = start(scribble, heap), b = start(scribble, heap);
    usleep(2000);
    CHECK(strcmp(data, "parent") == 0);
    CHECK(all(heap, 4 * PAGE_SIZE, 'p') && all(zeros, sizeof zeros, 0));
    memset(heap, 'q', 4 * PAGE_SIZE); /* the parent's turn: the children must not see it */
    check_ended_well(a);
    check_ended_well(b);
    CHECK(all(heap, 4 * PAGE_SIZE, 'q'));
}

static void keep_copy(void *unused)
{
    (void)unused;
    int value = data[100];
    for (int i = 0; i < 50; i++) {
        CHECK_EQUAL(data[100], value);
        usleep(100);
    }
}

/* A page that many share, each with the value of its own time. */
static void memory_many_share_a_page(void)
{
    enum { CHILDREN = 16 };
    pid_t pids[CHILDREN];
    for (int i = 0; i < CHILDREN; i++) {
        data[100] = (char)i;
        pids[i] = start(keep_copy, NULL);
    }
    data[100] = 99;
    for (int i = 0; i < CHILDREN; i++)
        check_ended_well(pids[i]);
}

static void leave_a_secret(void *unused)
{
    (void)unused;
    char *p = sbrk(64 * PAGE_SIZE);
    CHECK(p != (char *)-1);
    memset(p, 's', 64 * PAGE_SIZE);
}

/* The next owner of a page does not see what the former one wrote. */
static void memory_no_secrets(void)
{
    for (int i = 0; i < 3; i++) {
        check_ended_well(start(leave_a_secret, NULL));
        memory_starts_zero();
    }
}

/* ---- the stack ---- */

static int use_stack(int bytes)
{
    char page[1024];
    memset(page, bytes, sizeof page);
    int deeper = bytes > 0 ? use_stack(bytes - (int)sizeof page - 64) : 0;
    return page[5] + deeper;
}

static void memory_whole_stack(void)
{
    use_stack((int)USER_STACK_SIZE - 4 * (int)PAGE_SIZE);
}

/* ---- no more memory ---- */

/* Takes all that there is, uses it, and gives back what it is asked to. */
static size_t take_all(void)
{
    size_t taken = 0;
    for (size_t n = 16 << 20; n >= PAGE_SIZE; n /= 2) {
        char *p;
        while ((p = sbrk((intptr_t)n)) != (char *)-1) {
            for (size_t i = 0; i < n; i += PAGE_SIZE)
                p[i] = 1;
            taken += n;
        }
        CHECK_EQUAL(errno, ENOMEM);
    }
    return taken;
}

static void memory_runs_out(void)
{
    for (int i = 0; i < 2; i++) {
        size_t taken = take_all();
        CHECK(taken > 4 << 20);
        CHECK(fork() < 0 && errno == ENOMEM);
        CHECK(sbrk(-(intptr_t)taken) != (void *)-1);
        char *const argv[] = {"true", NULL};
        pid_t pid = fork();
        if (pid == 0) {
            execv("/bin/true", argv);
            _exit(127);
        }
        check_ended_well(pid);
    }
}

static void take_all_and_stay(void *fd)
{
    take_all();
    write((int)(intptr_t)fd, "t", 1);
    pause();
}

/* With nothing left the servers still do their work, and others' memory comes back when they end.
 */
static void memory_runs_out_for_others(void)
{
    int fd[2];
    char c;
    CHECK_EQUAL(pipe(fd), 0);
    pid_t pid = start(take_all_and_stay, (void *)(intptr_t)fd[1]);
    CHECK_EQUAL(read(fd[0], &c, 1), 1);
    int file = open("f", O_RDWR | O_CREAT, 0644);
    CHECK(file >= 0);
    CHECK_EQUAL(write(file, data, sizeof data), sizeof data);
    CHECK_EQUAL(lseek(file, 0, SEEK_SET), 0);
    CHECK_EQUAL(read(file, zeros, sizeof data), sizeof data);
    CHECK_FAILS(sbrk(1 << 20), ENOMEM);
    stop(pid);
    char *p = sbrk(1 << 20);
    CHECK(p != (char *)-1);
    memset(p, 1, 1 << 20);
}

/* Children that want more together than there is: some are refused, none is harmed. */
static void want_much(void *unused)
{
    (void)unused;
    char *p;
    for (int i = 0; i < 40 && (p = sbrk(256 << 10)) != (char *)-1; i++) {
        memset(p, i, 256 << 10);
        usleep(100);
    }
}

static void memory_is_contested(void)
{
    enum { CHILDREN = 10 };
    pid_t pids[CHILDREN];
    for (int i = 0; i < CHILDREN; i++)
        pids[i] = start(want_much, NULL);
    for (int i = 0; i < CHILDREN; i++)
        check_ended_well(pids[i]);
}

const struct test memory_tests[] = {
    T(memory_starts_zero),
    T(memory_brk_grows_and_shrinks),
    T(memory_brk_steps),
    T(memory_brk_limits),
    T(memory_malloc),
    T(memory_fork_isolates),
    T(memory_many_share_a_page),
    T(memory_no_secrets),
    T(memory_whole_stack),
    T(memory_runs_out),
    T(memory_runs_out_for_others),
    T(memory_is_contested),
    {0},
};
