/* Typing at the load, killing, and looking at what is left. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "emu/sweep/soak.h"
#include "emu/sweep/tree.h"
#include "user/load/load.h"

#define MS      (BOARD_CLOCK_HZ / 1000)
#define WARM_UP (8 * LOAD_KINDS) /* rounds without kills */
#define WINDOW                                                                                     \
    (3 * MS /                                                                                      \
     2) /* a kill comes within this time after its period's begin, when the load is at work */
#define TOUCHED 16 /* pages: which of its pages a server has touched depends on what it did last */
#define QUIET   "for s in blk tty fs pm rs; do svc restart $s; done; sleep 1; free; df\n"

struct fire {
    struct soak *soak;
    struct machine machine;
    struct workload workload;
    size_t first,
        last; /* the load's steps while servers are killed: its own line, its last answer */
    uint64_t random, begun, killed;
    size_t looked_at; /* bytes of output in which lines were counted */
    uint64_t lines, answers;
    void (*progress)(const struct soak *s, unsigned done);
};

static volatile sig_atomic_t interrupted;

static void on_signal(int number)
{
    (void)number;
    interrupted = 1;
}

static uint64_t random_next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u; /* splitmix64 */
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

/* ---- what is typed --------------------------------------------------------------------------- */

static bool add_step(struct workload *w, enum workload_when when, const char *text)
{
    struct workload_step *step = realloc(w->step, (w->steps + 1) * sizeof *step);
    char *copy = strdup(text);
    if (step)
        w->step = step;
    if (!step || !copy) {
        free(copy);
        return false;
    }
    w->step[w->steps++] = (struct workload_step){when, copy, strlen(copy), 0};
    return true;
}

/* How many rounds are of one kind. */
static uint64_t rounds_of(uint64_t rounds, unsigned kind)
{
    return (rounds + LOAD_KINDS - 1 - kind) / LOAD_KINDS;
}

/* A load, and the answers to what it asks for. */
static bool add_load(struct workload *w, uint64_t rounds)
{
    char text[64];
    snprintf(text, sizeof text, "load %llu; echo status $?\n", (unsigned long long)rounds);
    bool good = add_step(w, AT_PROMPT, text);
    for (uint64_t i = 0; i < rounds_of(rounds, LOAD_ASKS) && good; i++) {
        snprintf(text, sizeof text, "%llu\n", (unsigned long long)i);
        good = add_step(w, AT_READ, text);
    }
    return good;
}

static bool write_workload(struct fire *f)
{
    struct workload *w = &f->workload;
    bool good = add_load(w, WARM_UP) && add_step(w, AT_PROMPT, QUIET);
    f->first = w->steps;
    good = good && add_load(w, f->soak->rounds);
    f->last = w->steps - 1;
    return good && add_step(w, AT_PROMPT, QUIET);
}

/* An answer is not typed before the round that asks for it is near: nothing piles up in TTY. */
static bool may_type(void *arg)
{
    struct fire *f = arg;
    struct machine *m = &f->machine;
    if (m->step >= f->workload.steps || f->workload.step[m->step].when == AT_PROMPT)
        return true;
    const char *line = m->output + f->looked_at, *end = m->output + m->bytes, *next;
    while ((next = memmem(line, (size_t)(end - line), "many\r\n", 6))) {
        f->lines++;
        line = next + 6;
    }
    f->looked_at = (size_t)(line - m->output);
    if (f->answers >= f->lines)
        return false;
    f->answers++;
    return true;
}

/* ---- killing --------------------------------------------------------------------------------- */

static bool is_asked(const struct world *w, endpoint_t service)
{
    if (w->process[service].in_hand)
        return true;
    for (unsigned i = 1; i < NSLOTS; i++) {
        const struct world_process *p = &w->process[i];
        if (p->used && (p->state == PROC_SENDING || p->state == PROC_REPLY) && p->peer == service)
            return true;
    }
    return false;
}

static void on_killed(void *arg, enum fault_deed deed, endpoint_t who, const struct event *call)
{
    struct fire *f = arg;
    (void)deed, (void)call;
    f->soak->deaths[EP_SLOT(who)]++;
    f->soak->busy[EP_SLOT(who)] += is_asked(&f->machine.world, who);
}

static uint64_t on_due(void *arg, uint64_t alarm)
{
    struct fire *f = arg;
    struct soak *s = f->soak;
    uint64_t period = s->every * MS, now = alarm - alarm % period;
    bool under_fire = f->machine.step > f->first && f->machine.step <= f->last &&
                      (!s->most || f->killed < s->most);
    if (interrupted) {
        f->machine.halted = true;
        board_request_stop(f->machine.board);
    }
    if (under_fire) {
        endpoint_t victim = EP_RS + random_next(&f->random) % (EP_BLK - EP_RS + 1);
        f->begun = f->begun ? f->begun : alarm;
        s->time = alarm - f->begun;
        s->kills[victim]++;
        f->killed++;
        fault_kill(&f->machine.fault, victim);
    }
    if (f->progress && alarm / period % (100 / s->every + 1) == 0)
        f->progress(s, (unsigned)(1000 * s->time / (s->seconds * BOARD_CLOCK_HZ + 1)));
    return now + period + random_next(&f->random) % (period < WINDOW ? period : WINDOW);
}

/* ---- looking at what is left ----------------------------------------------------------------- */

/* Takes the carriage returns out. */
static void simplify(struct machine *m)
{
    size_t to = 0;
    for (size_t i = 0; i < m->bytes; i++)
        if (m->output[i] != '\r')
            m->output[to++] = m->output[i];
    m->bytes = to;
    m->output[to < MACHINE_OUTPUT ? to : MACHINE_OUTPUT - 1] = '\0';
}

/* What follows the nth echo of a line, up to `end`; to be freed. NULL: it is not there. */
static char *answer_to(const struct machine *m, const char *line, unsigned nth, const char *end)
{
    const char *at = m->output, *stop = m->output + m->bytes;
    for (; nth > 0; nth--) {
        at = memmem(at, (size_t)(stop - at), line, strlen(line));
        if (!at)
            return NULL;
        at += strlen(line);
    }
    const char *last = memmem(at, (size_t)(stop - at), end, strlen(end));
    return last ? strndup(at, (size_t)(last - at)) : NULL;
}

/* Every line once and in order, and no other one: NULL; else from where on it is different. */
static const char *find_wrong(const char *output, uint64_t rounds)
{
    char line[64];
    for (uint64_t round = LOAD_PRINTS; round < rounds; round += LOAD_KINDS) {
        int n = snprintf(line, sizeof line, LOAD_LINE, (unsigned)round);
        if (strncmp(output, line, (size_t)n) != 0)
            return output;
        output += n;
    }
    snprintf(line, sizeof line, "%llu rounds, 0 failed\nstatus 0\n", (unsigned long long)rounds);
    return strcmp(output, line) == 0 ? NULL : output;
}

/* The same is in use, to the page; but for pages that were promised, and are touched or not yet. */
static bool is_in_use_as(const char *before, const char *after)
{
    unsigned promised[2], all[2], touched[2];
    const char *const text[2] = {before, after};
    for (int i = 0; i < 2; i++)
        if (!text[i] || sscanf(text[i], "memory %u of %u pages promised, %u touched", &promised[i],
                               &all[i], &touched[i]) != 3)
            return false;
    return promised[0] == promised[1] && all[0] == all[1] && touched[1] <= touched[0] + TOUCHED &&
           strcmp(strchr(before, '\n'), strchr(after, '\n')) == 0;
}

static bool read_tree(struct tree *tree, const struct machine *m, bool check)
{
    struct image image;
    bool good =
        image_take(&image, m->board) && tree_read(tree, &image) && (!check || image_fsck(&image));
    image_free(&image);
    return good;
}

static void look(struct fire *f, const struct tree *before)
{
    struct soak *s = f->soak;
    struct tree after = {0};
    char line[64];
    simplify(&f->machine);
    snprintf(line, sizeof line, "load %llu; echo status $?\n", (unsigned long long)s->rounds);
    char *output = answer_to(&f->machine, line, 1, "$ ");
    const char *wrong = output ? find_wrong(output, s->rounds) : f->machine.output;
    s->output_right = !wrong;
    if (wrong)
        fprintf(stderr, "courier: soak: the output is not as it should be from here on:\n%.600s\n",
                wrong);
    free(output);
    s->before = answer_to(&f->machine, QUIET, 1, "$ ");
    s->after = answer_to(&f->machine, QUIET, 2, "$ ");
    s->nothing_leaked = is_in_use_as(s->before, s->after);
    s->disk_right = read_tree(&after, &f->machine, true) && tree_equal(before, &after);
    tree_free(&after);
}

/* ---- the run --------------------------------------------------------------------------------- */

static bool run(struct fire *f, char *why, size_t size)
{
    struct soak *s = f->soak;
    struct tree before = {0};
    int status = 1;
    uint64_t most = (2 * s->seconds + 10) * BOARD_CLOCK_HZ;
    if (!machine_open(&f->machine, &s->config, &f->workload, NULL, why, size))
        return false;
    f->machine.arg = f;
    f->machine.may_type = may_type;
    f->machine.due = on_due;
    f->machine.alarm = 1;
    f->machine.fault.acted = on_killed;
    f->machine.fault.acted_arg = f;
    snprintf(why, size, "the disk cannot be read");
    if (!read_tree(&before, &f->machine, false))
        return false;
    s->ended = machine_run(&f->machine, most, &status) == END_POWER_OFF && status == 0;
    s->interrupted = interrupted;
    if (!interrupted)
        look(f, &before);
    tree_free(&before);
    return true;
}

bool soak_run(struct soak *s, void (*progress)(const struct soak *s, unsigned done), char *why,
              size_t size)
{
    struct fire *f = calloc(1, sizeof *f);
    snprintf(why, size, "out of memory");
    if (!f)
        return false;
    s->rounds = s->seconds * (1000 / LOAD_PERIOD_MS);
    *f = (struct fire){.soak = s, .random = s->seed, .progress = progress};
    signal(SIGINT, on_signal);
    signal(SIGTERM, on_signal);
    bool done = write_workload(f) && run(f, why, size);
    if (done && s->config.trace)
        done = trace_finish(f->machine.trace, why, size);
    machine_close(&f->machine);
    workload_free(&f->workload);
    free(f);
    return done;
}

bool soak_passed(const struct soak *s)
{
    return s->ended && s->output_right && s->disk_right && s->nothing_leaked;
}

void soak_free(struct soak *s)
{
    free(s->before);
    free(s->after);
}
