/* cp [-r] FROM... TO: copies files; into TO when that is a directory; -r: directories with what is
 * in them. */
#include <dirent.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool recursive;
static ino_t copy_root; /* the directory that is being made: not to be copied into itself */

static int complain(const char *path)
{
    warn("%s", path);
    return 1;
}

static int copy(const char *from, const char *to);

static bool is_directory(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* directory/name, malloc'ed. */
static char *join(const char *directory, const char *name)
{
    size_t room = strlen(directory) + 1 + strlen(name) + 1;
    char *path = malloc(room);
    if (!path)
        err(1, "%s/%s", directory, name);
    snprintf(path, room, "%s/%s", directory, name);
    return path;
}

static int copy_bytes(int in, int out, const char *from, const char *to)
{
    static char buffer[16384];
    ssize_t n;
    while ((n = read(in, buffer, sizeof buffer)) > 0)
        for (ssize_t done = 0, k; done < n; done += k)
            if ((k = write(out, buffer + done, (size_t)(n - done))) < 0)
                return complain(to);
    return n < 0 ? complain(from) : 0;
}

static int copy_file(const char *from, const char *to, const struct stat *st)
{
    struct stat target;
    if (stat(to, &target) == 0 && S_ISREG(target.st_mode) && target.st_ino == st->st_ino) {
        warnx("%s and %s are the same file", from, to);
        return 1;
    }
    int in = open(from, O_RDONLY);
    if (in < 0)
        return complain(from);
    int out = open(to, O_WRONLY | O_CREAT | O_TRUNC, st->st_mode & 0777);
    int failed = out < 0 ? complain(to) : copy_bytes(in, out, from, to);
    if (out >= 0 && close(out) < 0)
        failed = complain(to);
    close(in);
    return failed;
}

static int is_entry(const struct dirent *e)
{
    return strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
}

static int copy_directory(const char *from, const char *to)
{
    struct stat st;
    struct dirent **list;
    if ((!is_directory(to) && mkdir(to, 0755) < 0) || stat(to, &st) < 0)
        return complain(to);
    bool top = !copy_root;
    if (top)
        copy_root = st.st_ino;
    int count = scandir(from, &list, is_entry, NULL);
    int failed = count < 0 ? complain(from) : 0;
    for (int i = 0; i < count; i++) {
        char *inner = join(from, list[i]->d_name), *copied = join(to, list[i]->d_name);
        if (list[i]->d_ino != copy_root)
            failed |= copy(inner, copied);
        free(inner);
        free(copied);
        free(list[i]);
    }
    if (count >= 0)
        free(list);
    if (top)
        copy_root = 0;
    return failed;
}

static int copy(const char *from, const char *to)
{
    struct stat st;
    if (stat(from, &st) < 0)
        return complain(from);
    if (!S_ISDIR(st.st_mode))
        return copy_file(from, to, &st);
    if (recursive)
        return copy_directory(from, to);
    errno = EISDIR;
    return complain(from);
}

int main(int argc, char **argv)
{
    for (int c; (c = getopt(argc, argv, "r")) != -1; recursive = true)
        if (c == '?')
            usage("[-r] FROM... TO");
    if (argc - optind < 2)
        usage("[-r] FROM... TO");
    const char *to = argv[argc - 1];
    bool into = is_directory(to);
    if (argc - optind > 2 && !into)
        errx(1, "%s: Not a directory", to);
    int failed = 0;
    for (int i = optind; i < argc - 1; i++) {
        const char *slash = strrchr(argv[i], '/');
        char *path = into ? join(to, slash ? slash + 1 : argv[i]) : strdup(to);
        failed |= copy(argv[i], path);
        free(path);
    }
    return failed;
}
