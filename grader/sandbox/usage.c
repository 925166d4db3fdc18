/* Who belongs to a group, and what they use together: one look at each process of the machine. */
#include "grader/sandbox/usage.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STAT_BYTES 1024

/* What proc(5) says of /proc/N/stat, from field 3 (the state) on. */
enum { FIELD_SESSION = 6, FIELD_UTIME = 14, FIELD_CSTIME = 17, FIELD_RESIDENT = 24 };

static bool read_name_space(pid_t pid, char *name, size_t size)
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%ld/ns/pid", (long)pid);
    ssize_t n = readlink(path, name, size - 1);
    if (n < 0)
        return false;
    name[n] = '\0';
    return true;
}

bool usage_name_space(pid_t pid, struct usage_group *group)
{
    char own[sizeof group->name_space];

    /* One's own is not a group: that would be everybody. */
    return read_name_space(pid, group->name_space, sizeof group->name_space) &&
           read_name_space(getpid(), own, sizeof own) && strcmp(own, group->name_space) != 0;
}

/* The text behind the name of the program, which is in parentheses and may hold some of its own; or NULL. */
static char *read_stat(pid_t pid, char text[STAT_BYTES])
{
    char path[64];

    snprintf(path, sizeof path, "/proc/%ld/stat", (long)pid);
    FILE *in = fopen(path, "re");
    if (!in)
        return NULL;
    size_t n = fread(text, 1, STAT_BYTES - 1, in);
    fclose(in);
    text[n] = '\0';
    char *end = strrchr(text, ')');
    return end ? end + 1 : NULL;
}

static void count(pid_t pid, const struct usage_group *group, struct usage *u)
{
    char text[STAT_BYTES], name_space[sizeof group->name_space], *next = NULL;
    unsigned long long ticks = 0, resident = 0;

    if (group->name_space[0] && (!read_name_space(pid, name_space, sizeof name_space) ||
                                 strcmp(name_space, group->name_space) != 0))
        return;
    char *at = read_stat(pid, text);
    if (!at)
        return;
    char *field = strtok_r(at, " ", &next);
    for (int i = 3; field; i++, field = strtok_r(NULL, " ", &next)) {
        if (i == FIELD_SESSION && !group->name_space[0] && atol(field) != (long)group->session)
            return;
        if (i >= FIELD_UTIME && i <= FIELD_CSTIME)
            ticks += strtoull(field, NULL, 10);
        if (i == FIELD_RESIDENT)
            resident = strtoull(field, NULL, 10);
    }
    u->processes++;
    u->memory += resident * (uint64_t)sysconf(_SC_PAGESIZE);
    u->seconds += (double)ticks / (double)sysconf(_SC_CLK_TCK);
}

struct usage usage_of(const struct usage_group *group)
{
    struct usage u = {0};
    DIR *proc = opendir("/proc");

    if (!proc || (!group->name_space[0] && group->session == 0)) {
        if (proc)
            closedir(proc);
        return u;
    }
    for (struct dirent *e; (e = readdir(proc));)
        if (e->d_name[0] >= '1' && e->d_name[0] <= '9')
            count((pid_t)atol(e->d_name), group, &u);
    closedir(proc);
    return u;
}
