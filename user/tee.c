/* tee [-a] [FILE...]: copies its input to its output and into files; -a: to their ends. */
#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
#include <unistd.h>

static bool write_all(int fd, const char *from, ssize_t n)
{
    for (ssize_t k; n > 0; from += k, n -= k)
        if ((k = write(fd, from, (size_t)n)) < 0)
            return false;
    return true;
}

int main(int argc, char **argv)
{
    static char buffer[4096];
    int fds[OPEN_MAX] = {STDOUT_FILENO}, count = 1, failed = 0, how = O_TRUNC;
    for (int c; (c = getopt(argc, argv, "a")) != -1; how = O_APPEND)
        if (c == '?')
            usage("[-a] [FILE...]");
    for (int i = optind; i < argc && count < OPEN_MAX; i++) {
        fds[count] = open(argv[i], O_WRONLY | O_CREAT | how, 0644);
        if (fds[count] < 0) {
            warn("%s", argv[i]);
            failed = 1;
        } else {
            count++;
        }
    }
    ssize_t n;
    while ((n = read(STDIN_FILENO, buffer, sizeof buffer)) > 0)
        for (int i = 0; i < count; i++)
            if (!write_all(fds[i], buffer, n)) {
                warn("%s", i ? "write" : "output");
                failed = 1;
                fds[i--] = fds[--count]; /* no more to this one */
            }
    if (n < 0)
        err(1, "input");
    return failed;
}
