#!/bin/sh
# `make run` without a terminal: boots, makes a short tour, powers off. And make knows that nothing
# is left to be built.
# sanitizers: no
. tests/lib.sh

exits "make run" 0 make -s run
same "make run: nothing on stderr" "" "$(cat "$T/err")"
shows() { grep -qE "$1" "$T/out"; }
check "the tour lists the root directory" shows '^bin +dev +etc'
check "the tour counts words" shows '^ +1 +5 +29'
check "the tour kills the file system, which comes back" shows '^fs +up +2 +1 '
check "and reads a file then" shows '^Courier: '
same "nothing to set up" 0 "$(grep -c '^setup:' "$T/out")"

make all >"$T/again" 2>&1
same "a second make compiles and links nothing" "" "$(grep -E -- ' -o |ar rcs' "$T/again")"
finish
