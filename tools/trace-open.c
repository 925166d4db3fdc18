/*
 * For `make bench`: opens a trace as the dashboard does, and says how long that took and how much
 * memory; then how long it takes to go to a moment in its middle. With the number of messages that
 * were delivered in the run (--stats), it also says how many are not in the file.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include "emu/model/model.h"
#include "emu/model/timeline.h"

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int refuse(const char *why)
{
    fprintf(stderr, "trace-open: %s\n", why);
    return 1;
}

int main(int argc, char **argv)
{
    char why[256];
    if (argc != 3)
        return refuse("usage: trace-open FILE MESSAGES");
    struct model *model = model_create();
    struct history *history = history_create();
    if (!model || !history)
        return refuse("out of memory");
    double begin = seconds();
    struct timeline *t = timeline_open(argv[1], &model->sink, NULL, NULL, why, sizeof why);
    double opened = seconds();
    if (!t || *why)
        return refuse(why);
    if (!timeline_history(t, timeline_last(t) / 2, history))
        return refuse("its middle is not at hand");
    double moved = seconds();
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    printf("trace_events_lost %lld\n", atoll(argv[2]) - (long long)model->world.messages);
    printf("trace_open_events %llu\n", (unsigned long long)timeline_last(t));
    printf("trace_open_s %.2f\n", opened - begin);
    printf("trace_open_mib %ld\n", used.ru_maxrss / 1024);
    printf("trace_goto_ms %.0f\n", (moved - opened) * 1e3);
    timeline_close(t);
    model_destroy(model);
    free(history);
    return 0;
}
