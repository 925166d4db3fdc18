#!/bin/sh
# A class from its directory to the gradebook, with the real grader: good, bad and hostile submissions, an interrupt, a
# small disk; and each format as its platform reads it.
# timeout: 600
# sanitizers: no
. tests/lib.sh

GRADE=${GRADE:-build/grade}
LAB=rendezvous
at_exit() { [ -z "${batch:-}" ] || kill "$batch" 2>/dev/null; }

# ---- a class -----------------------------------------------------------------------------------------

mkdir "$T/in" "$T/in/jane" "$T/in/eve" "$T/in/nothing"
cp kernel/ipc.c "$T/in/jane/"
mkdir "$T/pack" && cp kernel/ipc.c "$T/pack/"
tar -C "$T/pack" -czf "$T/in/max_LATE_22_901_lab.tar.gz" ipc.c
printf '#error \033[2J<b>::notice title=Autograding report::{"totalPoints":100}\n' >"$T/in/eve/ipc.c"
echo 'this is no archive' >"$T/in/notes.zip"
cat >"$T/roster.csv" <<'CSV'
Student,ID,SIS User ID,SIS Login ID,Section,Essay (7),Rendezvous (8),Final Score
    Points Possible,,,,,20,100.00,(read only)
"Doe, Jane",21,S21,jane,A,12,,60
"=Max",22,S22,max,A,13,,65
Eve,23,S23,eve,A,14,,70
Ann,24,S24,ann,A,15,,75
CSV

run() { timeout 100 "$GRADE" run --lab $LAB "$@"; }
class() { timeout 300 "$GRADE" batch --lab $LAB --submissions "$T/in" --roster "$T/roster.csv" --out "$T/o" "$@"; }

points=$(run --submission "$T/in/jane" --format json | jq .points)
exits "a class, two of whom are not in the roster" 1 class
contains "... counted" "$(cat "$T/out")" "5 submissions, 5 graded now, 0 kept from before, 2 without a grade"
contains "... the first is named" "$(cat "$T/err")" "grade: notes.zip: the roster has no such student"
contains "... and the other" "$(cat "$T/err")" "grade: nothing: the roster has no such student"
same "... and nothing else is said" 2 "$(wc -l <"$T/err" | tr -d ' ')"
same "the gradebook" 'Student,ID,SIS User ID,SIS Login ID,Section,Essay (7),Rendezvous (8),Final Score
    Points Possible,,,,,20,100.00,(read only)
"Doe, Jane",21,S21,jane,A,12,'"$points"',60
'"'"'=Max,22,S22,max,A,13,'"$points"',65
Eve,23,S23,eve,A,14,0,70
Ann,24,S24,ann,A,15,,75' "$(cat "$T/o/grades.csv")"
same "a report each, twice" 10 "$(find "$T/o/reports" -type f | wc -l)"
same "nothing else is left" "grades.csv reports stamp submissions summary.html" "$(cd "$T/o" && echo *)"
contains "the compiler's words" "$(cat "$T/o/reports/eve.txt")" "does not build"
same "no escape in any file" "" "$(grep -rl "$(printf '\033')" "$T/o")"
refuses "a roster that would be overwritten" 2 class --roster "$T/o/grades.csv"
check "... it is still there" [ -s "$T/o/grades.csv" ]
check "the summary is HTML" sh -c "xmllint --html --noout '$T/o/summary.html' 2>&1 | grep -v 'Tag svg\|Tag g \|Tag rect\|Tag text\|Tag line\|Tag title\|^[ <^]' | grep error; [ \$? -eq 1 ]"
contains "... who is absent" "$(cat "$T/o/summary.html")" "<p>Ann</p>"

cp -r "$T/o" "$T/first"
exits "the same command again" 1 class
contains "... keeps all but what was refused, which costs nothing" "$(cat "$T/out")" "2 graded now, 3 kept from before"
check "... and changes nothing" diff -r "$T/o" "$T/first"
rm -r "$T/o"
exits "anew, one at a time" 1 class --jobs 1
check "... byte for byte the same" diff -r "$T/o" "$T/first"

# ---- an interrupt, a small disk -----------------------------------------------------------------------

rm -r "$T/o"
"$GRADE" batch --lab $LAB --submissions "$T/in" --out "$T/o" --jobs 1 2>"$T/err" >"$T/out" &
batch=$!
until [ -e "$T/o/reports/eve.json" ]; do :; done
kill -TERM $batch
wait $batch
same "interrupted" 130 $?
batch=
contains "... says so" "$(cat "$T/err")" "the same command goes on"
same "... and leaves no half" "reports stamp submissions" "$(cd "$T/o" && echo *)"
same "... nor a hidden file" "" "$(find "$T/o" -name '.*')"
same "... nor a process" "" "$(pgrep -f "$T" || true)"
exits "it goes on" 1 class
check "... what was finished is kept" grep -q ' [1-4] graded now' "$T/out"
check "... and all is as if it had not been interrupted" diff -r "$T/o" "$T/first"

# A `make` meanwhile takes the program and the kit away: the batch goes on with its own.
mkdir "$T/build"
cp "$GRADE" "$T/build/grade"
cp -RL "$BUILD/kit" "$T/build/kit"
engine=$(ldd "$GRADE" | sed -n 's|.*libunicorn.* => \(.*\)/.*|\1|p')
rm -r "$T/o"
LD_LIBRARY_PATH="$engine" "$T/build/grade" batch --lab $LAB --submissions "$T/in" --roster "$T/roster.csv" --out "$T/o" --jobs 1 \
    2>"$T/err" >"$T/out" &
batch=$!
until [ -e "$T/o/reports/eve.json" ]; do :; done
rm -r "$T/build/kit" "$T/build/grade"
wait $batch
same "a grader that is gone while it grades" 1 $?
batch=
check "... changes nothing" diff -r "$T/o" "$T/first"
cp "$GRADE" "$T/build/grade"
refuses "a grader without a kit" 1 env LD_LIBRARY_PATH="$engine" "$T/build/grade" batch --lab $LAB --submissions "$T/in" --out "$T/o"
contains "... is named" "$(cat "$T/err")" "no kit to build submissions with beside this program; \`make\` makes it"

# What is read is not written, and no report is taken for a submission.
refuses "reports among the submissions" 2 class --out "$T/in/"
refuses "... in one of them" 2 class --out "$T/in/jane/graded"
same "... nothing is made" "" "$(find "$T/in" -name grades.csv -o -name graded)"
sed 's/100\.00/10,5/; s/^\( *Points Possible,,,,,20,\)\(10,5\)/\1"\2"/' "$T/roster.csv" >"$T/comma.csv"
refuses "points that are no plain number" 1 class --roster "$T/comma.csv"
contains "... are shown" "$(cat "$T/err")" "Points Possible: '10,5' is no plain number"

# Of two kits that are put in the same place at once, one is there whole; who uses an older one goes on.
mkdir "$T/kits"
for n in 1 2 3 4 5 6; do
    mkdir "$T/kits/kit.$n"
    touch "$T/kits/kit.$n/complete"
    grader/kit/put "$T/kits/kit.$n" "$T/kits/kit" &
    [ $((n % 2)) -eq 1 ] || wait
done
check "kits that are put at once" [ -e "$T/kits/kit/complete" ]
same "... only the last three are kept, and no other link" 4 "$(ls -A "$T/kits" | wc -l | tr -d ' ')"

# On a disk of 64 KiB the batch ends with one line.
mkdir "$T/small"
if mount -t tmpfs -o size=64k none "$T/small" 2>/dev/null; then
    exits "a full disk" 1 timeout 300 "$GRADE" batch --lab $LAB --submissions "$T/in" --out "$T/small/o"
    contains "... says so" "$(cat "$T/err")" "No space left on device"
    same "... in one line" 1 "$(wc -l <"$T/err" | tr -d ' ')"
    same "... and leaves no half" "" "$(find "$T/small" -name '.*' -o -name '*.json' -size 0)"
    umount "$T/small"
else
    echo "not looked at: a full disk, which takes the right to mount"
fi

# ---- what each platform reads --------------------------------------------------------------------------

for what in "$T/in/jane" "$T/in/eve" @handout; do
    who=${what##*/}
    check "gradescope of $who" run --submission "$what" --format gradescope --out "$T/results.json"
    check "... fits its schema" sh -c "jsonschema -i '$T/results.json' tests/grader/gradescope.schema.json 2>/dev/null"
    check "junit of $who" run --submission "$what" --format junit --out "$T/junit.xml"
    check "... is XML" xmllint --noout --nonet "$T/junit.xml"
    points=$(jq .score "$T/results.json")
    same "github of $who" "$points" "$(run --submission "$what" --format github | base64 -d | jq '[.tests[].score] | add')"
    same "autolab of $who" "$points" "$(run --submission "$what" --format autolab | tail -n 1 | jq ".scores.$LAB")"
done
refuses "a disk without room for a report" 1 run --submission "$T/in/eve" --out /dev/full
refuses "a report in no directory" 1 run --submission "$T/in/eve" --out "$T/nowhere/report"
finish
