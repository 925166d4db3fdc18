/* free: how much is in use of what can run out: memory, processes, grants. */
#include <err.h>
#include <stdio.h>
#include <sys/ipc.h>

int main(int argc, char **argv)
{
    (void)argv;
    struct sysinfo s;
    if (argc > 1)
        usage("");
    k_sysinfo(&s);
    printf("memory     %6u of %u pages promised, %u touched\n", s.committed, s.pages, s.used);
    printf("processes  %6u of %u\n", s.processes, NSLOTS);
    printf("grants     %6u\n", s.grants);
    return 0;
}
