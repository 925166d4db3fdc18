#!/bin/sh
# tools/lines counts what is left without comments and blanks, and enforces a limit.
. tests/lib.sh

mkdir "$T/src"
cat >"$T/src/a.c" <<'END'
/* a block
   over lines */ // and a line

int a; // counted 1
/* before */ int b; /* after */
char *s = "/* not a comment";
char *t = "// nor \" this"; /* but this
is */ char q = '"'; // 5
// continued \
   int still_comment;
int c = 4 /*
*/ / 2; /**/
END
cat >"$T/src/b.S" <<'END'
# a comment
#include "x.h"
  #define Y 1 // counted 2
    li a0, 1 # counted 3
    // nothing
    .string "#" /* counted 4 */
END
printf '\n\n' >"$T/src/empty.h"

counted() { tools/lines "$T/src" | awk -v file="$1" '$2 ~ file { print $1 }'; }
same "C" 7 "$(counted 'a[.]c')"
same "assembly" 4 "$(counted 'b[.]S')"
same "a file of blanks" 0 "$(counted 'empty[.]h')"
same "the sum" "    11  $T/src in all, of at most 11" "$(tools/lines "$T/src" 11 | tail -n 1)"
exits "at the limit" 0 tools/lines "$T/src" 11
exits "above the limit" 1 tools/lines "$T/src" 10
refuses "no directory" 2 tools/lines
refuses "not a directory" 2 tools/lines "$T/nowhere"
finish
