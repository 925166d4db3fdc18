/* mv FROM... TO: renames a file or directory; into TO when that is a directory. */
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    static char path[PATH_MAX];
    if (getopt(argc, argv, "") != -1 || argc - optind < 2)
        usage("FROM... TO");
    const char *to = argv[argc - 1];
    struct stat st;
    bool into = stat(to, &st) == 0 && S_ISDIR(st.st_mode);
    if (argc - optind > 2 && !into)
        errx(1, "%s: Not a directory", to);
    int failed = 0;
    for (int i = optind; i < argc - 1; i++) {
        const char *slash = strrchr(argv[i], '/');
        snprintf(path, sizeof path, into ? "%s/%s" : "%s", to, slash ? slash + 1 : argv[i]);
        if (rename(argv[i], path) < 0) {
            warn("%s to %s", argv[i], path);
            failed = 1;
        }
    }
    return failed;
}
