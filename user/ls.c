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
    char *name;
    struct stat st;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

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

static int add(struct entry **list, size_t *count, const char *name, const char *path)
{
    if ((*count & (*count - 1)) == 0) { /* full: its room is a power of two */
        struct entry *larger = realloc(*list, (*count ? *count * 2 : 1) * sizeof **list);
        if (!larger)
            err(1, "%s", path);
        *list = larger;
    }
    struct entry *e = &(*list)[*count];
    if (stat(path, &e->st) < 0) {
        warn("%s", path);
        return 1;
    }
    e->name = strdup(name);
    if (!e->name)
        err(1, "%s", path);
    ++*count;
    return 0;
}

static void release(struct entry *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(list[i].name);
    free(list);
}

static int list_directory(const char *path)
{
    static char inner[PATH_MAX];
    struct entry *list = NULL;
    size_t count = 0;
    int failed = 0;
    DIR *dir = opendir(path);
    if (!dir) {
        warn("%s", path);
        return 1;
    }
    for (struct dirent *e; (e = readdir(dir));) {
        if (e->d_name[0] == '.' && !all)
            continue;
        snprintf(inner, sizeof inner, "%s/%s", path, e->d_name);
        failed |= add(&list, &count, e->d_name, inner);
    }
    closedir(dir);
    qsort(list, count, sizeof *list, by_name);
    show(list, count);
    release(list, count);
    return failed;
}

/* Files first, then each directory under its name. */
static int list_paths(char **paths, int count)
{
    struct entry *files = NULL;
    size_t n = 0;
    int failed = 0, shown = 0;
    struct stat st;
    for (int i = 0; i < count; i++)
        if (directories || stat(paths[i], &st) < 0 || !S_ISDIR(st.st_mode))
            failed |= add(&files, &n, paths[i], paths[i]);
    qsort(files, n, sizeof *files, by_name);
    show(files, n);
    shown = n > 0;
    release(files, n);
    for (int i = 0; i < count && !directories; i++) {
        if (stat(paths[i], &st) < 0 || !S_ISDIR(st.st_mode))
            continue;
        if (count > 1)
            printf("%s%s:\n", shown ? "\n" : "", paths[i]);
        failed |= list_directory(paths[i]);
        shown = 1;
    }
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
