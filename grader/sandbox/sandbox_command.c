/*
 * bubblewrap's options, in its own order: they are carried out one after another. Two ways lead to a program that has no
 * rights. An ordinary user needs a name space of users, and is nobody in it. The machine's root needs none, and becomes a user that
 * nobody else is (kit/confine.c); for root's own processes would not be counted.
 */
#include "grader/sandbox/sandbox_command.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define CONFINE    "/confine"  /* in the sandbox */
#define FIRST_USER 0x40000000u /* far from those that are given to people */

static void say(struct words *w, const char *const *words)
{
    for (; *words; words++)
        words_add(w, "%s", *words);
}

#define SAY(w, ...) say(w, (const char *const[]){__VA_ARGS__, NULL})

/* Is this the machine's root, and not only a container's? */
static bool is_root(void)
{
    static const char all[] = "         0          0 4294967295\n"; /* user_namespaces(7) */
    char map[sizeof all] = "";
    int fd = geteuid() == 0 ? open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC) : -1;

    if (fd < 0)
        return false;
    ssize_t n = read(fd, map, sizeof map - 1);
    close(fd);
    return n > 0 && strcmp(map, all) == 0 && prctl(PR_CAPBSET_READ, CAP_SYS_ADMIN) == 1;
}

static uid_t user(void)
{
    return FIRST_USER + (uid_t)getpid();
}

bool sandbox_hand_over(const char *directory, bool open)
{
    return open || !is_root() || chown(directory, user(), user()) == 0;
}

/* Has this folder been made? */
static bool is_there(const struct words *w, const char *path, size_t n)
{
    for (size_t i = 1; i < w->n; i++)
        if (strcmp(w->word[i - 1], "--dir") == 0 && strncmp(w->word[i], path, n) == 0 &&
            w->word[i][n] == '\0')
            return true;
    return false;
}

/* The folders above a path: bubblewrap would make them, but for itself alone. */
static void show_parents(struct words *w, const char *path)
{
    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        size_t n = (size_t)(slash - path);
        if (is_there(w, path, n))
            continue;
        SAY(w, "--perms", "0755", "--dir");
        words_add(w, "%.*s", (int)n, path);
    }
}

static void show(struct words *w, const char *from, const char *to, bool writable)
{
    show_parents(w, to);
    SAY(w, writable ? "--bind" : "--ro-bind", from, to);
}

static void environment(struct words *w, const struct sandbox_job *job)
{
    SAY(w, "--clearenv", "--setenv", "LC_ALL", "C", "--setenv", "PATH", "/usr/bin:/bin");
    SAY(w, "--setenv", "TZ", "UTC0", "--setenv", "SOURCE_DATE_EPOCH", SANDBOX_DATE_TEXT);
    if (job->libraries)
        SAY(w, "--setenv", "LD_LIBRARY_PATH", job->libraries);
    if (job->scratch)
        SAY(w, "--setenv", "TMPDIR", job->scratch);
}

struct words sandbox_command(const struct sandbox_job *job)
{
    struct words w = {.n = 0};
    bool root = job->confine && is_root();

    SAY(&w, "bwrap", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts");
    SAY(&w, "--unshare-cgroup-try", "--hostname", "sandbox", "--die-with-parent", "--new-session");
    words_add(&w, "--info-fd");
    words_add(&w, "%d", SANDBOX_INFO_FD);
    SAY(&w, "--cap-drop", "ALL");
    if (root)
        SAY(&w, "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID");
    else
        SAY(&w, "--unshare-user", "--uid", "65534", "--gid", "65534");
    environment(&w, job);
    for (size_t i = 0; i < job->nbinds; i++)
        show(&w, job->binds[i].from, job->binds[i].to, job->binds[i].writable);
    if (job->confine)
        show(&w, job->confine, CONFINE, false);
    if (job->directory)
        SAY(&w, "--chdir", job->directory);
    SAY(&w, "--");
    if (job->confine) {
        words_add(&w, CONFINE);
        if (root)
            words_add(&w, "%u", (unsigned)user());
        else
            words_add(&w, "-");
        words_add(&w, "%u", job->limits.processes);
    }
    say(&w, job->argv);
    return w;
}
