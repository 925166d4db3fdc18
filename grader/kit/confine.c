/*
 * `confine USER PROCESSES PROGRAM ARGUMENT...`: the last step into the sandbox, taken inside it. Limits how many processes
 * there may be, becomes USER (-: stays who it is), and runs the program.
 *
 * The limit counts by user, and root's processes are never counted; that is why one who is root becomes a user of whom there
 * is nobody else.
 */
#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static int cannot(const char *what)
{
    fprintf(stderr, "bwrap: %s: %s\n", what, strerror(errno)); /* as from the sandbox itself */
    return 127;
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return cannot("confine USER PROCESSES PROGRAM");
    rlim_t n = (rlim_t)strtoul(argv[2], NULL, 10);
    if (n > 0 && setrlimit(RLIMIT_NPROC, &(struct rlimit){n, n}) < 0)
        return cannot("limit of processes");
    if (strcmp(argv[1], "-") != 0) {
        uid_t user = (uid_t)strtoul(argv[1], NULL, 10);
        if (setgroups(0, NULL) < 0 || setresgid(user, user, user) < 0 ||
            setresuid(user, user, user) < 0)
            return cannot("user of the sandbox");
    }
    execv(argv[3], argv + 3);
    return cannot(argv[3]);
}
