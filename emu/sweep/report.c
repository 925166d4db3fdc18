/* Sums the verdicts up. */
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "emu/sweep/report.h"

#define SHOWN 20 /* cases that are listed */

/* A row of the matrix: a service, or all of them. */
struct row {
    const char *name;
    uint64_t runs, distinct;
    uint64_t outcome[OUTCOMES];
    uint64_t *detect, *restart, *reply; /* from the fault on, of the cases with a request in hand */
    size_t recovered;
};

static const char *service_name(const struct sweep *s, endpoint_t service)
{
    static const char *const name[] = {
        [EP_RS] = "rs", [EP_PM] = "pm", [EP_FS] = "fs", [EP_TTY] = "tty", [EP_BLK] = "blk"};
    return s->kind == SWEEP_POWERCUT                ? "disk"
           : service < sizeof name / sizeof name[0] ? name[service]
                                                    : "?";
}

static int by_size(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static uint64_t median(uint64_t *values, size_t count)
{
    qsort(values, count, sizeof *values, by_size);
    return count ? values[count / 2] : 0;
}

static void count_case(struct row *row, const struct sweep *s, const struct sweep_case *c)
{
    const struct verdict *v = &c->verdict;
    uint32_t weight = s->place[c->place].weight;
    row->distinct++;
    row->runs += weight;
    row->outcome[v->outcome] += weight;
    if (!v->replied || !v->asked)
        return;
    row->detect[row->recovered] = v->detected - v->fault;
    row->restart[row->recovered] = v->restarted - v->fault;
    row->reply[row->recovered++] = v->replied - v->fault;
}

/* The row of a service, EP_ANY: of all. False: no memory. */
static bool make_row(struct row *row, const struct sweep *s, endpoint_t service)
{
    *row = (struct row){.name = service == EP_ANY ? "all" : service_name(s, service)};
    row->detect = calloc(3 * (size_t)s->case_count + 1, sizeof *row->detect);
    if (!row->detect)
        return false;
    row->restart = row->detect + s->case_count;
    row->reply = row->restart + s->case_count;
    for (uint32_t i = 0; i < s->case_count; i++)
        if (service == EP_ANY || s->place[s->cases[i].place].service == service)
            count_case(row, s, &s->cases[i]);
    return true;
}

/* The rows that a sweep has, all last. */
static size_t make_rows(const struct sweep *s, struct row row[NSERVICES + 2])
{
    size_t count = 0;
    for (endpoint_t service = EP_RS; service < NSERVICES && s->kind != SWEEP_POWERCUT; service++)
        if (s->services >> service & 1 && make_row(&row[count], s, service))
            count++;
    return make_row(&row[count], s, EP_ANY) ? count + 1 : count;
}

/* ---- for people ------------------------------------------------------------------------------ */

static void print_row(struct row *row)
{
    printf("%-5s %8llu", row->name, (unsigned long long)row->runs);
    for (int o = 0; o < OUTCOMES; o++)
        printf(" %13llu", (unsigned long long)row->outcome[o]);
    if (row->recovered)
        printf("  %8llu %8llu %8llu", (unsigned long long)median(row->detect, row->recovered),
               (unsigned long long)median(row->restart, row->recovered),
               (unsigned long long)median(row->reply, row->recovered));
    putchar('\n');
}

static void print_failures(const struct sweep *s, const char *workload)
{
    unsigned shown = 0;
    for (uint32_t i = 0; i < s->case_count; i++) {
        const struct sweep_case *c = &s->cases[i];
        const struct place *p = &s->place[c->place];
        if (c->verdict.outcome == TRANSPARENT || ++shown > SHOWN)
            continue;
        printf("%s at message %llu, %s: courier sweep --workload %s --kind %s --sample %llu --seed "
               "%llu%s%s --case %u --trace case.pcapng && courier dash case.pcapng\n",
               service_name(s, p->service), (unsigned long long)p->message,
               outcome_name(c->verdict.outcome), workload, sweep_kind_name(s->kind),
               (unsigned long long)s->sample, (unsigned long long)s->seed, "", "", i);
    }
    if (shown > SHOWN)
        printf("... and %u more\n", shown - SHOWN);
}

void report_print(const struct sweep *s, const char *workload)
{
    struct row row[NSERVICES + 2];
    size_t rows = make_rows(s, row);
    printf("%s, %s: %u runs stand for %llu faults\n\n", workload, sweep_kind_name(s->kind),
           s->case_count, rows ? (unsigned long long)row[rows - 1].runs : 0);
    printf("                                                                      median "
           "instruction times to\n");
    printf("        faults   transparent visible error  wrong output          lost    detect  "
           "restart    reply\n");
    for (size_t i = 0; i < rows; i++)
        print_row(&row[i]);
    putchar('\n');
    print_failures(s, workload);
    for (size_t i = 0; i < rows; i++)
        free(row[i].detect);
}

/* ---- JSON ------------------------------------------------------------------------------------ */

static json_t *json_row(struct row *row)
{
    json_t *j = json_object();
    json_object_set_new(j, "runs", json_integer((json_int_t)row->runs));
    json_object_set_new(j, "distinct", json_integer((json_int_t)row->distinct));
    for (int o = 0; o < OUTCOMES; o++)
        json_object_set_new(j, outcome_name((enum outcome)o),
                            json_integer((json_int_t)row->outcome[o]));
    if (row->recovered) {
        json_object_set_new(j, "median_detect",
                            json_integer((json_int_t)median(row->detect, row->recovered)));
        json_object_set_new(j, "median_restart",
                            json_integer((json_int_t)median(row->restart, row->recovered)));
        json_object_set_new(j, "median_reply",
                            json_integer((json_int_t)median(row->reply, row->recovered)));
    }
    return j;
}

static json_t *json_cases(const struct sweep *s)
{
    json_t *cases = json_array();
    for (uint32_t i = 0; i < s->case_count; i++) {
        const struct sweep_case *c = &s->cases[i];
        const struct place *p = &s->place[c->place];
        if (c->verdict.outcome != TRANSPARENT)
            json_array_append_new(cases, json_pack("{s:i, s:s, s:I, s:s}", "case", (int)i, "server",
                                                   service_name(s, p->service), "message",
                                                   (json_int_t)p->message, "outcome",
                                                   outcome_name(c->verdict.outcome)));
    }
    return cases;
}

bool report_write(const struct sweep *s, const char *workload, const char *path)
{
    struct row row[NSERVICES + 2];
    size_t rows = make_rows(s, row);
    json_t *servers = json_object();
    json_t *j = rows ? json_row(&row[rows - 1]) : json_object();
    for (size_t i = 0; i + 1 < rows; i++)
        json_object_set_new(servers, row[i].name, json_row(&row[i]));
    json_object_set_new(j, "workload", json_string(workload));
    json_object_set_new(j, "kind", json_string(sweep_kind_name(s->kind)));
    json_object_set_new(j, "seed", json_integer((json_int_t)s->seed));
    json_object_set_new(j, "servers", servers);
    json_object_set_new(j, "not_transparent", json_cases(s));
    int failed = json_dump_file(j, path, JSON_INDENT(2));
    json_decref(j);
    for (size_t i = 0; i < rows; i++)
        free(row[i].detect);
    return !failed;
}
