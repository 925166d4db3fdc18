/* help: what can be typed at the prompt, on one screen of 80 x 24. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "sh.h"

#define COLUMNS 79 /* the 80th could make a terminal begin a new line */

static const char grammar[] =
    "Between commands:\n"
    "  a; b    a && b    a || b    ! a    a | b    a & (in the background)\n"
    "  (in a subshell)    { in this shell; }    # a comment\n"
    "  if a; then b; elif c; then d; else e; fi    for x in 1 2 3; do a; done\n"
    "  while a; do b; done    until a; do b; done\n"
    "Where they read and write:\n"
    "  < file    > file    >> file    2> file    2>&1    2>&-\n"
    "What stands for something else:\n"
    "  $NAME (NAME=value)    ${NAME}    $(command) `command`    $((6 * 7))    ~\n"
    "  status and pids: $? $! $$    parameters: $0 $1 $# $@ \"$@\"\n"
    "  names of files: * ? [a-z] [!a-z]    itself: 'all of it' \"all but $ and \\\" \\x\n";

/* Lists words, as many in a line as there is room for; *column is where the last one ended. */
static void put_word(const char *word, int gap, size_t *column)
{
    if (*column + (size_t)gap + strlen(word) > COLUMNS) {
        putchar('\n');
        *column = 0;
    }
    *column += (size_t)printf("%*s%s", *column ? gap : 2, "", word);
}

static int is_visible(const struct dirent *e)
{
    return e->d_name[0] != '.';
}

static void list_programs(void)
{
    struct dirent **list;
    size_t column = 0;
    int count = scandir("/bin", &list, is_visible, alphasort);
    for (int i = 0; i < count; i++) {
        put_word(list[i]->d_name, 1, &column);
        free(list[i]);
    }
    putchar('\n');
    if (count >= 0)
        free(list);
}

int builtin_help(int argc, char **argv)
{
    size_t column = 0;
    (void)argc, (void)argv;
    puts("The shell's own commands:");
    for (const struct builtin *b = builtins; b->name; b++)
        put_word(b->synopsis, 4, &column);
    printf("\n%s", grammar);
    puts("The programs in /bin (a wrong option makes them say how they are used):");
    list_programs();
    return fflush(stdout) == 0 ? 0 : 1;
}
