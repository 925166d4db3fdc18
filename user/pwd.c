/* pwd: the working directory's path. */
#include <err.h>
#include <stdio.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    (void)argv;
    static char path[PATH_MAX];
    if (argc > 1)
        usage("");
    if (!getcwd(path, sizeof path))
        err(1, "working directory");
    puts(path);
    return 0;
}
