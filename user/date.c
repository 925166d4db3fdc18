/* date [+FORMAT]: the time, UTC, in strftime's conversions. */
#include <err.h>
#include <stdio.h>
#include <time.h>

int main(int argc, char **argv)
{
    if (argc > 2 || (argc == 2 && argv[1][0] != '+'))
        usage("[+FORMAT]");
    static char text[1024];
    struct tm tm;
    time_t now = time(NULL);
    if (now < 0)
        err(1, "the clock");
    const char *format = argc == 2 ? argv[1] + 1 : "%a %b %e %T UTC %Y";
    if (strftime(text, sizeof text, format, gmtime_r(&now, &tm)) == 0 && *format)
        errx(1, "the format is too long");
    puts(text);
    return 0;
}
