/* head [-n LINES | -LINES] [FILE...]: the first lines of each file, 10 if not told. */
#include <ctype.h>
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void head(FILE *f, long lines)
{
    int c;
    while (lines > 0 && (c = fgetc(f)) != EOF) {
        putchar(c);
        lines -= c == '\n';
    }
}

int main(int argc, char **argv)
{
    static const char synopsis[] = "[-n LINES | -LINES] [FILE...]";
    const char *number = "10";
    char *end;
    if (argc > 1 && argv[1][0] == '-' && isdigit(argv[1][1]))
        number = argv[optind++] + 1; /* as before POSIX, and as everybody types it */
    for (int c; (c = getopt(argc, argv, "n:")) != -1; number = optarg)
        if (c == '?')
            usage(synopsis);
    long lines = strtol(number, &end, 10);
    if (*end || end == number || lines < 0)
        usage(synopsis);
    int failed = 0, several = argc - optind > 1;
    if (optind == argc)
        head(stdin, lines);
    for (int i = optind; i < argc; i++) {
        FILE *f = fopen(argv[i], "r");
        if (!f) {
            warn("%s", argv[i]);
            failed = 1;
            continue;
        }
        if (several)
            printf("%s==> %s <==\n", i > optind ? "\n" : "", argv[i]);
        head(f, lines);
        fclose(f);
    }
    return failed;
}
