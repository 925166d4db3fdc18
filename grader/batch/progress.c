/* How far a batch is: one line of a terminal, drawn again as it goes on. What is no terminal sees none of it. */
#include <stdio.h>
#include <time.h>
#include <unistd.h>
#include "grader/batch/batch.h"

#define BAR 40

static time_t begun;
static size_t shown_done = (size_t)-1,
              kept; /* kept: they took no time, so they say nothing about the rest */
static time_t shown_at;

static time_t seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

static void count(const struct course *c, size_t *failed)
{
    kept = *failed = 0;
    for (size_t i = 0; i < c->entries; i++) {
        kept += c->entry[i].kept;
        *failed += c->entry[i].done && !course_has_grade(&c->entry[i]);
    }
}

void progress_show(const struct course *c, size_t done)
{
    size_t failed;
    time_t now = seconds();
    if (!isatty(STDERR_FILENO) || (done == shown_done && now == shown_at) || c->entries == 0)
        return;
    if (!begun)
        begun = now;
    shown_done = done;
    shown_at = now;
    count(c, &failed);
    fprintf(stderr, "\r[");
    for (size_t i = 0; i < BAR; i++)
        fputc(i < done * BAR / c->entries ? '#' : '.', stderr);
    fprintf(stderr, "] %zu of %zu", done, c->entries);
    if (failed > 0)
        fprintf(stderr, ", %zu without a grade", failed);
    if (done > kept && done < c->entries) {
        long left = (long)((now - begun) * (time_t)(c->entries - done) / (time_t)(done - kept));
        fprintf(stderr, ", %ld:%02ld left", left / 60, left % 60);
    }
    fprintf(stderr, "\x1b[K");
    fflush(stderr);
}

void progress_end(void)
{
    if (shown_done != (size_t)-1)
        fprintf(stderr, "\r\x1b[K");
    shown_done = (size_t)-1;
}
