/* cat [FILE...]: copies files, or - for its input, to its output. */
#include <err.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* 0, or 1 after a message. */
static int copy(int fd, const char *name)
{
    static char buffer[16384];
    ssize_t n;
    while ((n = read(fd, buffer, sizeof buffer)) > 0)
        for (ssize_t done = 0, k; done < n; done += k)
            if ((k = write(STDOUT_FILENO, buffer + done, (size_t)(n - done))) < 0)
                err(1, "output");
    if (n < 0)
        warn("%s", name);
    return n < 0;
}

static int cat(const char *name)
{
    if (strcmp(name, "-") == 0)
        return copy(STDIN_FILENO, "input");
    int fd = open(name, O_RDONLY);
    if (fd < 0) {
        warn("%s", name);
        return 1;
    }
    int failed = copy(fd, name);
    close(fd);
    return failed;
}

int main(int argc, char **argv)
{
    if (getopt(argc, argv, "") != -1)
        usage("[FILE...]");
    int failed = 0;
    if (optind == argc)
        failed = cat("-");
    for (int i = optind; i < argc; i++)
        failed |= cat(argv[i]);
    return failed;
}
