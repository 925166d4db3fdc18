/* A file of its own, because <sys/mman.h> and the guest's ABI both define PROT_READ. */
#include <sys/mman.h>
#include "emu/sweep/shared.h"

void *shared_new(size_t bytes)
{
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return p == MAP_FAILED ? NULL : p;
}

void shared_free(void *p, size_t bytes)
{
    if (p)
        munmap(p, bytes);
}
