/* kill [-SIGNAL] PID... | -l, for those who run programs without a shell: the shell's own does it. */
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    static char *const shell[] = {"sh", "-c", "kill \"$@\"", "kill"};
    char **arguments = calloc(sizeof shell / sizeof *shell + (size_t)argc, sizeof *arguments);
    if (!arguments)
        err(1, "%d arguments", argc);
    memcpy(arguments, shell, sizeof shell);
    memcpy(arguments + sizeof shell / sizeof *shell, argv + 1, (size_t)argc * sizeof *argv);
    execv("/bin/sh", arguments);
    err(1, "/bin/sh");
}
