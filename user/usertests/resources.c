/*
 * What there is of everything that can run out, by using it up. Counted before and after all cases:
 * what is missing afterwards has leaked.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>
#include "test.h"

unsigned count_processes(void)
{
    struct procinfo info;
    unsigned n = 0;
    for (unsigned slot = NSERVICES; slot < NSLOTS; slot++)
        n += k_info(slot, &info) == 0;
    return n;
}

/* Runs f in a child; what it returns comes back through a pipe, which is descriptor 0 there. */
static unsigned count_in_child(unsigned (*f)(void))
{
    int fd[2];
    unsigned n = 0;
    CHECK_EQUAL(pipe(fd), 0);
    fflush(stdout);
    pid_t pid = fork();
    CHECK(pid >= 0);
    if (pid == 0) {
        dup2(fd[1], 0);
        close(fd[0]);
        close(fd[1]);
        n = f();
        _exit(write(0, &n, sizeof n) != sizeof n);
    }
    close(fd[1]);
    CHECK_EQUAL(read(fd[0], &n, sizeof n), sizeof n);
    close(fd[0]);
    check_ended_well(pid);
    return n;
}

/* The heap grows until there is no more: in large steps, then in small ones. */
static unsigned count_pages(void)
{
    unsigned n = 0;
    for (unsigned pages = 1024; pages; pages /= 2)
        while (sbrk((intptr_t)(pages * PAGE_SIZE)) != (void *)-1)
            n += pages;
    return n;
}

/* Opens until the process's table is full, then goes on in a child, until the system's is. The
 * child has its parent's descriptors too: it closes them, which frees nothing. */
static unsigned count_files(void)
{
    unsigned n = 0;
    for (int fd = 3; fd < OPEN_MAX; fd++)
        close(fd);
    while (open("/", O_RDONLY) >= 0)
        n++;
    if (errno != EMFILE)
        return n;
    close(OPEN_MAX - 1); /* room for the pipe */
    close(OPEN_MAX - 2);
    return n + count_in_child(count_files);
}

static bool same(const char *what, unsigned before, unsigned after)
{
    if (before != after)
        printf("FAILED: %s before: %u, after: %u\n", what, before, after);
    return before == after;
}

bool same_resources(const struct resources *before, const struct resources *after)
{
    return same("processes", before->processes, after->processes) &
           same("free pages", before->pages, after->pages) &
           same("files that can be open", before->files, after->files) &
           same("free blocks", before->blocks, after->blocks) &
           same("free inodes", before->inodes, after->inodes);
}

/* What the services have taken: they touch some of their memory only when there is much to do. */
static unsigned pages_of_services(void)
{
    struct procinfo info;
    unsigned n = 0;
    for (unsigned slot = 1; slot < NSERVICES; slot++)
        if (k_info(slot, &info) == 0)
            n += info.pages;
    return n;
}

struct resources count_resources(void)
{
    struct statvfs st;
    struct resources r = {0};
    sync();
    CHECK_EQUAL(statvfs("/", &st), 0);
    r.blocks = (unsigned)st.f_bfree;
    r.inodes = (unsigned)st.f_ffree;
    r.processes = count_processes();
    r.pages = count_in_child(count_pages) + pages_of_services();
    r.files = count_in_child(count_files);
    return r;
}
