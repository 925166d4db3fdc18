/*
 * External interrupts become notifications. The PLIC's claim masks a source until its completion;
 * the kernel completes it when the driver acknowledges, so a driver never sees an interrupt while
 * it handles the last. (RISC-V PLIC specification 1.0; context 1 is S-mode of hart 0 on `virt`.)
 */
#include "kernel.h"

#define PRIORITY(irq) (*(volatile uint32_t *)(PLIC_BASE + 4ul * (irq)))
#define ENABLE(word)  (*(volatile uint32_t *)(PLIC_BASE + 0x2080ul + 4ul * (word)))
#define THRESHOLD     (*(volatile uint32_t *)(PLIC_BASE + 0x201000ul))
#define CLAIM         (*(volatile uint32_t *)(PLIC_BASE + 0x201004ul)) /* read: claim; write: complete */

#define NIRQS 62 /* NOTIFY_IRQ has room for so many */

static struct process *owner[NIRQS];
//LAB notify
static bool claimed[NIRQS]; /* notified, not yet acknowledged */
//LAB end

void irq_init(void)
{
    THRESHOLD = 0;
}

void irq_interrupt(void)
{
    //LAB notify
    for (uint32_t irq; (irq = CLAIM) != 0;) {
        if (irq >= NIRQS || !owner[irq]) { /* nobody's: never enabled here */
            CLAIM = irq;
            continue;
        }
        claimed[irq] = true;
        PROBE2("irq irq=%0 dst=%1", irq, owner[irq]->ep);
        ipc_event(owner[irq], NOTIFY_IRQ(irq));
    }
    //LAB else
    //| (void)CLAIM; /* yours: who is told? PROBE2("irq irq=%0 dst=%1", irq, owner[irq]->ep) */
    //LAB end
}

/* The interrupt may come again, if it was held back. */
static void complete(uint64_t irq)
{
    //LAB notify
    if (claimed[irq])
        CLAIM = (uint32_t)irq;
    claimed[irq] = false;
    //LAB else
    //| (void)irq; /* yours */
    //LAB end
}

int64_t irq_control(struct process *p, uint64_t *a)
{
    uint64_t irq = a[0];
    if (irq == 0 || irq >= NIRQS || !(p->policy->irqs >> irq & 1))
        return -EPERM;
    switch (a[1]) {
    case IRQ_ATTACH:
        owner[irq] = p;
        complete(irq);
        PRIORITY(irq) = 1;
        ENABLE(irq / 32) |= 1u << irq % 32;
        return 0;
    case IRQ_ACK:
        //LAB notify
        if (owner[irq] != p)
            return -EINVAL;
        complete(irq);
        return 0;
        //LAB else
        //| return -ENOSYS; /* yours */
        //LAB end
    default:
        return -EINVAL;
    }
}

void irq_release(struct process *p)
{
    for (unsigned irq = 1; irq < NIRQS && p->policy->irqs >> irq; irq++)
        if (owner[irq] == p) {
            complete(irq);
            ENABLE(irq / 32) &= ~(1u << irq % 32);
            owner[irq] = NULL;
        }
}
