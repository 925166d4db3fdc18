/* The right half of a ladder's line. */
#ifndef GRADER_LADDER_H
#define GRADER_LADDER_H

#include <stdio.h>
#include "grader/engine/play.h"

/* What a call was made with, and what came of it: "type 0x5ba1; 702: 0". No line's end. */
void ladder_text(FILE *out, const struct record *r);

#endif
