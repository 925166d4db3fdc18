/* basename PATH [SUFFIX]: the last part of a path, without the suffix. */
#include <err.h>
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    if (argc < 2 || argc > 3)
        usage("PATH [SUFFIX]");
    char *path = argv[1];
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/')
        path[--n] = '\0';
    char *slash = strrchr(path, '/');
    char *name = slash && slash[1] ? slash + 1 : path;
    if (argc == 3) {
        size_t length = strlen(name), suffix = strlen(argv[2]);
        if (length > suffix && strcmp(name + length - suffix, argv[2]) == 0)
            name[length - suffix] = '\0';
    }
    puts(name);
    return 0;
}
