/*
 * The harness: each case from the same state, each trap as a line of text.
 */
#include "tests/conformance/guest.h"

#include <stdbool.h>

extern const struct test_case cases_start[], cases_end[];

/* ---- what the compiler calls ---------------------------------------------------------------- */

void *memset(void *to, int c, size_t n);
void *memcpy(void *restrict to, const void *restrict from, size_t n);

void *memset(void *to, int c, size_t n)
{
    for (uint8_t *p = to; n > 0; n--)
        *p++ = (uint8_t)c;
    return to;
}

void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
    const uint8_t *source = from;

    for (uint8_t *p = to; n > 0; n--)
        *p++ = *source++;
    return to;
}

/* ---- text ----------------------------------------------------------------------------------- */

#define LSR_IDLE  0x20
#define FIFO_SIZE 16

/* A line is sent whole, so that a transmitter with a FIFO need be asked once in 16 bytes. */
static char line[160];
static unsigned length;

static void send_line(void)
{
    write8(UART + 2, 1); /* FIFOs on */
    for (unsigned i = 0; i < length; i++) {
        while (i % FIFO_SIZE == 0 && !(read8(UART + 5) & LSR_IDLE))
            ;
        write8(UART, (uint8_t)line[i]);
    }
    length = 0;
}

static void put_char(char c)
{
    if (length < sizeof line)
        line[length++] = c;
    if (c == '\n')
        send_line();
}

void put(const char *s)
{
    while (*s)
        put_char(*s++);
}

void put_hex(uint64_t v)
{
    int shift = 60;

    while (shift > 0 && !(v >> shift & 15))
        shift -= 4;
    for (; shift >= 0; shift -= 4)
        put_char("0123456789abcdef"[v >> shift & 15]);
}

void fact(const char *name, uint64_t value)
{
    put("  ");
    put(name);
    put(" = 0x");
    put_hex(value);
    put("\n");
}

/* ---- traps ---------------------------------------------------------------------------------- */

static struct trap trapped(uint64_t entry)
{
    bool relayed = supervisor_trap.level == LEVEL_S;
    struct trap t = relayed ? supervisor_trap : machine_trap;

    t.entry = entry;
    if (relayed && machine_trap.epc - address(supervisor_relay) > 4)
        put("  the supervisor's handler trapped\n");
    return t;
}

struct trap run(unsigned level, const void *pc, uint64_t a0, uint64_t a1)
{
    static struct trap from;

    from.x[10] = a0;
    from.x[11] = a1;
    from.level = LEVEL_M;
    from.entry = address(pc);
    return go_on(&from, level, address(pc));
}

unsigned trap_origin(const struct trap *t)
{
    return t->level == LEVEL_M ? t->status >> 11 & 3 : t->status >> 8 & 1;
}

struct trap go_on(const struct trap *t, unsigned level, uint64_t pc)
{
    bool by_sret = t->level == LEVEL_S && level != LEVEL_M;

    if (by_sret) {
        csr_write(sepc, pc);
        csr_clear(mstatus, STATUS_SPP);
        csr_set(mstatus, (uint64_t)level << 8);
    } else {
        /* In one step: with MPRV, no memory may be touched while MPP is another level. */
        csr_write(mstatus, (csr_read(mstatus) & ~STATUS_MPP) | (uint64_t)level << 11);
        csr_write(mepc, pc);
    }
    supervisor_trap.level = 0;
    enter(t, by_sret);
    return trapped(t->entry);
}

struct trap resume(const struct trap *t, unsigned skip)
{
    return go_on(t, trap_origin(t), t->epc + skip);
}

static const char *cause_name(uint64_t cause)
{
    static const char *const exceptions[16] = {
        "fetch misaligned", "fetch access fault", "illegal instruction",
        "breakpoint",       "load misaligned",    "load access fault",
        "store misaligned", "store access fault", "ecall from U",
        "ecall from S",     "ecall from H",       "ecall from M",
        "fetch page fault", "load page fault",    "cause 14",
        "store page fault"};
    static const char *const interrupts[16] = {
        "interrupt 0", "S software interrupt", "interrupt 2",  "M software interrupt",
        "interrupt 4", "S timer interrupt",    "interrupt 6",  "M timer interrupt",
        "interrupt 8", "S external interrupt", "interrupt 10", "M external interrupt"};
    const char *const *names = cause & INTERRUPT ? interrupts : exceptions;
    const char *name = (cause & ~INTERRUPT) < 16 ? names[cause & 15] : NULL;

    return name ? name : "unknown cause";
}

static bool value_is_fixed(uint64_t cause)
{
    return cause != ILLEGAL && cause != BREAKPOINT;
}

static void put_place(uint64_t epc, uint64_t entry)
{
    bool near = epc - entry < PAGE;

    put(near ? " at +0x" : " at 0x");
    put_hex(near ? epc - entry : epc);
}

void show(const struct trap *t)
{
    static const char levels[] = "USHM";

    put("  ");
    put_char(levels[t->level & 3]);
    put(" takes ");
    put(cause_name(t->cause));
    put(" from ");
    put_char(levels[trap_origin(t)]);
    put_place(t->epc, t->entry);
    if (value_is_fixed(t->cause)) {
        put(", value 0x");
        put_hex(t->tval);
    }
    put("\n");
}

void show_amo(const struct trap *t)
{
    struct trap shown = *t;

    if (t->cause == LOAD_MISALIGNED || t->cause == LOAD_ACCESS || t->cause == LOAD_PAGE)
        shown.cause += STORE_PAGE - LOAD_PAGE;
    show(&shown);
}

uint64_t trap_status(const struct trap *t)
{
    uint64_t supervisor = STATUS_SIE | STATUS_SPIE | STATUS_SPP | STATUS_SUM | STATUS_MXR;
    uint64_t machine = supervisor | STATUS_MIE | STATUS_MPIE | STATUS_MPP | STATUS_MPRV |
                       STATUS_TVM | STATUS_TW | STATUS_TSR;

    return t->status & (t->level == LEVEL_M ? machine : supervisor);
}

void show_status(const struct trap *t)
{
    fact(t->level == LEVEL_M ? "mstatus" : "sstatus", trap_status(t));
}

void show_all(const struct trap *t)
{
    show(t);
    show_status(t);
    fact("a0", t->x[10]);
}

/* ---- the state that a case starts from ------------------------------------------------------ */

#define PLIC_UART     10
#define PLIC_CONTEXTS 2
#define PMP_ALL       0x1f /* NAPOT, RWX */

static void reset_devices(void)
{
    write32(MSIP, 0);
    write64(MTIMECMP, UINT64_MAX);
    for (unsigned c = 0; c < PLIC_CONTEXTS; c++) {
        write32(PLIC + 0x2000 + 0x80 * c, 0);
        write32(PLIC + 0x200000 + 0x1000 * c, 0);
    }
    write32(PLIC + 4 * PLIC_UART, 0);
    for (unsigned reg = 1; reg <= 4; reg++)
        write8(UART + reg, 0);
}

/* All of memory is everyone's, by entry 7. An entry that is locked stays. */
static void reset_pmp(void)
{
    csr_write(pmpcfg2, 0);
    csr_write(pmpaddr7, UINT64_MAX >> 10);
    csr_write(pmpcfg0, (uint64_t)PMP_ALL << 56);
}

static void reset_hart(void)
{
    csr_clear(mstatus, STATUS_MIE | STATUS_MPRV);
    csr_write(mie, 0);
    csr_write(satp, 0);
    csr_write(medeleg, 0);
    csr_clear(mip, BIT(SOFT_S) | BIT(TIMER_S) | BIT(EXTERNAL_S));
    csr_write(mideleg, 0);
    csr_clear(mstatus, STATUS_SIE | STATUS_SPIE | STATUS_MPIE | STATUS_SPP | STATUS_MPP);
    csr_clear(mstatus, STATUS_SUM | STATUS_MXR | STATUS_TVM | STATUS_TW | STATUS_TSR);
    csr_write(mcounteren, 0);
    csr_write(scounteren, 0);
    csr_write(mtvec, address(machine_entry));
    csr_write(stvec, address(supervisor_entry));
    csr_write(sepc, 0);
    csr_write(scause, 0);
    csr_write(stval, 0);
    reset_pmp();
    sfence_vma();
}

static void reset(void)
{
    reset_hart();
    reset_devices();
    supervisor_trap.relay = 0;
    for (size_t i = 0; i < ARENA_CLEARED * PAGE / 8; i++)
        ((volatile uint64_t *)arena)[i] = 0;
}

/* ---- the run -------------------------------------------------------------------------------- */

void main(void);

void main(void)
{
    for (const struct test_case *c = cases_start; c < cases_end; c++) {
        reset();
        put("case ");
        put(c->name);
        put("\n");
        if (guarded(c->run, c->row)) {
            struct trap t = machine_trap;
            reset();
            put("  the case itself trapped:\n");
            t.entry = 0;
            show(&t);
        }
    }
    reset();
    put("end\n");
    write32(FINISHER, 0x5555);
}
