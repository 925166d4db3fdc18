/*
 * Guest programs for the board's tests: instructions as functions that return their encoding, and
 * an ELF file made of an array of them.
 */
#ifndef TESTS_HOST_BOARD_GUEST_H
#define TESTS_HOST_BOARD_GUEST_H

#include "emu/board/board.h"
#include "emu/board/map.h"

#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ZERO, RA, SP, GP, TP, T0, T1, T2, S0, S1, A0, A1, A2, A3, A4, A5 };

#define CSR_STVEC    0x105u
#define CSR_SEPC     0x141u
#define CSR_MSTATUS  0x300u
#define CSR_MEDELEG  0x302u
#define CSR_MIE      0x304u
#define CSR_MTVEC    0x305u
#define CSR_MEPC     0x341u
#define CSR_MCAUSE   0x342u
#define CSR_MTVAL    0x343u
#define CSR_MIP      0x344u
#define CSR_PMPCFG0  0x3a0u
#define CSR_PMPADDR0 0x3b0u
#define CSR_SATP     0x180u
#define CSR_CYCLE    0xc00u
#define CSR_TIME     0xc01u
#define CSR_INSTRET  0xc02u

static inline uint32_t i_type(unsigned op, unsigned f3, unsigned rd, unsigned rs1, int imm)
{
    return (uint32_t)imm << 20 | rs1 << 15 | f3 << 12 | rd << 7 | op;
}

static inline uint32_t s_type(unsigned f3, unsigned rs1, unsigned rs2, int imm)
{
    unsigned u = (unsigned)imm;
    return (u >> 5 & 0x7f) << 25 | rs2 << 20 | rs1 << 15 | f3 << 12 | (u & 31) << 7 | 0x23;
}

static inline uint32_t b_type(unsigned f3, unsigned rs1, unsigned rs2, int imm)
{
    unsigned u = (unsigned)imm;
    return (u >> 12 & 1) << 31 | (u >> 5 & 0x3f) << 25 | rs2 << 20 | rs1 << 15 | f3 << 12 |
           (u >> 1 & 15) << 8 | (u >> 11 & 1) << 7 | 0x63;
}

static inline uint32_t jal(unsigned rd, int imm)
{
    unsigned u = (unsigned)imm;
    return (u >> 20 & 1) << 31 | (u >> 1 & 0x3ff) << 21 | (u >> 11 & 1) << 20 |
           (u >> 12 & 0xff) << 12 | rd << 7 | 0x6f;
}

#define addi(rd, rs1, imm) i_type(0x13, 0, rd, rs1, imm)
#define slli(rd, rs1, n)   i_type(0x13, 1, rd, rs1, n)
#define srli(rd, rs1, n)   i_type(0x13, 5, rd, rs1, n)
#define lbu(rd, rs1, imm)  i_type(0x03, 4, rd, rs1, imm)
#define lw(rd, rs1, imm)   i_type(0x03, 2, rd, rs1, imm)
#define ld(rd, rs1, imm)   i_type(0x03, 3, rd, rs1, imm)
#define jalr(rd, rs1, imm) i_type(0x67, 0, rd, rs1, imm)
#define lui(rd, imm20)     ((uint32_t)(imm20) << 12 | (uint32_t)(rd) << 7 | 0x37u)
#define auipc(rd, imm20)   ((uint32_t)(imm20) << 12 | (uint32_t)(rd) << 7 | 0x17u)
#define sb(rs2, rs1, imm)  s_type(0, rs1, rs2, imm)
#define sw(rs2, rs1, imm)  s_type(2, rs1, rs2, imm)
#define sd(rs2, rs1, imm)  s_type(3, rs1, rs2, imm)
#define beq(a, b, off)     b_type(0, a, b, off)
#define bne(a, b, off)     b_type(1, a, b, off)
#define add(rd, a, b)      ((uint32_t)(b) << 20 | (uint32_t)(a) << 15 | (uint32_t)(rd) << 7 | 0x33u)
#define csrw(csr, rs1)     i_type(0x73, 1, ZERO, rs1, (int)(csr))
#define csrr(rd, csr)      i_type(0x73, 2, rd, ZERO, (int)(csr))
#define csrs(csr, rs1)     i_type(0x73, 2, ZERO, rs1, (int)(csr))
#define NOP                addi(ZERO, ZERO, 0)
#define ECALL              0x00000073u
#define EBREAK             0x00100073u
#define SRET               0x10200073u
#define SFENCE_VMA         0x12000073u
#define MRET               0x30200073u
#define WFI                0x10500073u
#define FENCE_I            0x0000100fu
#define JUMP_HERE          jal(ZERO, 0)

/* Powers the board off with status 0; uses t0 and t1. Four instructions. */
#define POWER_OFF lui(T0, FINISHER_BASE >> 12), lui(T1, 5), addi(T1, T1, 0x555), sw(T1, T0, 0)

/* Writes an ELF file with `size` bytes of code at the start of RAM; the name is put into path. */
static inline void write_elf(char path[32], const void *code, size_t size, unsigned flags)
{
    Elf64_Ehdr eh = {.e_type = ET_EXEC,
                     .e_machine = EM_RISCV,
                     .e_version = EV_CURRENT,
                     .e_entry = RAM_BASE,
                     .e_phoff = sizeof eh,
                     .e_flags = flags,
                     .e_ehsize = sizeof eh,
                     .e_phentsize = sizeof(Elf64_Phdr),
                     .e_phnum = 1};
    Elf64_Phdr ph = {.p_type = PT_LOAD,
                     .p_flags = PF_R | PF_W | PF_X,
                     .p_offset = sizeof eh + sizeof ph,
                     .p_vaddr = RAM_BASE,
                     .p_paddr = RAM_BASE,
                     .p_filesz = size,
                     .p_memsz = size,
                     .p_align = 8};

    memcpy(eh.e_ident, ELFMAG, SELFMAG);
    eh.e_ident[EI_CLASS] = ELFCLASS64;
    eh.e_ident[EI_DATA] = ELFDATA2LSB;
    eh.e_ident[EI_VERSION] = EV_CURRENT;
    strcpy(path, "/tmp/courier-guest.XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, &eh, sizeof eh), sizeof eh);
    assert_int_equal(write(fd, &ph, sizeof ph), sizeof ph);
    assert_int_equal(write(fd, code, size), size);
    close(fd);
}

/* A board with `config` (kernel and memory are set here) that will run the code. */
static inline struct board *board_with(struct board_config config, const void *code, size_t size)
{
    char path[32], why[256] = "";

    write_elf(path, code, size, 0);
    config.kernel = path;
    config.memory = config.memory != 0 ? config.memory : 4;
    struct board *board = board_create(&config, why, sizeof why);
    unlink(path);
    if (board == NULL)
        fail_msg("%s", why);
    return board;
}

#define BOARD_OF(code) board_with((struct board_config){0}, code, sizeof(code))

/* Runs until something else than a slice's end happens; fails after a second of virtual time. */
static inline struct board_stop run_to_end(struct board *board)
{
    struct board_stop stop = board_run(board, board_clock(board) + BOARD_CLOCK_HZ);

    assert_int_not_equal(stop.reason, BOARD_SLICE);
    return stop;
}

#endif
