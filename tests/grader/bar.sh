#!/bin/sh
# A batch on a terminal: a bar while it works, Ctrl-C, and going on.
# timeout: 200
# sanitizers: no
. tests/lib.sh
. tests/screen.sh

GRADE=${GRADE:-build/grade}
for student in ann bob eve; do
    mkdir -p "$T/in/$student"
    cp kernel/ipc.c "$T/in/$student/"
done
batch="$GRADE batch --lab rendezvous --submissions $T/in --out $T/o --jobs 1"

start 100 24 "$batch"
sees "a bar" "] 1 of 3, "
keys C-c
sees "Ctrl-C ends it" "the same command goes on"
sees "... with its status" "status=130"
loses "... and the bar is gone" "] 1 of 3"
same "nothing runs any more" "" "$(pgrep -f "$T" || true)"
same "no half is left" "reports stamp submissions" "$(cd "$T/o" && echo *)"
keys "$batch; echo status=\$?" Enter
sees "it goes on" "kept from before, 0 without a grade"
sees "... to its end" "status=0"
loses "... where there is no bar" "[#"
kept=$(screen | grep -o '[0-9]* kept from before')
check "what was finished was kept" [ "${kept%% *}" -ge 1 ]
exits "no terminal" 0 sh -c "$batch"
same "... no bar" "" "$(cat "$T/err")"
finish
