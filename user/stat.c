/* stat FILE...: what the file system knows about files. */
#include <err.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

static void show_time(const char *what, time_t t)
{
    char text[32];
    struct tm tm;
    strftime(text, sizeof text, "%F %T", gmtime_r(&t, &tm));
    printf("%10s %s\n", what, text);
}

int main(int argc, char **argv)
{
    int failed = 0;
    if (argc < 2)
        usage("FILE...");
    for (int i = 1; i < argc; i++) {
        struct stat st;
        if (stat(argv[i], &st) < 0) {
            warn("%s", argv[i]);
            failed = 1;
            continue;
        }
        printf("%s\n%10s %u\n%10s %o\n%10s %u\n", argv[i], "inode", st.st_ino, "mode", st.st_mode,
               "links", st.st_nlink);
        printf("%10s %ld\n%10s %ld\n", "size", st.st_size, "blocks", st.st_blocks);
        if (S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode))
            printf("%10s %u,%u\n", "device", st.st_rdev >> 8, st.st_rdev & 0xff);
        show_time("modified", st.st_mtime);
        show_time("changed", st.st_ctime);
        show_time("accessed", st.st_atime);
    }
    return failed;
}
