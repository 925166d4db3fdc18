/* poweroff [STATUS]: ends all processes and switches the board off, with this exit status. */
#include <err.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <courier/protocol/pm.h>

int main(int argc, char **argv)
{
    char *end = "";
    long code = argc == 2 ? strtol(argv[1], &end, 10) : 0;
    if (argc > 2 || *end || (argc == 2 && end == argv[1]) || code < 0 || code > 255)
        usage("[STATUS]");
    struct message m = {.type = PM_SHUTDOWN};
    struct pm_shutdown *p = payload(&m);
    p->code = (int32_t)code;
    int64_t status = sendrec(EP_PM, &m);
    errx(1, "%s", strerror((int)-(status < 0 ? status : m.status)));
}
