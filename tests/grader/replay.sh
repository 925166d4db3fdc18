#!/bin/sh
# A failed case once more: with its trace on a file, and in the dashboard, which opens where the rule broke.
# timeout: 300
# sanitizers: no
. tests/lib.sh
. tests/screen.sh

GRADE=${GRADE:-build/grade}
LAB=rendezvous CASE=any-in-order
mkdir "$T/in"
check "the untouched handout is graded" "$GRADE" run --lab $LAB --submission @handout --format json --out "$T/r.json"
same "... and fails the case" failed "$(jq -r ".cases[] | select(.name == \"$CASE\").status" "$T/r.json")"
rule=$(jq -r ".cases[] | select(.name == \"$CASE\").rule" "$T/r.json")

# ---- without a terminal --------------------------------------------------------------------------------

exits "the trace on a file" 0 timeout 60 "$GRADE" replay "$T/r.json" $CASE --trace "$T/t.pcapng"
contains "... the verdict is the same" "$(cat "$T/out")" "broken rule: $rule"
contains "... and how to look at it" "$(tail -n 1 "$T/out")" "build/courier dash $T/t.pcapng --at "
contains "... the trace says it, too" "$($COURIER trace show "$T/t.pcapng" | tail -n 1)" "operator: broken: ${rule% (run *}" # of one run, so it does not say which
exits "once more" 0 timeout 60 "$GRADE" replay "$T/r.json" $CASE --trace "$T/again.pcapng"
check "... byte for byte the same events" "$COURIER" trace diff "$T/t.pcapng" "$T/again.pcapng"
refuses "without a trace" 2 "$GRADE" replay "$T/r.json" $CASE
refuses "no such case" 1 "$GRADE" replay "$T/r.json" nothing --trace "$T/x"
refuses "no such result" 1 "$GRADE" replay "$T/nothing.json" $CASE --trace "$T/x"
refuses "no result at all" 2 "$GRADE" replay
refuses "not a result" 1 "$GRADE" replay Makefile $CASE --trace "$T/x"

# ---- whose submission it was -----------------------------------------------------------------------------

mkdir "$T/in/jane"
cp kernel/ipc.c "$T/in/jane/"
echo '/* changed */' >>"$T/in/jane/ipc.c"
"$GRADE" batch --lab $LAB --submissions "$T/in" --out "$T/o" >"$T/out" 2>&1
exits "of a batch the submission is found" 0 timeout 60 "$GRADE" replay "$T/o/reports/jane.json" $CASE --trace "$T/t.pcapng"
contains "... a case that passed can be seen, too" "$(cat "$T/out")" "$CASE: passed"
cp "$T/o/reports/jane.json" "$T/"
refuses "away from the batch it is not" 1 "$GRADE" replay "$T/jane.json" $CASE --trace "$T/x"
contains "... and the way out is named" "$(cat "$T/err")" "--submission"
exits "... when it is told" 0 timeout 60 "$GRADE" replay "$T/jane.json" $CASE --trace "$T/x" --submission "$T/in/jane"
refuses "a trace in place of the submission" 2 "$GRADE" replay "$T/o/reports/jane.json" $CASE --trace "$T/in/jane/ipc.c"
refuses "... of the result" 2 "$GRADE" replay "$T/o/reports/jane.json" $CASE --trace "$T/o/reports/jane.json"
check "... which is still one" jq -e .lab "$T/o/reports/jane.json"
echo '/* and again */' >>"$T/in/jane/ipc.c"
refuses "it has changed since" 1 "$GRADE" replay "$T/o/reports/jane.json" $CASE --trace "$T/x"

# ---- in the dashboard --------------------------------------------------------------------------------------

mkdir "$T/tmp"
start 100 30 "env LC_ALL=C.UTF-8 TERM=xterm-256color TMPDIR=$T/tmp $GRADE replay $T/r.json $CASE"
sees "the dashboard opens" " FILE "
sees "... where the rule broke" "broken: "
keys q
sees "q ends it" "status=0"
same "nothing is left" "" "$(ls -A "$T/tmp")"

# As a student does it.
start 100 30 "env LC_ALL=C.UTF-8 TERM=xterm-256color TMPDIR=$T/tmp make -s replay LAB=$LAB CASE=$CASE"
sees "make replay: the dashboard opens" " FILE "
keys q
sees "make replay: q ends it" "status=0"
finish
