/*
 * svc status | kill NAME | hang NAME | crash NAME [access | illegal | stack | region] | restart NAME: asks
 * RS how the services are, or to end one, to make one hang or do what it may not, or to start one
 * anew.
 */
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <courier/protocol/rs.h>

static const char synopsis[] = "status | kill NAME | hang NAME | crash NAME [access | illegal | "
                               "stack | region] | restart NAME";

/* Sends RS a request about a slot: every request of RS begins with it; a crash has a kind. */
static int64_t ask(uint32_t type, unsigned slot, uint32_t kind, struct message *m)
{
    *m = (struct message){.type = type};
    struct rs_crash *p = payload(m);
    p->slot = slot;
    p->kind = kind;
    int64_t status = sendrec(EP_RS, m);
    return status < 0 ? status : m->status;
}

static const char *state_name(uint32_t state)
{
    return state == PROC_DOWN ? "down" : state == PROC_CRASHED ? "crashed" : "up";
}

/* The dashboard's words for a cause (scause: Privileged Architecture, table 4.2). */
static const char *cause_text(uint64_t cause)
{
    static const char *const text[] = {
        [0] = "misaligned jump",  [1] = "instruction access fault", [2] = "illegal instruction",
        [3] = "breakpoint",       [4] = "misaligned load",          [5] = "load access fault",
        [6] = "misaligned store", [7] = "store access fault",       [12] = "instruction page fault",
        [13] = "load page fault", [15] = "store page fault"};
    const char *known = cause < sizeof text / sizeof *text ? text[cause] : NULL;
    return known ? known : "fault";
}

static void show(const char *name, const struct rs_status_reply *s)
{
    static const char *const reasons[] = {[RS_NEVER] = "-",
                                          [RS_KILLED] = "killed",
                                          [RS_HUNG] = "hung",
                                          [RS_RESTARTED] = "restarted",
                                          [RS_DAMAGED] = "state region damaged, started empty"};
    const char *reason = s->reason < sizeof reasons / sizeof *reasons ? reasons[s->reason] : "?";
    bool crashed = s->reason == RS_CRASHED;
    printf("%-8s %-8s %11u %8u  %s", name, state_name(s->state), s->incarnation, s->restarts,
           crashed ? cause_text(s->cause) : reason);
    if (crashed)
        printf(" at %#lx", s->pc);
    if (crashed && s->cause >= 4) /* of the others the address is pc, or the instruction itself */
        printf(", address %#lx", s->address);
    putchar('\n');
}

static int status(void)
{
    printf("%-8s %-8s %11s %8s  %s\n", "NAME", "STATE", "INCARNATION", "RESTARTS", "LAST DEATH");
    for (unsigned slot = 1; slot < NSERVICES; slot++) {
        struct message m;
        struct procinfo info;
        if (k_info(slot, &info) < 0)
            continue;
        int64_t result = ask(RS_STATUS, slot, 0, &m);
        if (result == -ENOENT)
            continue;
        if (result < 0)
            errx(1, "%s: %s", info.name, strerror((int)-result));
        show(info.name, payload(&m));
    }
    return 0;
}

static unsigned slot_of(const char *name)
{
    struct procinfo info;
    for (unsigned slot = 1; slot < NSERVICES; slot++)
        if (k_info(slot, &info) == 0 && strcmp(info.name, name) == 0)
            return slot;
    errx(1, "%s: no such service", name);
}

static uint32_t crash_kind(const char *name)
{
    static const char *const names[] = {[CRASH_ACCESS] = "access",
                                        [CRASH_ILLEGAL] = "illegal",
                                        [CRASH_STACK] = "stack",
                                        [CRASH_REGION] = "region"};
    for (uint32_t kind = 0; kind < sizeof names / sizeof *names; kind++)
        if (strcmp(name, names[kind]) == 0)
            return kind;
    usage(synopsis);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *verb;
        uint32_t type;
    } verbs[] = {
        {"kill", RS_KILL}, {"hang", RS_HANG}, {"restart", RS_RESTART}, {"crash", RS_CRASH}};
    uint32_t kind = CRASH_ACCESS;
    if (argc == 2 && strcmp(argv[1], "status") == 0)
        return status();
    if (argc == 4 && strcmp(argv[1], "crash") == 0)
        kind = crash_kind(argv[3]);
    else if (argc != 3)
        usage(synopsis);
    for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
        struct message m;
        if (strcmp(argv[1], verbs[i].verb) != 0)
            continue;
        int64_t result = ask(verbs[i].type, slot_of(argv[2]), kind, &m);
        if (result < 0)
            errx(1, "%s: %s", argv[2], strerror((int)-result));
        return 0;
    }
    usage(synopsis);
}
