/* Causes of a crash in words, the same as the dashboard's (scause: Privileged Architecture, table 4.2). */
#include <courier/probe.h>
#include <sys/ipc.h>

const char *fault_name(uint64_t cause)
{
    static const char *const text[] = {
        [0] = "misaligned jump",  [1] = "instruction access fault", [2] = "illegal instruction",
        [3] = "breakpoint",       [4] = "misaligned load",          [5] = "load access fault",
        [6] = "misaligned store", [7] = "store access fault",       [12] = "instruction page fault",
        [13] = "load page fault", [15] = "store page fault"};
    const char *known = cause < sizeof text / sizeof *text ? text[cause] : 0;
    return known                     ? known
           : cause == CAUSE_HUNG     ? "hung"
           : cause == CAUSE_KILLED   ? "killed"
           : cause == CAUSE_GIVEN_UP ? "given up"
                                     : "fault";
}
