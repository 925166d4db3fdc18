/*
 * sum [FILE...]: checksum, size in KiB and name of each file. The checksum is the one of BSD and of
 * System V's sum -r: 16 bits, turned right by one before each byte is added. cksum has a better one.
 */
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

static int sum(const char *name)
{
    FILE *f = name ? fopen(name, "r") : stdin;
    if (!f) {
        warn("%s", name);
        return 1;
    }
    uint16_t total = 0;
    unsigned long bytes = 0;
    for (int c; (c = fgetc(f)) != EOF; bytes++)
        total = (uint16_t)((total >> 1 | total << 15) + c);
    int failed = ferror(f);
    if (failed)
        warn("%s", name ? name : "input");
    else
        printf(name ? "%05u %5lu %s\n" : "%05u %5lu\n", total, (bytes + 1023) / 1024, name);
    if (name)
        fclose(f);
    return failed;
}

int main(int argc, char **argv)
{
    if (getopt(argc, argv, "") != -1)
        usage("[FILE...]");
    int failed = 0;
    if (optind == argc)
        failed = sum(NULL);
    for (int i = optind; i < argc; i++)
        failed |= sum(argv[i]);
    return failed;
}
