/* ln [-f] FILE NAME: gives a file another name; when NAME is a directory, in there. The format
 * has hard links only. -f: takes the place of an existing NAME. */
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    static const char synopsis[] = "[-f] FILE NAME";
    static char path[PATH_MAX];
    bool force = false;
    for (int c; (c = getopt(argc, argv, "f")) != -1; force = true)
        if (c == '?')
            usage(synopsis);
    if (argc - optind != 2)
        usage(synopsis);
    const char *file = argv[optind], *name = argv[optind + 1];
    struct stat st;
    if (stat(name, &st) == 0 && S_ISDIR(st.st_mode)) {
        const char *slash = strrchr(file, '/');
        snprintf(path, sizeof path, "%s/%s", name, slash ? slash + 1 : file);
        name = path;
    }
    if (force)
        unlink(name);
    if (link(file, name) < 0)
        err(1, "%s to %s", file, name);
    return 0;
}
