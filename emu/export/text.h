/* Numbers, times and names as `courier trace` writes them. All functions write at most `size` bytes including the NUL and return `out`. */
#ifndef EMU_EXPORT_TEXT_H
#define EMU_EXPORT_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include "emu/model/model.h"

#define INSN_NS 10u /* virtual nanoseconds of an instruction */

/* "1,234,567" */
char *text_count(char *out, size_t size, uint64_t n);

/* In at most 7 characters: "99,999", "123k", "1.23M" */
char *text_short(char *out, size_t size, uint64_t n);

/* "1.23456780": seconds of virtual time */
char *text_time(char *out, size_t size, uint64_t time);

/* "fs", or "fs#2": its second incarnation; "16.1" if it has no name. */
char *text_process(char *out, size_t size, const char *name, uint32_t incarnation);

/* "request", "notify", ... as in filters; "again", ... */
const char *text_kind(enum entry_kind kind);
const char *text_fate(enum transaction_fate fate);

/* What became of a request or a failed call, and what a reply took: "-> 512 in 2,500 insns", "-> open"; empty for other messages. */
char *text_outcome(char *out, size_t size, const struct entry *e);

/* Replaces what is not a printable ASCII character, so that no trace can write to the terminal what it wants. */
char *text_clean(char *text);

#endif
