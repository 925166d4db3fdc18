/*
 * The life of a process: created as an embryo by its manager, started, replaced by another program,
 * crashed, killed. RS manages the services, PM the ordinary processes, the kernel RS. Policy is
 * theirs; this file is mechanism.
 */
#include "kernel.h"

struct process processes[NSLOTS];
struct link crashed[2];
static struct link free_slots;

/* RS's restarts: the pause before its third try, then twice as long each time; tries in all. servers/rs/policy.h has the others'. */
#define RS_BACK_OFF (TICKS_PER_SECOND / 100)
#define RS_GIVE_UP  10
#define CLASS(slot) ((slot) < NSERVICES ? (slot) : TO_USERS) /* row of the policy table */

void process_init(void)
{
    list_init(&free_slots);
    list_init(&crashed[0]);
    list_init(&crashed[1]);
    for (unsigned slot = 0; slot < NSLOTS; slot++) {
        struct process *p = &processes[slot];
        p->ep = EP_MAKE(slot < NSERVICES ? 0u : 1u, slot);
        p->policy = &policies[CLASS(slot)];
        p->priority = p->policy->priority;
        p->more_urgent = (1u << p->priority) - 1;
        p->sends = p->policy->sends;
        p->who_bit = who_bit(slot);
        list_init(&p->senders);
        list_init(&p->awaiting);
        if (slot >= NSERVICES)
            list_append(&free_slots, &p->link);
    }
}

static bool is_service(const struct process *p)
{
    return slot_of(p) < NSERVICES;
}

struct process *process_managed(struct process *p, endpoint_t ep)
{
    unsigned slot = EP_SLOT(ep);
    if (slot >= NSLOTS || !(p->policy->manages & who_bit(slot)))
        return NULL;
    struct process *target = &processes[slot];
    return target->ep == ep && target->state != PROC_FREE ? target : NULL;
}

static void set_name(struct process *p, uint64_t low, uint64_t high)
{
    uint64_t words[2] = {low, high};
    memcpy(p->name, words, NAME_BYTES);
    p->name[NAME_BYTES - 1] = 0;
}

/* An empty embryo in a free user slot, or NULL. */
static struct process *embryo_new(void)
{
    if (list_empty(&free_slots))
        return NULL;
    struct process *p = container(free_slots.next, struct process, link);
    list_remove(&p->link);
    p->state = PROC_EMBRYO;
    p->ticks = p->messages = p->incarnation = 0;
    p->strikes = 0;
    return p;
}

static void slot_free(struct process *p)
{
    p->state = PROC_FREE;
    p->ep = EP_MAKE(EP_GENERATION(p->ep) + 1, slot_of(p));
    list_append(&free_slots, &p->link);
}

/* K_CREATE (slot or -1, name low, name high) -> endpoint */
int64_t process_create(struct process *p, uint64_t *a)
{
    struct process *target;
    if (a[0] == ~0ull) {
        if (!(p->policy->manages & who_bit(TO_USERS)))
            return -EPERM;
        if (!(target = embryo_new()))
            return -EAGAIN;
        if (!vm_create(&target->space, false)) {
            slot_free(target);
            return -ENOMEM;
        }
    } else {
        if (a[0] >= NSERVICES || !(p->policy->manages & who_bit((unsigned)a[0])))
            return -EPERM;
        target = &processes[a[0]];
        if (target->state != PROC_FREE)
            return -EEXIST;
        target->state = PROC_DOWN;
    }
    set_name(target, a[1], a[2]);
    PROBE3("spawn who=%0 parent=%1 name=%2", target->ep, p->ep, target->name);
    a[0] = target->ep;
    return 0;
}

/* K_FORK (parent) -> endpoint of the embryo */
int64_t process_fork(struct process *p, uint64_t *a)
{
    struct process *parent = process_managed(p, (endpoint_t)a[0]);
    if (!parent || is_service(parent) || parent->state != PROC_REPLY || parent->peer != p->ep)
        return -EINVAL;
    struct process *child = embryo_new();
    if (!child)
        return -EAGAIN;
    if (!vm_fork(&child->space, &parent->space, slot_of(parent))) {
        slot_free(child);
        return -ENOMEM;
    }
    child->frame = parent->frame;
    memcpy(child->name, parent->name, NAME_BYTES);
    PROBE3("spawn who=%0 parent=%1 name=%2", child->ep, parent->ep, child->name);
    a[0] = child->ep;
    return 0;
}

/* ---- starting -------------------------------------------------------------------------------- */

static void start(struct process *p)
{
    p->satp = vm_satp(&p->space, slot_of(p));
    p->slice = p->policy->quantum;
    if (is_service(p)) {
        p->incarnation++;
        p->working = NULL;
        PROBE2("restart who=%0 incarnation=%1", p->ep, p->incarnation);
    }
    sched_ready(p);
}

/* Out of whatever it does: queue, wait or crash list. blame: as in ipc_end(). */
static void stop(struct process *p, bool blame)
{
    if (p->state == PROC_READY)
        sched_remove(p);
    else if (p->state == PROC_CRASHED)
        list_remove(&p->link);
    else if (p->state >= PROC_SENDING && p->state <= PROC_REPLY)
        ipc_end(p, false, blame);
}

/* Everything that p holds goes back, but its endpoint and its state region. */
static void release(struct process *p)
{
    timer_cancel(&p->deadline);
    timer_cancel(&p->alarm);
    irq_release(p);
    if (is_service(p))
        page_dma_release(slot_of(p));
    if (is_service(p) && p->space.root)
        p->crash.damaged = !module_is_sound(p);
    for (unsigned i = 0; i < GRANTS_PER_PROCESS; i++)
        p->grants[i].access = 0;
    p->commit = NULL;
    if (p->space.root)
        vm_destroy(&p->space, slot_of(p));
}

/* A forked child goes on behind its parent's call, with the reply {p, type, word}. */
static int64_t start_fork(struct process *p, struct process *child, uint64_t type, uint64_t word)
{
    uint64_t *r = child->frame.regs;
    memset(&r[R_A0], 0, 8 * MSG_WORDS);
    r[R_A0] = p->ep | type << 32;
    r[R_A1] = word;
    r[R_STATUS] = 0;
    start(child);
    return 0;
}

/* K_EXEC (target, embryo, pc, sp, name low, name high, a0, a1) */
int64_t process_exec(struct process *p, uint64_t *a)
{
    struct process *target = process_managed(p, (endpoint_t)a[0]);
    struct process *embryo = process_managed(p, (endpoint_t)a[1]);
    if (!target || !embryo || !embryo->space.root)
        return -EINVAL;
    if (embryo->state != PROC_EMBRYO && !(embryo == target && embryo->state >= PROC_DOWN))
        return -EINVAL;
    if (!a[2])
        return target == embryo && target->frame.regs[R_PC] ? start_fork(p, target, a[6], a[7])
                                                            : -EINVAL;
    if (target != embryo) {
        stop(target, false);
        release(target);
        target->space = embryo->space;
        embryo->space = (struct space){0};
        PROBE1("exit who=%0", embryo->ep);
        slot_free(embryo);
    }
    __asm__ volatile("fence.i" ::: "memory"); /* what was copied into the embryo is code now */
    memset(&target->frame, 0, sizeof target->frame);
    target->frame.regs[R_PC] = a[2];
    target->frame.regs[R_SP] = a[3];
    target->frame.regs[R_A0] = a[6];
    target->frame.regs[R_A1] = a[7];
    set_name(target, a[4], a[5]);
    PROBE2("exec who=%0 name=%1", target->ep, target->name);
    start(target);
    return 0;
}

/* K_LOAD (ep, slot) -> pc, sp: the boot module into an empty embryo, or into a service that is
 * down. */
int64_t process_load(struct process *p, uint64_t *a)
{
    struct process *target = process_managed(p, (endpoint_t)a[0]);
    if (!target || target->state < PROC_DOWN)
        return -EINVAL;
    if (target->space.root) /* loaded by a manager that died before it could start it */
        vm_destroy(&target->space, slot_of(target));
    if (!vm_create(&target->space, true))
        return -ENOMEM;
    int64_t status = module_load(target, (unsigned)a[1], &a[0], &a[1]);
    if (status < 0)
        vm_destroy(&target->space, slot_of(target));
    return status;
}

/* ---- ending ---------------------------------------------------------------------------------- */

/* K_KILL (ep, how) -> client, type */
int64_t process_kill(struct process *p, uint64_t *a)
{
    struct process *target = process_managed(p, (endpoint_t)a[0]);
    bool hung = a[1] & KILL_HUNG, for_good = a[1] & KILL_FOR_GOOD;
    if (!target || target == p)
        return -EINVAL;
    bool running = target->state >= PROC_READY && target->state <= PROC_REPLY;
    if (running)
        target->crash.client = EP_KERNEL;
    stop(target, hung);
    release(target);
    if (!is_service(target)) {
        PROBE1("exit who=%0", target->ep);
        ipc_end(target, true, false);
        target->frame.regs[R_PC] = 0;
        slot_free(target);
        return 0;
    }
    uint64_t cause = for_good ? CAUSE_GIVEN_UP : hung ? CAUSE_HUNG : CAUSE_KILLED;
    if (running || for_good)
        PROBE4("crash who=%0 cause=%1 pc=%2 addr=%3", target->ep, cause, target->frame.regs[R_PC],
               0);
    target->state = for_good ? PROC_GIVEN_UP : PROC_DOWN;
    ipc_end(target, for_good, hung);
    a[0] = target->crash.client;
    a[1] = target->crash.type;
    a[2] = target->crash.damaged;
    return 0;
}

void process_start_rs(void)
{
    struct process *rs = &processes[EP_RS];
    uint64_t pc = 0, sp = 0;
    if (!vm_create(&rs->space, true) || module_load(rs, EP_RS, &pc, &sp) < 0)
        panic("no memory for RS", 0);
    set_name(rs, 'r' | 's' << 8, 0);
    memset(&rs->frame, 0, sizeof rs->frame);
    rs->frame.regs[R_PC] = pc;
    rs->frame.regs[R_SP] = sp;
    PROBE2("exec who=%0 name=%1", rs->ep, rs->name);
    timer_set(&rs->alarm, timer_now() + TICKS_PER_SECOND);
    start(rs);
}

/*
 * RS waits for something that never comes if it has not even taken its last alarm. The alarm comes at least once a
 * second, asked for or not, so that RS cannot forget it.
 */
void process_watch_rs(void)
{
    struct process *rs = &processes[EP_RS];
    bool waits = rs->state >= PROC_SENDING && rs->state <= PROC_REPLY;
    if (rs->state == PROC_CRASHED)
        process_start_rs();
    else if (waits && rs->events & NOTIFY_TIMER)
        process_crash(rs, CAUSE_HUNG, 0);
    else
        timer_set(&rs->alarm, timer_now() + TICKS_PER_SECOND / 2);
}

/*
 * RS has died: it starts again at once. If it died of itself and has not sent a message since its last death, it does so
 * after longer and longer pauses, and in the end not at all.
 */
static void revive_rs(struct process *rs)
{
    static uint32_t quick, messages;
    quick = rs->messages == messages && rs->crash.cause != CAUSE_KILLED ? quick + 1 : 0;
    messages = rs->messages;
    if (quick <= 1) {
        process_start_rs();
    } else if (quick < RS_GIVE_UP) {
        timer_set(&rs->alarm, timer_now() + (RS_BACK_OFF << (quick - 2)));
    } else {
        rs->state = PROC_GIVEN_UP;
        ipc_end(rs, true, false);
        PROBE4("crash who=%0 cause=%1 pc=%2 addr=%3", rs->ep, CAUSE_GIVEN_UP, rs->crash.pc, 0);
    }
}

/* p, which runs (or, RS, waits), did what it may not: it ends, and its manager hears of it. The kernel itself
 * starts RS again. */
void process_crash(struct process *p, uint64_t cause, uint64_t address)
{
    p->crash.cause = cause;
    p->crash.pc = p->frame.regs[R_PC];
    p->crash.address = address;
    p->crash.client = EP_KERNEL;
    PROBE4("crash who=%0 cause=%1 pc=%2 addr=%3", p->ep, cause, p->crash.pc, address);
    if (is_service(p)) {
        ipc_end(p, false, cause != CAUSE_KILLED);
        release(p);
    }
    p->state = PROC_CRASHED;
    if (p == &processes[EP_RS]) {
        revive_rs(p);
        return;
    }
    list_append(&crashed[!is_service(p)], &p->link);
    ipc_event(&processes[is_service(p) ? EP_RS : EP_PM], NOTIFY_CRASH);
}

/* K_CRASHED () -> endpoint, cause, pc, address. It stays first until its manager kills or restarts
 * it. */
int64_t process_crashed(struct process *p, uint64_t *a)
{
    struct link *list = &crashed[!is_service(p) || p == &processes[EP_PM]];
    if (list_empty(list))
        return -ENOENT;
    struct process *first = container(list->next, struct process, link);
    a[0] = first->ep;
    a[1] = first->crash.cause;
    a[2] = first->crash.pc;
    a[3] = first->crash.address;
    return 0;
}
