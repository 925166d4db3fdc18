/* rmdir DIRECTORY...: removes empty directories. */
#include <err.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (getopt(argc, argv, "") != -1 || optind == argc)
        usage("DIRECTORY...");
    int failed = 0;
    for (int i = optind; i < argc; i++)
        if (rmdir(argv[i]) < 0) {
            warn("%s", argv[i]);
            failed = 1;
        }
    return failed;
}
