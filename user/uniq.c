/* uniq [-c]: its input without lines that repeat the one before; -c: with how many there were. */
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static bool counts;

static void show(const char *line, unsigned long times)
{
    if (times && counts)
        printf("%7lu %s", times, line);
    else if (times)
        fputs(line, stdout);
}

int main(int argc, char **argv)
{
    for (int c; (c = getopt(argc, argv, "c")) != -1; counts = true)
        if (c == '?')
            usage("[-c]");
    if (optind < argc)
        usage("[-c]");
    char *line = NULL, *former = NULL;
    size_t room = 0, former_room = 0;
    unsigned long times = 0;
    while (getline(&line, &room, stdin) > 0) {
        if (times && strcmp(line, former) == 0) {
            times++;
            continue;
        }
        show(former, times);
        times = 1;
        char *swap = former;
        size_t swap_room = former_room;
        former = line, former_room = room;
        line = swap, room = swap_room;
    }
    show(former, times);
    return ferror(stdin);
}
