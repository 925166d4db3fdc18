/* cmp [-s] FILE FILE: compares; 0: equal, 1: different, and where, 2: trouble. -s: says nothing. */
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static FILE *open_input(const char *name)
{
    FILE *f = strcmp(name, "-") == 0 ? stdin : fopen(name, "r");
    if (!f)
        err(2, "%s", name);
    return f;
}

int main(int argc, char **argv)
{
    bool silent = false;
    for (int c; (c = getopt(argc, argv, "s")) != -1; silent = true)
        if (c == '?')
            usage("[-s] FILE FILE");
    if (argc - optind != 2)
        usage("[-s] FILE FILE");
    char **names = argv + optind;
    FILE *f = open_input(names[0]), *g = open_input(names[1]);
    unsigned long byte = 1, line = 1;
    int a, b;
    while ((a = fgetc(f)) == (b = fgetc(g)) && a != EOF)
        byte++, line += a == '\n';
    if (ferror(f) || ferror(g))
        err(2, "%s", names[ferror(f) ? 0 : 1]);
    if (a == b)
        return 0;
    if (!silent && (a == EOF || b == EOF))
        warnx("end of %s after byte %lu", names[a == EOF ? 0 : 1], byte - 1);
    else if (!silent)
        printf("%s %s differ: byte %lu, line %lu\n", names[0], names[1], byte, line);
    return 1;
}
