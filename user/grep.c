/*
 * grep [-cinqv] PATTERN [FILE...]: the lines that match a basic regular expression of literals,
 * . [set] [^set] ^ $ * and \ before a special character. 0: a line matched, 1: none, 2: trouble.
 *
 * The matcher works on the pattern as it is, without compiling it: an element is a character, a
 * '.', or a set; matching is "this element, then the rest", and for a star "as many as there are,
 * then fewer, then the rest".
 */
#include <ctype.h>
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool count_only, ignore_case, numbers, quiet, invert;

static char fold(char c)
{
    return ignore_case ? (char)tolower((unsigned char)c) : c;
}

/* Behind the element that begins at p. A ] that comes first in a set belongs to it. */
static const char *after_element(const char *p)
{
    if (*p == '\\' && p[1])
        return p + 2;
    if (*p != '[')
        return p + 1;
    const char *q = p + 1 + (p[1] == '^');
    q = *q ? strchr(q + 1, ']') : NULL;
    return q ? q + 1 : p + 1;
}

/* Is c in the set [first, last)? The characters between the brackets, without a ^. */
static bool in_set(char c, const char *first, const char *last)
{
    for (; first < last; first++) {
        if (first + 2 < last && first[1] == '-') {
            if (fold(first[0]) <= c && c <= fold(first[2]))
                return true;
            first += 2;
        } else if (fold(*first) == c) {
            return true;
        }
    }
    return false;
}

static bool element_matches(const char *p, const char *end, char c)
{
    c = fold(c);
    if (*p == '\\' && end == p + 2)
        return fold(p[1]) == c;
    if (*p == '[' && end > p + 1) {
        bool negated = p[1] == '^';
        return in_set(c, p + 1 + negated, end - 1) != negated;
    }
    return *p == '.' || fold(*p) == c;
}

/* Does the rest of the pattern match at the start of the text? */
static bool match_here(const char *pattern, const char *text)
{
    for (;;) {
        if (!*pattern)
            return true;
        if (pattern[0] == '$' && !pattern[1])
            return !*text;
        const char *next = after_element(pattern);
        if (*next == '*') {
            size_t n = 0;
            while (text[n] && element_matches(pattern, next, text[n]))
                n++;
            for (;; n--) {
                if (match_here(next + 1, text + n))
                    return true;
                if (n == 0)
                    return false;
            }
        }
        if (!*text || !element_matches(pattern, next, *text))
            return false;
        pattern = next;
        text++;
    }
}

static bool match(const char *pattern, const char *text)
{
    if (*pattern == '^')
        return match_here(pattern + 1, text);
    do {
        if (match_here(pattern, text))
            return true;
    } while (*text++);
    return false;
}

/* How many lines were chosen. The name is printed before each when there are several files. */
static unsigned long grep(FILE *f, const char *pattern, const char *name)
{
    static char *line;
    static size_t room;
    unsigned long number = 0, chosen = 0;
    for (ssize_t n; (n = getline(&line, &room, f)) > 0;) {
        number++;
        if (line[n - 1] == '\n')
            line[n - 1] = '\0';
        if (match(pattern, line) == invert)
            continue;
        chosen++;
        if (quiet)
            return chosen;
        if (count_only)
            continue;
        if (name)
            printf("%s:", name);
        if (numbers)
            printf("%lu:", number);
        puts(line);
    }
    if (count_only)
        printf(name ? "%s:%lu\n" : "%.0s%lu\n", name ? name : "", chosen);
    return chosen;
}

static void parse_options(int argc, char **argv)
{
    for (int c; (c = getopt(argc, argv, "cinqv")) != -1;) {
        if (c == '?')
            usage("[-cinqv] PATTERN [FILE...]");
        count_only |= c == 'c', ignore_case |= c == 'i', numbers |= c == 'n';
        quiet |= c == 'q', invert |= c == 'v';
    }
    if (optind == argc)
        usage("[-cinqv] PATTERN [FILE...]");
}

int main(int argc, char **argv)
{
    parse_options(argc, argv);
    const char *pattern = argv[optind++];
    bool several = argc - optind > 1, failed = false;
    unsigned long chosen = 0;
    if (optind == argc)
        chosen = grep(stdin, pattern, NULL);
    for (int i = optind; i < argc; i++) {
        FILE *f = fopen(argv[i], "r");
        if (f)
            chosen += grep(f, pattern, several ? argv[i] : NULL);
        if (!f || ferror(f)) {
            warn("%s", argv[i]);
            failed = true;
        }
        if (f)
            fclose(f);
    }
    return chosen && (quiet || !failed) ? 0 : failed ? 2 : 1;
}
