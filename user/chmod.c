/* chmod MODE FILE...: sets permission bits, in octal, or adds or takes away: +x, -w, +rw. */
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char synopsis[] = "OCTAL|[+-]rwx FILE...";

/* The new mode of a file that has `old`. */
static mode_t change(const char *how, mode_t old)
{
    char *end;
    unsigned long octal = strtoul(how, &end, 8);
    if (how[0] >= '0' && how[0] <= '7' && !*end && octal <= 07777)
        return (mode_t)octal;
    if ((how[0] != '+' && how[0] != '-') || !how[1])
        usage(synopsis);
    static const char letters[] = "xwr"; /* by their bit */
    mode_t bits = 0;
    for (const char *p = how + 1; *p; p++) {
        const char *letter = strchr(letters, *p);
        if (!letter)
            usage(synopsis);
        bits |= 0111u << (letter - letters);
    }
    return how[0] == '+' ? old | bits : old & ~bits;
}

int main(int argc, char **argv)
{
    if (argc < 3)
        usage(synopsis);
    int failed = 0;
    for (int i = 2; i < argc; i++) {
        struct stat st;
        if (stat(argv[i], &st) < 0 || chmod(argv[i], change(argv[1], st.st_mode & 07777)) < 0) {
            warn("%s", argv[i]);
            failed = 1;
        }
    }
    return failed;
}
