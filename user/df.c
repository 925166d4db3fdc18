/* df: the size of the file system and what of it is free. */
#include <err.h>
#include <stdio.h>
#include <sys/statvfs.h>

int main(int argc, char **argv)
{
    (void)argv;
    struct statvfs st;
    if (argc > 1)
        usage("");
    if (statvfs("/", &st) < 0)
        err(1, "/");
    unsigned long kib = st.f_bsize / 1024, used = st.f_blocks - st.f_bfree;
    printf("%10s %10s %10s %5s %10s %10s\n", "KiB", "used", "free", "use%", "inodes", "free");
    printf("%10lu %10lu %10lu %4lu%% %10lu %10lu\n", st.f_blocks * kib, used * kib,
           st.f_bfree * kib, st.f_blocks ? (used * 100 + st.f_blocks - 1) / st.f_blocks : 0,
           st.f_files, st.f_ffree);
    return 0;
}
