/* The table and the JSON of sweeps. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "emu/sweep/report.h"

#define COMMAND 1024

static const char *row_name(enum sweep_kind kind, endpoint_t service)
{
    static const char *const name[NSERVICES] = {
        [EP_RS] = "rs", [EP_PM] = "pm", [EP_FS] = "fs", [EP_TTY] = "tty", [EP_BLK] = "blk"};
    return kind == SWEEP_POWERCUT ? "disk" : service < NSERVICES ? name[service] : "?";
}

/* tests/workloads/files.txt: files */
static void short_name(const char *path, char *name, size_t size)
{
    const char *slash = strrchr(path, '/');
    snprintf(name, size, "%s", slash ? slash + 1 : path);
    char *dot = strrchr(name, '.');
    if (dot && dot != name)
        *dot = '\0';
}

/* ---- for people ------------------------------------------------------------------------------ */

/* 79 columns: most terminals have no more. */
static void print_head(void)
{
    printf("                  server  distinct trans- visible  wrong median instructions to\n"
           "workload kind           runs  runs parent   error output lost found start reply\n");
}

/* In five characters: 8812, 36.5k, 505k, 5.04M, 58.3M. */
static const char *median(struct times *t, char out[16])
{
    double n = (double)times_median(t);
    if (n < 10000)
        snprintf(out, 16, "%.0f", n);
    else if (n < 1e6)
        snprintf(out, 16, n < 99950 ? "%.1fk" : "%.0fk", n / 1e3);
    else
        snprintf(out, 16, n < 9.995e6 ? "%.2fM" : "%.1fM", n / 1e6);
    return out;
}

static void print_row(const char *workload, const char *kind, const char *name, struct tally *t)
{
    static const int width[OUTCOMES] = {7, 8, 7, 5};
    char detect[16], restart[16], reply[16];
    printf("%-8.8s %-8s %-4s%6llu%6llu", workload, kind, name, (unsigned long long)t->runs,
           (unsigned long long)t->distinct);
    for (int o = 0; o < OUTCOMES; o++)
        printf("%*llu", width[o], (unsigned long long)t->outcome[o]);
    if (t->reply.count)
        printf("%6s%6s%6s", median(&t->detect, detect), median(&t->restart, restart),
               median(&t->reply, reply));
    putchar('\n');
}

/* The rows of one kind: `tally` has one for each server; their sum goes to *all. */
static void print_rows(const char *workload, enum sweep_kind kind, struct tally tally[NSERVICES],
                       struct tally *all)
{
    const char *name = sweep_kind_name(kind);
    *all = (struct tally){0};
    for (endpoint_t service = 0; service < NSERVICES; service++) {
        struct tally *t = &tally[service];
        if (t->runs && kind != SWEEP_POWERCUT)
            print_row(workload, name, row_name(kind, service), t);
        tally_add(all, t, true);
    }
    if (all->runs)
        print_row(workload, name, kind == SWEEP_POWERCUT ? "disk" : "all", all);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static void put(json_t *j, const char *key, uint64_t value)
{
    json_object_set_new(j, key, json_integer((json_int_t)value));
}

static void put_row(json_t *j, struct tally *t)
{
    put(j, "runs", t->runs);
    put(j, "distinct", t->distinct);
    put(j, "never_ran", t->idle);
    for (int o = 0; o < OUTCOMES; o++)
        put(j, outcome_name((enum outcome)o), t->outcome[o]);
    if (!t->reply.count)
        return;
    put(j, "recoveries", t->reply.count);
    put(j, "median_detect", times_median(&t->detect));
    put(j, "median_restart", times_median(&t->restart));
    put(j, "median_reply", times_median(&t->reply));
}

/* A row for each server, and their sum. */
static void put_rows(json_t *j, enum sweep_kind kind, struct tally tally[NSERVICES])
{
    struct tally all = {0};
    json_t *servers = json_object();
    for (endpoint_t service = 0; service < NSERVICES; service++) {
        tally_add(&all, &tally[service], true);
        if (!tally[service].runs || kind == SWEEP_POWERCUT)
            continue;
        json_t *row = json_object();
        put_row(row, &tally[service]);
        json_object_set_new(servers, row_name(kind, service), row);
    }
    put_row(j, &all);
    json_object_set_new(j, "servers", servers);
    tally_free(&all);
}

/* ---- one case -------------------------------------------------------------------------------- */

/* The command that runs it again and shows it; `number` in digits. */
static void write_command(const struct report *r, const struct sweep *s, const char *workload,
                          const char *number, char *text)
{
    size_t at = (size_t)snprintf(text, COMMAND, "%s sweep --workload '%s' --kind %s --seed %llu",
                                 r->program, workload, sweep_kind_name(s->kind),
                                 (unsigned long long)s->seed);
    if (s->sample && at < COMMAND)
        at += (size_t)snprintf(text + at, COMMAND - at, " --sample %llu",
                               (unsigned long long)s->sample);
    for (endpoint_t i = EP_RS; i < NSERVICES && s->some_services && at < COMMAND; i++)
        if (s->services >> i & 1)
            at += (size_t)snprintf(text + at, COMMAND - at, " --server %s", row_name(s->kind, i));
    if (s->images && at < COMMAND)
        at += (size_t)snprintf(text + at, COMMAND - at, " --kernel '%s' --disk '%s'",
                               s->config.kernel, s->config.disk);
    if (at < COMMAND)
        snprintf(text + at, COMMAND - at, " --case %s --dash", number);
}

/* How any of a sweep's cases is seen, of those that are as they must be, too. */
static void note_any(struct report *r, const struct sweep *s, const char *workload)
{
    char command[COMMAND];
    if (r->any || s->case_count == 0)
        return;
    write_command(r, s, workload, "N", command);
    r->any = json_sprintf("%s\n    (N from 0 to %u)\n", command, s->case_count - 1);
}

/* Lists a case that was not transparent; those that are as bad as that are shown, too. */
static void list_case(struct report *r, const struct sweep *s, const char *workload, uint32_t i,
                      json_t *list)
{
    const struct sweep_case *c = &s->cases[i];
    const struct place *p = &s->place[c->place];
    const char *name = row_name(s->kind, p->service), *outcome = outcome_name(c->verdict.outcome);
    char command[COMMAND], line[COMMAND + 128], number[16];
    snprintf(number, sizeof number, "%" PRIu32, i);
    write_command(r, s, workload, number, command);
    json_array_append_new(list, json_pack("{s:i, s:s, s:I, s:I, s:s, s:s, s:s}", "case", (int)i,
                                          "server", name, "message", (json_int_t)p->message, "time",
                                          (json_int_t)p->time, "outcome", outcome, "what",
                                          c->verdict.what, "replay", command));
    if (sweep_accepts(s->kind, c->verdict.outcome))
        return;
    r->bad++;
    snprintf(line, sizeof line, "%s, %s, %s %llu: %s\n    %s\n", c->verdict.what, name,
             s->kind == SWEEP_POWERCUT ? "write" : "message", (unsigned long long)p->message,
             outcome, command);
    if (json_array_size(r->shown) < REPORT_SHOWN)
        json_array_append_new(r->shown, json_string(line));
}

/* ---- one sweep ------------------------------------------------------------------------------- */

void report_add(struct report *r, const struct sweep *s, const char *workload)
{
    struct tally tally[NSERVICES] = {0}, all;
    json_t *j = json_object(), *list = json_array();
    uint64_t missing = 0;
    char name[64];
    for (uint32_t i = 0; i < s->case_count; i++) {
        const struct sweep_case *c = &s->cases[i];
        endpoint_t service = s->place[c->place].service;
        missing += !c->verdict.done;
        if (!c->verdict.done)
            continue;
        tally_case(&tally[service < NSERVICES ? service : 0], s, c);
        if (c->verdict.outcome != TRANSPARENT)
            list_case(r, s, workload, i, list);
    }
    for (endpoint_t i = EP_RS; i < NSERVICES && s->kind != SWEEP_POWERCUT && !missing; i++)
        if (s->services >> i & 1)
            tally_idle(&tally[i], s, i);
    if (r->made++ == 0)
        print_head();
    note_any(r, s, workload);
    short_name(workload, name, sizeof name);
    print_rows(name, s->kind, tally, &all);
    tally_free(&all);
    fflush(stdout);
    json_object_set_new(j, "workload", json_string(workload));
    json_object_set_new(j, "kind", json_string(sweep_kind_name(s->kind)));
    put(j, "seed", s->seed);
    put(j, "messages", s->messages);
    put(j, "missing", missing);
    put_rows(j, s->kind, tally);
    json_object_set_new(j, "not_transparent", list);
    json_array_append_new(r->sweeps, j);
    r->missing += missing;
    for (int i = 0; i < NSERVICES; i++) {
        tally_add(&r->total[s->kind][i], &tally[i], true);
        tally_free(&tally[i]);
    }
}

/* ---- all of them ----------------------------------------------------------------------------- */

bool report_can_write(const char *path)
{
    bool new = access(path, F_OK) != 0;
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0)
        return false;
    close(fd);
    if (new)
        unlink(path);
    return true;
}

bool report_open(struct report *r, const char *program, const char *path)
{
    *r = (struct report){.program = program, .path = path};
    if (path && !report_can_write(path))
        return false;
    r->sweeps = json_array();
    r->shown = json_array();
    return true;
}

/* The servers' rows over all kinds, without times. */
static json_t *whole(struct report *r)
{
    struct tally sum[NSERVICES] = {0}, all = {0};
    json_t *j = json_object(), *servers = json_object(), *kinds = json_object();
    for (int kind = 0; kind < SWEEP_KINDS; kind++) {
        json_t *row = json_object();
        put_rows(row, (enum sweep_kind)kind, r->total[kind]);
        if (json_integer_value(json_object_get(row, "runs")))
            json_object_set(kinds, sweep_kind_name((enum sweep_kind)kind), row);
        json_decref(row);
        for (int i = 0; i < NSERVICES; i++)
            tally_add(&sum[i], &r->total[kind][i], false);
    }
    for (endpoint_t i = 0; i < NSERVICES; i++) {
        json_t *row = json_object();
        tally_add(&all, &sum[i], false);
        put_row(row, &sum[i]);
        if (i >= EP_RS && sum[i].runs)
            json_object_set(servers, row_name(SWEEP_CRASH, i), row);
        json_decref(row);
    }
    put_row(j, &all);
    json_object_set_new(j, "servers", servers);
    json_object_set_new(j, "kinds", kinds);
    return j;
}

static bool write_file(struct report *r)
{
    json_t *j = whole(r);
    json_object_set_new(j, "passed", json_boolean(!r->bad && !r->missing && !r->interrupted));
    json_object_set_new(j, "interrupted", json_boolean(r->interrupted));
    put(j, "missing", r->missing);
    if (r->made == 1) { /* one sweep: everything about it is also here */
        json_t *only = json_array_get(r->sweeps, 0);
        json_object_update_missing(j, only);
        json_object_set(j, "servers", json_object_get(only, "servers"));
    }
    json_object_set(j, "sweeps", r->sweeps);
    errno = 0;
    bool written = json_dump_file(j, r->path, JSON_INDENT(2)) == 0;
    json_decref(j);
    return written;
}

bool report_close(struct report *r)
{
    struct tally all;
    for (int kind = 0; kind < SWEEP_KINDS && r->made > 1; kind++) {
        print_rows("all", (enum sweep_kind)kind, r->total[kind], &all);
        tally_free(&all);
    }
    if (r->interrupted)
        printf("\ninterrupted: these are not all runs\n");
    if (r->bad)
        printf("\nnot as it must be: %llu runs%s\n", (unsigned long long)r->bad,
               r->bad > REPORT_SHOWN ? ", the first of them:" : ":");
    for (size_t i = 0; i < json_array_size(r->shown); i++)
        fputs(json_string_value(json_array_get(r->shown, i)), stdout);
    if (r->any && !r->bad)
        printf("\nany run %sagain, in the dashboard where it was hit:\n    %s",
               r->made > 1 ? "of the first sweep " : "", json_string_value(r->any));
    bool good = fflush(stdout) == 0 && !ferror(stdout) && (!r->path || write_file(r));
    json_decref(r->sweeps);
    json_decref(r->shown);
    json_decref(r->any);
    for (int kind = 0; kind < SWEEP_KINDS; kind++)
        for (int i = 0; i < NSERVICES; i++)
            tally_free(&r->total[kind][i]);
    return good;
}
