/*
 * Holes in sources. The working tree carries the solutions between marker lines, and a stub as a comment:
 *
 *     //LAB rendezvous            begins what only the solution has; several labs' names may stand here
 *     ...
 *     //LAB else                  the stub, if there is one: each of its lines is a comment
 *     //| return fail(p, call, peer, -ENOSYS);
 *     //LAB end
 *
 * A marker may be indented, stands alone on its line, and works in any text: C, assembly, documents. Holes may nest.
 */
#ifndef GRADER_MARKER_H
#define GRADER_MARKER_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The text as `lab`'s students get it: its holes hold their stubs, other labs' holds the solutions, and no marker is left.
 * `holes`, if not NULL, becomes the number of the lab's holes. The result is allocated, ends with a zero that `*size` does not
 * count, and is the caller's. NULL: one line in `why` about the markers ("line 7: ..."), or about memory.
 */
char *marker_strip(const char *text, size_t bytes, const char *lab, size_t *size, unsigned *holes,
                   char *why, size_t why_size);

#endif
