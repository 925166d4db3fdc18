/* How numbers, times and outcomes read. */
#include <stdio.h>
#include <string.h>
#include "emu/export/text.h"
#include "emu/trace/names.h"

#define INSNS_PER_S 100000000u

char *text_count(char *out, size_t size, uint64_t n)
{
    char plain[24];
    int length = snprintf(plain, sizeof plain, "%llu", (unsigned long long)n);
    size_t used = 0;
    for (int i = 0; i < length && used + 2 < size; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            out[used++] = ',';
        out[used++] = plain[i];
    }
    out[used] = '\0';
    return out;
}

char *text_short(char *out, size_t size, uint64_t n)
{
    static const char unit[] = "kMGTPE";
    double scaled = (double)n;
    int i = -1;
    if (n < 100000)
        return text_count(out, size, n);
    while (scaled >= 999.5 && unit[i + 1]) {
        scaled /= 1000;
        i++;
    }
    snprintf(out, size, "%.*f%c", scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2, scaled, unit[i]);
    return out;
}

char *text_time(char *out, size_t size, uint64_t time)
{
    snprintf(out, size, "%llu.%08llu", (unsigned long long)(time / INSNS_PER_S),
             (unsigned long long)(time % INSNS_PER_S));
    return out;
}

char *text_process(char *out, size_t size, const char *name, uint32_t incarnation)
{
    if (incarnation > 1)
        snprintf(out, size, "%s#%u", name, incarnation);
    else
        snprintf(out, size, "%s", name);
    return text_clean(out);
}

const char *text_kind(enum entry_kind kind)
{
    static const char *const text[] = {
        [ENTRY_MESSAGE] = "message", [ENTRY_NOTICE] = "notify", [ENTRY_REQUEST] = "request",
        [ENTRY_REPLY] = "reply",     [ENTRY_FAILED] = "failed", [ENTRY_NOTE] = "note"};
    return text[kind];
}

const char *text_fate(enum transaction_fate fate)
{
    static const char *const text[] = {[FATE_OPEN] = "open",
                                       [FATE_ANSWERED] = "answered",
                                       [FATE_FAILED] = "failed",
                                       [FATE_AGAIN] = "again",
                                       [FATE_GONE] = "gone"};
    return text[fate];
}

char *text_outcome(char *out, size_t size, const struct entry *e)
{
    char status[32], latency[32];
    bool request = e->kind == ENTRY_REQUEST;
    names_status(status, sizeof status, e->status);
    text_count(latency, sizeof latency, e->latency);
    *out = '\0';
    if (request && e->fate == FATE_ANSWERED)
        snprintf(out, size, "-> %s in %s insns%s", status, latency, e->deferred ? ", put off" : "");
    else if (e->kind == ENTRY_FAILED || (request && e->fate == FATE_FAILED))
        snprintf(out, size, "-> %s", status);
    else if (request)
        snprintf(out, size, "-> %s", text_fate(e->fate));
    else if (e->kind == ENTRY_REPLY && e->latency)
        snprintf(out, size, "in %s insns%s", latency, e->deferred ? ", put off" : "");
    return out;
}

char *text_clean(char *text)
{
    for (char *c = text; *c; c++)
        if (*c < ' ' || *c > '~')
            *c = '?';
    return text;
}
