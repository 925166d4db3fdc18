/*
 * cksum [FILE...]: checksum, size and name of each file: the CRC of POSIX.1-2017 (XCU, cksum), with
 * the polynomial 0x04c11db7, most significant bit first, the length appended, complemented.
 */
#include <err.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

static uint32_t table[256];

static void make_table(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t crc = i << 24;
        for (int bit = 0; bit < 8; bit++)
            crc = crc << 1 ^ (crc >> 31 ? 0x04c11db7 : 0);
        table[i] = crc;
    }
}

static uint32_t add(uint32_t crc, unsigned byte)
{
    return crc << 8 ^ table[crc >> 24 ^ byte];
}

static int cksum(const char *name)
{
    FILE *f = name ? fopen(name, "r") : stdin;
    if (!f) {
        warn("%s", name);
        return 1;
    }
    uint32_t crc = 0;
    unsigned long bytes = 0;
    for (int c; (c = fgetc(f)) != EOF; bytes++)
        crc = add(crc, (unsigned)c);
    for (unsigned long n = bytes; n; n >>= 8)
        crc = add(crc, n & 0xff);
    int failed = ferror(f);
    if (failed)
        warn("%s", name ? name : "input");
    else
        printf(name ? "%u %lu %s\n" : "%u %lu\n", ~crc, bytes, name);
    if (name)
        fclose(f);
    return failed;
}

int main(int argc, char **argv)
{
    if (getopt(argc, argv, "") != -1)
        usage("[FILE...]");
    make_table();
    int failed = 0;
    if (optind == argc)
        failed = cksum(NULL);
    for (int i = optind; i < argc; i++)
        failed |= cksum(argv[i]);
    return failed;
}
