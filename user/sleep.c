/* sleep SECONDS: waits; a fraction, such as 0.25, is allowed. */
#include <ctype.h>
#include <err.h>
#include <errno.h>
#include <stdlib.h>
#include <time.h>

int main(int argc, char **argv)
{
    if (argc != 2 || !(isdigit(argv[1][0]) || argv[1][0] == '.'))
        usage("SECONDS");
    char *end;
    struct timespec t = {.tv_sec = strtol(argv[1], &end, 10)};
    if (*end == '.') {
        long unit = 100000000;
        for (end++; isdigit(*end); end++, unit /= 10)
            t.tv_nsec += (*end - '0') * unit;
    }
    if (*end)
        usage("SECONDS");
    while (nanosleep(&t, &t) < 0)
        if (errno != EINTR)
            err(1, "cannot sleep");
    return 0;
}
