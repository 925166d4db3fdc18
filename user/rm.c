/* rm [-fr] PATH...: removes files; -r: directories and what is in them; -f: what is not there is
 * no error. */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool force, recursive;

static int complain(const char *path)
{
    warn("%s", path);
    return 1;
}

static int rm(const char *path);

static bool is_dot(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static int is_entry(const struct dirent *e)
{
    return !is_dot(e->d_name);
}

/* Removes what is in a directory. */
static int empty(const char *path)
{
    struct dirent **list;
    size_t room = strlen(path) + 1 + NAME_MAX + 1;
    char *inner = malloc(room);
    int count = inner ? scandir(path, &list, is_entry, NULL) : -1;
    int failed = count < 0 ? complain(path) : 0;
    for (int i = 0; i < count; i++) {
        snprintf(inner, room, "%s/%s", path, list[i]->d_name);
        failed |= rm(inner);
        free(list[i]);
    }
    if (count >= 0)
        free(list);
    free(inner);
    return failed;
}

static int rm(const char *path)
{
    struct stat st;
    if (stat(path, &st) < 0)
        return force && errno == ENOENT ? 0 : complain(path);
    if (S_ISDIR(st.st_mode) && recursive)
        return empty(path) || (rmdir(path) < 0 && complain(path));
    return unlink(path) < 0 ? complain(path) : 0;
}

int main(int argc, char **argv)
{
    for (int c; (c = getopt(argc, argv, "fr")) != -1;) {
        if (c == '?')
            usage("[-fr] PATH...");
        force |= c == 'f';
        recursive |= c == 'r';
    }
    if (optind == argc && !force)
        usage("[-fr] PATH...");
    int failed = 0;
    for (int i = optind; i < argc; i++) {
        const char *slash = strrchr(argv[i], '/');
        const char *last = slash ? slash + 1 : argv[i];
        if (is_dot(last) || (*argv[i] && strspn(argv[i], "/") == strlen(argv[i]))) {
            warnx("%s: the root, . and .. are not removed", argv[i]);
            failed = 1;
        } else {
            failed |= rm(argv[i]);
        }
    }
    return failed;
}
