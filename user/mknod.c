/* mknod PATH c|b MAJOR MINOR | mknod PATH p: makes a device node or a named pipe. */
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char synopsis[] = "PATH c|b MAJOR MINOR | PATH p";

static dev_t number(const char *s)
{
    char *end;
    unsigned long n = strtoul(s, &end, 10);
    if (*end || end == s || n > 255)
        usage(synopsis);
    return (dev_t)n;
}

int main(int argc, char **argv)
{
    if (argc < 3 || strlen(argv[2]) != 1)
        usage(synopsis);
    char type = argv[2][0];
    if (!strchr("cbp", type) || argc != (type == 'p' ? 3 : 5))
        usage(synopsis);
    mode_t mode = type == 'c' ? S_IFCHR : type == 'b' ? S_IFBLK : S_IFIFO;
    dev_t device = type == 'p' ? 0 : number(argv[3]) << 8 | number(argv[4]);
    if (mknod(argv[1], mode | 0666, device) < 0)
        err(1, "%s", argv[1]);
    return 0;
}
