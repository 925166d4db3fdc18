/*
 * The table of probes in a kernel: the section .courier.probes of its ELF file (courier/probe.h).
 */
#ifndef EMU_TRACE_PROBES_H
#define EMU_TRACE_PROBES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "emu/trace/event.h"

#define PROBE_OPERANDS 4
#define PROBES_MAX     4096 /* rows; a kernel with more is refused */

/* What an operand is: into which member of struct event it goes. */
enum probe_role {
    ROLE_WHO,
    ROLE_PEER,
    ROLE_CALL,
    ROLE_STATE,
    ROLE_STATUS,
    ROLE_EVENTS,
    ROLE_IRQ,
    ROLE_BYTES,
    ROLE_ACCESS,
    ROLE_CAUSE,
    ROLE_PC,
    ROLE_ADDRESS,
    ROLE_INCARNATION,
    ROLE_FRAME, /* an address; the message is read from there */
    ROLE_NAME   /* the address of NAME_BYTES characters */
};

struct probe {
    uint64_t address; /* of the no-op */
    enum event_kind kind;
    unsigned operands;
    struct {
        enum probe_role role;
        uint8_t reg; /* n of x(n) */
    } operand[PROBE_OPERANDS];
};

struct probes {
    struct probe *row;
    size_t count;
};

/*
 * Reads the probes of an ELF file of `size` bytes. A file without the section has none, and that is
 * no error; rows with names that this emulator does not know are left out, and if `lenient`, those that are damaged, too. False: the
 * file is damaged, and `error` says in one line how. On true, the caller frees with probes_free().
 */
bool probes_parse(const void *elf, size_t size, bool lenient, struct probes *out, char *error,
                  size_t error_size);
void probes_free(struct probes *probes);

/* "deliver" for EVENT_DELIVER, as the kernel's source has it; "trap" for EVENT_TRAP. */
const char *probes_kind_name(enum event_kind kind);

#endif
