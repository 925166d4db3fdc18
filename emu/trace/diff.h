/* Two traces side by side: `courier trace diff A B`. */
#ifndef EMU_TRACE_DIFF_H
#define EMU_TRACE_DIFF_H

/* Names on stdout the first event that differs, in which fields, and the last message that both
 * have. Returns the exit status: 0 they are equal, 1 they differ, 2 one cannot be read, which a
 * line on stderr has said. */
int trace_diff(const char *a, const char *b);

#endif
