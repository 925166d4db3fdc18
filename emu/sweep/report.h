/*
 * What sweeps found, as one table for people and one file for programs.
 *
 *     report_open(&r, program, path)      before the first sweep: can the file be written at all?
 *     report_add(&r, &sweep, workload)    after each: prints its rows
 *     report_close(&r)                    the sums, how to see what was not as it should be, the file
 */
#ifndef EMU_SWEEP_REPORT_H
#define EMU_SWEEP_REPORT_H

#include <jansson.h>
#include <stdbool.h>
#include "emu/sweep/tally.h"

#define REPORT_SHOWN 20 /* cases that are listed on the terminal; the file has them all */

struct report {
    const char *program, *path; /* path NULL: no file */
    json_t *sweeps;
    struct tally total[SWEEP_KINDS][NSERVICES]; /* [EP_KERNEL]: of the disk, in power cuts */
    unsigned made;                              /* sweeps */
    json_t *shown;                              /* lines about cases */
    json_t *any;                                /* a text: how to see a case of the first sweep */
    uint64_t bad;                               /* distinct runs that were not as they must be */
    uint64_t missing;                           /* runs without a verdict */
    bool interrupted;                           /* set by the caller */
};

/* Can a file be written there? Changes nothing. False: errno says why. */
bool report_can_write(const char *path);

/* False: the file cannot be written; errno says why. */
bool report_open(struct report *r, const char *program, const char *path);

/* `workload`: its path. */
void report_add(struct report *r, const struct sweep *s, const char *workload);

/* False: the file cannot be written; errno says why. Frees the report. */
bool report_close(struct report *r);

#endif
