/* What random calls are made of. Pure chance finds little: most values are near something. */
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include <courier/protocol/rs.h>
#include "fuzz.h"

char fuzz_memory[4 * PAGE_SIZE];

uint64_t below(struct random *r, uint64_t limit)
{
    return next_random(&r->state) % limit;
}

static uint64_t any_address(struct random *r)
{
    static const uint64_t places[] = {0,
                                      USER_BASE,
                                      USER_BASE + PAGE_SIZE, /* text */
                                      USER_HEAP_END,
                                      REGION_BASE,
                                      DEVICE_BASE,
                                      USER_STACK_TOP,
                                      USER_STACK_TOP - USER_STACK_SIZE,
                                      USER_END,
                                      0x80000000,
                                      0x80200000,
                                      0xffffffc000000000,
                                      0x10000000};
    uint64_t n = sizeof places / sizeof *places;
    switch (below(r, 4)) {
    case 0:
        return places[below(r, n)] + below(r, 3) - 1;
    case 1:
        return places[below(r, n)];
    default:
        return (uintptr_t)fuzz_memory + below(r, sizeof fuzz_memory);
    }
}

uint64_t any_value(struct random *r)
{
    uint64_t n = next_random(&r->state);
    switch (below(r, 8)) {
    case 0:
        return below(r, 3) - 1; /* -1, 0, 1 */
    case 1:
        return below(r, 300);
    case 2:
        return (1ull << below(r, 64)) + below(r, 3) - 1;
    case 3:
        return n;
    case 4:
        return n & 0xffffffff;
    case 5:
        return any_endpoint(r);
    case 6:
        return k_time() + below(r, 100000); /* a deadline */
    default:
        return any_address(r);
    }
}

endpoint_t any_endpoint(struct random *r)
{
    static const endpoint_t special[] = {EP_KERNEL, EP_RS,  EP_PM,   EP_FS,  EP_TTY,
                                         EP_BLK,    EP_ANY, EP_NONE, EP_SELF};
    switch (below(r, 4)) {
    case 0:
        return (endpoint_t)next_random(&r->state);
    case 1:
        return EP_MAKE(below(r, 4), below(r, NSLOTS + 5));
    case 2:
        return self();
    default:
        return special[below(r, sizeof special / sizeof *special)];
    }
}

const char *any_name(struct random *r)
{
    static const char *const names[] = {
        "a",
        "b",
        "c",
        "d",
        "d/a",
        "d/b",
        "d/e",
        "d/e/f",
        "./a",
        "d/../b",
        "d/.",
        "a/",
        "d/",
        "//nosuch/x",
        "",
        "123456789-123456789-123456789-123456789-123456789-123456789-",
        "123456789-123456789-123456789-123456789-123456789-123456789-1",
        "\x01\xff\n"};
    return names[below(r, sizeof names / sizeof *names)];
}

/* A grant for a server on memory with a name in it; 0 or nonsense if that fails. */
static uint64_t any_grant(struct random *r, endpoint_t to, const char *name)
{
    char *at = fuzz_memory + below(r, sizeof fuzz_memory - 200);
    strcpy(at, name);
    size_t bytes = below(r, 2) ? strlen(name) : below(r, 200);
    int64_t id = k_grant(to, at, bytes, 1 + (unsigned)below(r, 3));
    return id < 0 ? any_value(r) : (uint64_t)id;
}

/* The words of a message are 32 bits or 64, as the protocols have them: both are tried. */
struct message any_message(struct random *r, endpoint_t to)
{
    static const uint32_t sizes[] = {0x100, 5, 0x200, 0x12, 0x300, 0x26};
    struct message m = {0};
    unsigned server = to == EP_RS ? 0 : to == EP_PM ? 2 : 4;
    m.type = sizes[server] + (uint32_t)below(r, sizes[server + 1]);
    if (below(r, 20) == 0)
        m.type = (uint32_t)next_random(&r->state);
    for (int i = 0; i < MSG_PAYLOAD_WORDS; i++)
        m.w[i] = below(r, 2) ? any_value(r) : below(r, 40) | any_value(r) << 32;
    if (below(r, 2)) { /* a path, or two: most requests of FS begin with one */
        const char *name = any_name(r);
        m.w[0] = any_grant(r, to, name) | (uint64_t)strlen(name) << 32;
        if (below(r, 3) == 0)
            m.w[1] = any_grant(r, to, any_name(r)) | below(r, 70) << 32;
    } else if (below(r, 2)) { /* a descriptor and a buffer: the others do */
        m.w[0] = below(r, 12) | any_grant(r, to, "data") << 32;
        m.w[1] = below(r, sizeof fuzz_memory);
    }
    return m;
}

/* A signal to anything older than this process is one that harms others. */
static bool kills_others(const struct pm_kill *p)
{
    pid_t me = getpid();
    return !(p->pid == 0 || p->pid >= me || p->pid <= -me);
}

bool is_forbidden(endpoint_t to, const struct message *m)
{
    if (to == EP_RS)
        return m->type > RS_STATUS && m->type < 0x110;
    if (to == EP_PM && m->type == PM_KILL)
        return kills_others(payload((struct message *)m));
    return to == EP_PM && m->type == PM_SHUTDOWN;
}

bool is_suicide(endpoint_t to, const struct message *m)
{
    static const uint32_t types[] = {PM_EXIT,      PM_KILL,    PM_SIGACTION,
                                     PM_SIGRETURN, PM_SIGMASK, PM_ALARM};
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (to == EP_PM && m->type == types[i])
            return true;
    return false;
}
