/* PM_BRK: the end of the heap, to the byte for the program, in pages for the kernel. */
#include "pm.h"

static uint64_t page_up(uint64_t address)
{
    return (address + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
}

/* Pages that are there already were mapped for this very request, by a PM that died over it. */
static int64_t grow(endpoint_t ep, uint64_t from, uint64_t to)
{
    int64_t status = k_map(ep, from, to - from, PROT_READ | PROT_WRITE);
    if (status == -EEXIST) {
        k_unmap(ep, from, to - from);
        status = k_map(ep, from, to - from, PROT_READ | PROT_WRITE);
    }
    return status;
}

int64_t do_brk(struct proc *p, struct message *m)
{
    uint64_t end = ((const struct pm_brk *)payload(m))->end;
    struct pm_brk_reply *reply = payload(m);
    reply->end = p->end;
    if (end == 0)
        return 0;
    if (end < p->heap || end > USER_HEAP_END)
        return -ENOMEM;
    uint64_t from = page_up(p->end), to = page_up(end);
    int64_t status = to > from   ? grow(p->endpoint, from, to)
                     : to < from ? k_unmap(p->endpoint, to, from - to)
                                 : 0;
    if (status < 0)
        return status;
    CHANGE(p->end) = end;
    reply->end = end;
    return 0;
}
