#!/bin/sh
# `make run` without a terminal: the tour as text. And make knows that nothing is left to be built.
# sanitizers: no
# alone: yes
. tests/lib.sh

exits "make run" 0 make -s run
same "make run: nothing on stderr" "" "$(cat "$T/err")"
same "seven steps" 7 "$(grep -c '^==== Step . of 7: ' "$T/out")"
shows() { grep -qF "$1" "$T/out"; }
check "the tour shows a message" shows 'FS_READ fd=3'
check "the tour kills the file system, which comes back" shows 'fs is back, incarnation 2'
check "and what it interrupted goes on" shows 'the copy is whole'
same "nothing to set up" 0 "$(grep -c '^setup:' "$T/out")"

make all >"$T/again" 2>&1
same "a second make compiles and links nothing" "" "$(grep -E -- ' -o |ar rcs' "$T/again")"
finish
