/* getopt: options of one letter, "-a -b", "-ab", "-n 5", "-n5"; "--" ends them. */
#include <string.h>
#include <unistd.h>

char *optarg;
int optind = 1, optopt;

int getopt(int argc, char *const argv[], const char *options)
{
    static const char *rest = ""; /* of a group such as -ab */
    if (!*rest) {
        if (optind >= argc || argv[optind][0] != '-' || !argv[optind][1])
            return -1;
        rest = argv[optind++] + 1;
        if (strcmp(rest, "-") == 0) {
            rest = "";
            return -1;
        }
    }
    optopt = *rest++;
    const char *known = optopt == ':' ? NULL : strchr(options, optopt);
    if (!known)
        return '?';
    if (known[1] == ':') {
        if (!*rest && optind >= argc)
            return '?';
        optarg = *rest ? (char *)rest : argv[optind++];
        rest = "";
    }
    return optopt;
}
