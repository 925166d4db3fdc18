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

/* The blocks of 512 bytes of a path and of all below it. */
static unsigned long du(const char *path, bool top)
{
    struct stat st;
    if (stat(path, &st) < 0) {
        complain(path);
        return 0;
    }
    unsigned long blocks = (unsigned long)st.st_blocks;
    if (S_ISDIR(st.st_mode)) {
        size_t room = strlen(path) + 1 + NAME_MAX + 1;
        char *inner = malloc(room);
        DIR *dir = opendir(path);
        if (!dir || !inner)
            complain(path);
        for (struct dirent *e; dir && inner && (e = readdir(dir));) {
            if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
                continue;
            snprintf(inner, room, "%s/%s", path, e->d_name);
            blocks += du(inner, false);
        }
        if (dir)
            closedir(dir);
        free(inner);
    }
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
