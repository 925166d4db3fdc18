#!/bin/sh
# The grader from end to end, with the sanitizers if that is what is tested (make test SAN=1): in its sandbox and without, one and a class.
# timeout: 300
. tests/lib.sh

GRADE=$(dirname "$COURIER")/grade
unset LSAN_OPTIONS # what is known to leak the program knows itself: no environment reaches the sandbox
grade() { timeout 100 "$GRADE" run --lab rendezvous --seed 3 --name x "$@"; }

exits "in the sandbox" 0 grade --submission @reference
same "... all points" "100 of 100 points" "$(tail -n 1 "$T/out")"
same "... and nothing else is said" "" "$(cat "$T/err")"
mv "$T/out" "$T/first"
exits "without it" 0 grade --submission @reference --no-sandbox
check "... the same report" cmp "$T/first" "$T/out"
same "... and nothing else is said" "" "$(cat "$T/err")"
exits "a handout that fails" 0 grade --submission @handout
mkdir -p "$T/in/jane" "$T/in/eve"
cp kernel/ipc.c "$T/in/jane/"
echo '#error' >"$T/in/eve/ipc.c"
exits "a class" 0 timeout 200 "$GRADE" batch --lab rendezvous --submissions "$T/in" --out "$T/o"
same "... and nothing else is said" "" "$(cat "$T/err")"
exits "a case again" 0 timeout 100 "$GRADE" replay "$T/o/reports/jane.json" source --trace "$T/trace.pcapng"
finish
