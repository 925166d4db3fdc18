/* What a sweep found, as a table for people and as JSON. */
#ifndef EMU_SWEEP_REPORT_H
#define EMU_SWEEP_REPORT_H

#include <stdbool.h>
#include "emu/sweep/sweep.h"

/* The matrix, service by outcome, the times of recovery, and how to see each case that was not transparent. `workload`: its path. */
void report_print(const struct sweep *s, const char *workload);

/* Writes the JSON report. False: errno says why. */
bool report_write(const struct sweep *s, const char *workload, const char *path);

#endif
