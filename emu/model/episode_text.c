/* The line is put together step by step; what has not happened is said, too. */
#include <inttypes.h>
#include <stdarg.h>
#include <courier/probe.h>
#include "emu/model/episode_text.h"
#include "emu/model/model.h"
#include "emu/trace/names.h"

#define INSNS_PER_US     100u
#define INSNS_PER_SECOND (1000000u * INSNS_PER_US)

struct line {
    char *out;
    size_t size, used;
};

__attribute__((format(printf, 2, 3))) static void put(struct line *l, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(l->out + l->used, l->size - l->used, format, args);
    va_end(args);
    if (n > 0)
        l->used = l->used + (size_t)n < l->size ? l->used + (size_t)n : l->size - 1;
}

/* A name comes from the guest, which may have put anything into it. */
static void put_name(struct line *l, const char *name)
{
    for (; *name; name++)
        put(l, "%c", *name > ' ' && *name < 0x7f && *name != '"' && *name != '\\' ? *name : '?');
}

static void put_clients(struct line *l, const struct episode *e)
{
    unsigned named = e->blocked < EPISODE_CLIENTS ? e->blocked : EPISODE_CLIENTS;
    if (!e->blocked)
        put(l, "nobody");
    for (unsigned i = 0; i < named; i++) {
        put(l, "%s", i ? ", " : "");
        put_name(l, e->client_name[i]);
    }
    if (named < e->blocked)
        put(l, " and %u more", e->blocked - named);
}

static void put_cause(struct line *l, const struct episode *e)
{
    put(l, "%s", model_cause(e->cause));
    if (e->cause < CAUSE_GIVEN_UP)
        put(l, " at %#" PRIx64, e->pc);
    if (e->by_operator)
        put(l, " (operator: %s)", e->deed);
    if (!e->in_hand_type)
        return;
    const char *type = names_type(e->in_hand_type);
    put(l, type ? "; in hand %s of " : "; in hand a request of ", type);
    put_name(l, e->in_hand_name);
}

/* ", restarted +215.31 us", in the largest unit of which it is one at least; or that it has not happened. */
static void put_step(struct line *l, const char *step, uint64_t time, uint64_t fault)
{
    static const char *const units[] = {"us", "ms", "s"};
    uint64_t passed = time - fault, unit = INSNS_PER_US;
    unsigned u = 0;
    for (; u < 2 && passed >= 1000 * unit; u++)
        unit *= 1000;
    if (time)
        put(l, ", %s +%" PRIu64 ".%02" PRIu64 " %s", step, passed / unit,
            passed % unit * 100 / unit, units[u]);
    else
        put(l, ", not %s", step);
}

char *episode_clients(char *out, size_t size, const struct episode *e)
{
    struct line l = {out, size, 0};
    put_clients(&l, e);
    return out;
}

char *episode_text(char *out, size_t size, const struct episode *e)
{
    struct line l = {out, size, 0};
    put(&l, "episode %" PRIu64 ": ", e->number);
    put_name(&l, e->name);
    put(&l, " (incarnation %u) at %" PRIu64 ".%06" PRIu64 " s: ", e->incarnation,
        e->fault / INSNS_PER_SECOND, e->fault % INSNS_PER_SECOND / INSNS_PER_US);
    put_cause(&l, e);
    put(&l, "; blocked: ");
    put_clients(&l, e);
    put(&l, "; %u request%s delivered again", e->again, e->again == 1 ? "" : "s");
    if (e->faulted != EP_KERNEL)
        put(&l, ", one answered EFAULTED");
    put_step(&l, "detected", e->detected, e->fault);
    if (e->given_up)
        put_step(&l, "given up", e->given_up, e->fault);
    else
        put_step(&l, "restarted", e->restarted, e->fault);
    put_step(&l, "answering", e->replied, e->fault);
    return out;
}
