/* tr [-d] SET [SET]: replaces each character of the first set by its partner in the second; -d:
 * takes it out. A set is characters and ranges such as a-z; \n, \t and \\ are known. */
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static unsigned char next(const char **s)
{
    char c = *(*s)++;
    if (c != '\\' || !**s)
        return (unsigned char)c;
    c = *(*s)++;
    return (unsigned char)(c == 'n' ? '\n' : c == 't' ? '\t' : c);
}

/* The set's characters in order, at most 256; how many. */
static int spell(const char *s, unsigned char set[256])
{
    int n = 0;
    while (*s && n < 256) {
        int first = next(&s), last = first;
        if (s[0] == '-' && s[1]) {
            s++;
            last = next(&s);
        }
        for (int c = first; c <= last && n < 256; c++)
            set[n++] = (unsigned char)c;
    }
    return n;
}

int main(int argc, char **argv)
{
    bool erase = false;
    for (int c; (c = getopt(argc, argv, "d")) != -1; erase = true)
        if (c == '?')
            usage("[-d] SET [SET]");
    if (argc - optind != (erase ? 1 : 2))
        usage("[-d] SET [SET]");
    unsigned char from[256], to[256];
    int n = spell(argv[optind], from), m = erase ? 0 : spell(argv[optind + 1], to);
    if (n == 0 || (!erase && m == 0))
        usage("[-d] SET [SET]");
    for (int c; (c = getchar()) != EOF;) {
        const unsigned char *found = memchr(from, c, (size_t)n);
        if (!found)
            putchar(c);
        else if (!erase)
            putchar(to[found - from < m ? found - from : m - 1]);
    }
    return ferror(stdin);
}
