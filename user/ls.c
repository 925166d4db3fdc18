/*
 * ls [-1adil] [PATH...]: lists directories, sorted by name. -a: names that begin with a dot too,
 * -d: directories themselves, -i: inode numbers, -l: type, permissions, links, size and time.
 */
#include <dirent.h>
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static bool all, inodes, details, columns, directories;

struct entry {
    const char *name;
    struct stat st;
};

static char type_letter(mode_t mode)
{
    return S_ISDIR(mode)    ? 'd'
           : S_ISCHR(mode)  ? 'c'
           : S_ISBLK(mode)  ? 'b'
           : S_ISFIFO(mode) ? 'p'
           : S_ISLNK(mode)  ? 'l'
                            : '-';
}

static void show_details(const struct stat *st)
{
    char when[32], mode[] = "?rwxrwxrwx";
    struct tm tm;
    mode[0] = type_letter(st->st_mode);
    for (int i = 0; i < 9; i++)
        if (!(st->st_mode & 0400u >> i))
            mode[i + 1] = '-';
    strftime(when, sizeof when, "%F %R", gmtime_r(&st->st_mtime, &tm));
    printf("%s %3u ", mode, st->st_nlink);
    if (S_ISCHR(st->st_mode) || S_ISBLK(st->st_mode))
        printf("%4u,%4u", st->st_rdev >> 8, st->st_rdev & 0xff);
    else
        printf("%9lu", (unsigned long)st->st_size);
    printf(" %s ", when);
}

/* The width of a column, and how many fit on a line of 80. */
static size_t column_width(const struct entry *list, size_t count)
{
    size_t longest = 0;
    for (size_t i = 0; i < count; i++)
        if (strlen(list[i].name) > longest)
            longest = strlen(list[i].name);
    return longest + 2 + (inodes ? 7 : 0);
}

static void show_entry(const struct entry *e)
{
    if (inodes)
        printf("%6u ", e->st.st_ino);
    if (details)
        show_details(&e->st);
    printf("%s", e->name);
}

/* One name a line, or in columns, to be read downwards. */
static void show(const struct entry *list, size_t count)
{
    size_t width = column_width(list, count);
    size_t across = columns && !details && width < 80 ? 80 / width : 1;
    size_t rows = (count + across - 1) / across;
    for (size_t row = 0; row < rows; row++) {
        for (size_t i = row; i < count; i += rows) {
            show_entry(&list[i]);
            if (i + rows < count)
                printf("%*s", (int)(width - strlen(list[i].name) - (inodes ? 7 : 0)), "");
        }
        putchar('\n');
    }
}

/* Finds out about a path; 0, or 1 after a message. */
static int look_at(struct entry *e, const char *name, const char *path)
{
    e->name = name;
    if (stat(path, &e->st) == 0)
        return 0;
    warn("%s", path);
    return 1;
}

static int is_shown(const struct dirent *e)
{
    return all || e->d_name[0] != '.';
}

static int list_directory(const char *path)
{
    static char inner[PATH_MAX];
    struct dirent **names;
    int count = scandir(path, &names, is_shown, alphasort), failed = 0;
    if (count < 0) {
        warn("%s", path);
        return 1;
    }
    struct entry *list = malloc(((size_t)count + 1) * sizeof *list);
    if (!list)
        err(1, "%s", path);
    size_t n = 0;
    for (int i = 0; i < count; i++) {
        snprintf(inner, sizeof inner, "%s/%s", path, names[i]->d_name);
        int missing = look_at(&list[n], names[i]->d_name, inner);
        failed |= missing;
        n += !missing;
    }
    show(list, n);
    for (int i = 0; i < count; i++)
        free(names[i]);
    free(names);
    free(list);
    return failed;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Files first, then each directory under its name. */
static int list_paths(char **paths, int count)
{
    struct entry *files = malloc((size_t)count * sizeof *files), e;
    size_t n = 0;
    int failed = 0, found = 0;
    if (!files)
        err(1, "%d paths", count);
    qsort(paths, (size_t)count, sizeof *paths, by_name);
    for (int i = 0; i < count; i++) {
        if (look_at(&e, paths[i], paths[i]))
            failed = 1;
        else if (directories || !S_ISDIR(e.st.st_mode))
            files[n++] = e;
        else
            paths[found++] = paths[i];
    }
    show(files, n);
    for (int i = 0; i < found; i++) {
        if (count > 1)
            printf("%s%s:\n", n || i ? "\n" : "", paths[i]);
        failed |= list_directory(paths[i]);
    }
    free(files);
    return failed;
}

int main(int argc, char **argv)
{
    columns = isatty(STDOUT_FILENO);
    for (int c; (c = getopt(argc, argv, "1adil")) != -1;) {
        if (c == '?')
            usage("[-1adil] [PATH...]");
        all |= c == 'a', inodes |= c == 'i', details |= c == 'l', directories |= c == 'd';
        columns &= c != '1';
    }
    char *here[] = {"."};
    if (optind == argc)
        return list_paths(here, 1);
    return list_paths(argv + optind, argc - optind);
}
