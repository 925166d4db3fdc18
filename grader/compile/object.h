/*
 * Is a compiled file what the compiler makes of plain C, and nothing that could do more than be linked: no section that the link
 * script gives a meaning of its own, no start-up tables, no tricks with symbols.
 */
#ifndef GRADER_OBJECT_H
#define GRADER_OBJECT_H

#include <stdbool.h>
#include <stddef.h>

#define OBJECT_MEMORY (4u << 20) /* bytes that a student's file may occupy in memory */

/*
 * Checks the bytes of an ELF64 relocatable file for RISC-V. They are not trusted in any way. False: one line in `why`,
 * in words for the student.
 */
bool object_check(const void *bytes, size_t size, char *why, size_t why_size);

#endif
