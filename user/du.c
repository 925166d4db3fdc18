/* du [-s] [PATH...]: KiB that files and directories take on the disk; -s: one sum for each PATH. */
#include <dirent.h>
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool sums_only;
static int failed;

static void complain(const char *path)
{
    warn("%s", path);
    failed = 1;
}

static unsigned long du(const char *path, bool top);

static int is_entry(const struct dirent *e)
{
    return strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
}

/* The blocks of what is in a directory. */
static unsigned long du_inside(const char *path)
{
    struct dirent **list;
    size_t room = strlen(path) + 1 + NAME_MAX + 1;
    char *inner = malloc(room);
    int count = inner ? scandir(path, &list, is_entry, NULL) : -1;
    unsigned long blocks = 0;
    if (count < 0)
        complain(path);
    for (int i = 0; i < count; i++) {
        snprintf(inner, room, "%s%s%s", path, strcmp(path, "/") ? "/" : "", list[i]->d_name);
        blocks += du(inner, false);
        free(list[i]);
    }
    if (count >= 0)
        free(list);
    free(inner);
    return blocks;
}

/* The blocks of 512 bytes of a path and of all below it. */
static unsigned long du(const char *path, bool top)
{
    struct stat st;
    if (stat(path, &st) < 0) {
        complain(path);
        return 0;
    }
    unsigned long blocks = (unsigned long)st.st_blocks;
    if (S_ISDIR(st.st_mode))
        blocks += du_inside(path);
    if (top || (S_ISDIR(st.st_mode) && !sums_only))
        printf("%lu\t%s\n", (blocks + 1) / 2, path);
    return blocks;
}

int main(int argc, char **argv)
{
    for (int c; (c = getopt(argc, argv, "s")) != -1; sums_only = true)
        if (c == '?')
            usage("[-s] [PATH...]");
    if (optind == argc)
        du(".", true);
    for (int i = optind; i < argc; i++)
        du(argv[i], true);
    return failed;
}
