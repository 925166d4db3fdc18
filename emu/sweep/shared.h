/* Memory that stays common to a process and its forks. */
#ifndef EMU_SWEEP_SHARED_H
#define EMU_SWEEP_SHARED_H

#include <stddef.h>

/* Zeroed; NULL: there is none. Freed with the same size. */
void *shared_new(size_t bytes);
void shared_free(void *p, size_t bytes);

#endif
