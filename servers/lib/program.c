/* All words of code and constants, xored: whichever bit flips shows. */
#include "program.h"
#include "service.h"

extern const uint64_t program_text[], program_text_end[]; /* lib/user.ld: whole lines of 64 bytes */
extern const uint64_t program_constants[], program_constants_end[];

static uint64_t *noted;

static uint64_t sum(const uint64_t *p, const uint64_t *end)
{
    uint64_t s = 0;
    for (; p != end; p += 8)
        s ^= p[0] ^ p[1] ^ p[2] ^ p[3] ^ p[4] ^ p[5] ^ p[6] ^ p[7];
    return s;
}

static uint64_t sum_of_program(void)
{
    return sum(program_text, program_text_end) ^ sum(program_constants, program_constants_end) ^
           UINT64_MAX; /* 0 is: not noted yet */
}

void program_note(uint64_t *note)
{
    noted = note;
    if (*note == 0)
        *note = sum_of_program();
}

void program_check(void)
{
    if (sum_of_program() != *noted)
        service_panic("the program is damaged");
}
