/*
 * svc status | kill NAME | hang NAME | crash NAME [access | illegal | stack | region | loop] | restart NAME: asks
 * RS how the services are, or to end one, to make one hang or do what it may not, or to start one
 * anew.
 */
#include <err.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ipc.h>
#include <courier/probe.h>
#include <courier/protocol/rs.h>

static const char synopsis[] = "status | kill NAME | hang NAME | crash NAME [access | illegal | "
                               "stack | region | loop] | restart NAME";

/* Sends RS a request about a slot: every request of RS begins with it; a crash has a kind. */
static int64_t ask(uint32_t type, unsigned slot, uint32_t kind, struct message *m)
{
    *m = (struct message){.type = type};
    struct rs_crash *p = payload(m);
    p->slot = slot;
    p->kind = kind;
    int64_t status = sendrec(EP_RS, m);
    if (status == -EDEADSRCDST)
        errx(1, "rs is given up: it died again and again, and nobody starts services any more");
    return status < 0 ? status : m->status;
}

static const char *state_name(const struct rs_status_reply *s)
{
    return s->state == PROC_GIVEN_UP  ? "given up"
           : s->state == PROC_DOWN    ? "down"
           : s->state == PROC_CRASHED ? "crashed"
                                      : "up";
}

/* "tty,blk": the services in the set, "-" if there are none. */
static const char *names_of(uint32_t set, char *out, size_t size)
{
    size_t used = 0;
    struct procinfo info;
    strcpy(out, "-");
    for (unsigned slot = 1; slot < NSERVICES; slot++)
        if (set >> slot & 1 && k_info(slot, &info) == 0 && used < size)
            used += (size_t)snprintf(out + used, size - used, "%s%s", used ? "," : "", info.name);
    return out;
}

/* "in 1.25 s": when it is started. */
static void show_next_try(uint64_t next_try)
{
    uint64_t now = k_time(), left = next_try > now ? next_try - now : 0;
    printf(", next try in %llu.%02llu s", left / TICKS_PER_SECOND,
           left % TICKS_PER_SECOND / (TICKS_PER_SECOND / 100));
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
    char needs[32];
    printf("%-6s %-8s %11u %8u  %-7s  %s", name, state_name(s), s->incarnation, s->restarts,
           names_of(s->needs, needs, sizeof needs), crashed ? fault_name(s->cause) : reason);
    crashed = crashed && s->cause < CAUSE_GIVEN_UP;
    if (crashed)
        printf(" at %#lx", s->pc);
    if (crashed && s->cause >= 4) /* of the others the address is pc, or the instruction itself */
        printf(", address %#lx", s->address);
    if (s->next_try)
        show_next_try(s->next_try);
    putchar('\n');
}

static int status(void)
{
    printf("%-6s %-8s %11s %8s  %-7s  %s\n", "NAME", "STATE", "INCARNATION", "RESTARTS", "NEEDS",
           "LAST DEATH");
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
                                        [CRASH_REGION] = "region",
                                        [CRASH_LOOP] = "loop"};
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
        unsigned slot = slot_of(argv[2]);
        if (kind == CRASH_REGION && slot == EP_BLK)
            errx(1, "blk: it has no state region");
        int64_t result = ask(verbs[i].type, slot, kind, &m);
        if (result < 0)
            errx(1, "%s: %s", argv[2], strerror((int)-result));
        return 0;
    }
    usage(synopsis);
}
