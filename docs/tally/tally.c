/* tally add NAME AMOUNT | get NAME | bug NAME: asks the server of that name. */
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <courier/protocol/tally.h>

static const char synopsis[] = "add NAME AMOUNT | get NAME | bug NAME";

int main(int argc, char **argv)
{
    struct message m = {0};
    struct tally_add *request = payload(&m);
    if (argc == 4 && strcmp(argv[1], "add") == 0)
        m.type = TALLY_ADD;
    else if (argc == 3 && strcmp(argv[1], "get") == 0)
        m.type = TALLY_GET;
    else if (argc == 3 && strcmp(argv[1], "bug") == 0)
        m.type = TALLY_BUG;
    else
        usage(synopsis);
    snprintf(request->name, sizeof request->name, "%s", argv[2]);
    request->amount = argc == 4 ? (uint64_t)atoi(argv[3]) : 1;
    int64_t status = sendrec(EP_TALLY, &m);
    if (status == 0)
        status = m.status;
    if (status < 0)
        errx(1, "%s: %s", argv[2], strerror((int)-status));
    printf("%ld\n", status);
    return 0;
}
