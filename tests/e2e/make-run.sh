#!/bin/sh
# `make run` without a terminal: boots, makes a short tour, powers off. And make knows that nothing
# is left to be built.
# sanitizers: no
. tests/lib.sh

exits "make run" 0 make -s run
same "make run: nothing on stderr" "" "$(cat "$T/err")"
shown=$(cat "$T/out")
contains "the tour lists the root directory" "$shown" "bin"
contains "the tour counts words" "$shown" "6"
contains "the tour kills the file system, and reads a file afterwards" "$shown" "Courier"
same "nothing to set up" 0 "$(grep -c '^setup:' "$T/out")"

make all >"$T/again" 2>&1
same "a second make compiles and links nothing" "" "$(grep -E -- ' -o |ar rcs' "$T/again")"
finish
