/* mkdir [-p] DIRECTORY...: makes directories; -p: with those on the way, and without complaint
 * where one exists. */
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_directory(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

static int make(const char *path, bool parents)
{
    if (mkdir(path, 0755) == 0 || (parents && is_directory(path)))
        return 0;
    warn("%s", path);
    return 1;
}

/* Each directory on the way, by cutting the path at each '/' in turn. */
static int make_all(char *path)
{
    for (char *slash = path; (slash = strchr(slash + 1, '/'));) {
        *slash = '\0';
        if (make(path, true))
            return 1;
        *slash = '/';
        while (slash[1] == '/')
            slash++;
        if (!slash[1])
            return 0;
    }
    return make(path, true);
}

int main(int argc, char **argv)
{
    bool parents = false;
    for (int c; (c = getopt(argc, argv, "p")) != -1; parents = true)
        if (c == '?')
            usage("[-p] DIRECTORY...");
    if (optind == argc)
        usage("[-p] DIRECTORY...");
    int failed = 0;
    for (int i = optind; i < argc; i++)
        failed |= parents ? make_all(argv[i]) : make(argv[i], false);
    return failed;
}
