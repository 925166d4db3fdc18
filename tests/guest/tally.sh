#!/bin/sh
# timeout: 400
# The example of docs/state-regions.md: a server of one's own, added to the system as a student would, keeps its numbers through
# kills, crashes and hangs. A request that kills it three times is refused, and what it changed is undone.
. tests/lib.sh

mkdir "$T/tree"
cp -R Makefile kernel servers include lib user tools "$T/tree"
if [ -d .deps ]; then ln -s "$PWD/.deps" "$T/tree/.deps"; fi
exits "the example is installed" 0 docs/tally/install "$T/tree"
exits "and builds" 0 make -C "$T/tree" CROSS="$CROSS" build/courier.elf build/bin/tally
exits "twice is too much" 1 docs/tally/install "$T/tree"
"$MKDISK" -o "$T/disk.img" --root user/root "$BUILD"/bin/* "$T/tree/build/bin/tally"

run() { # LINE: its output in $T/out
    timeout 60 "$COURIER" run --kernel "$T/tree/build/courier.elf" --disk "$T/disk.img" --max-insns 4000000000 \
        --trace "$T/trace" --stats "$T/stats" --exec "$1" 2>"$T/err" </dev/null | tr -d '\r' | sed '1,3d' >"$T/out"
}

run 'tally add a 3; tally add a 4; svc kill tally; tally get a; svc crash tally; tally add a 1; svc hang tally; tally get a'
same "its numbers outlive it" "3 7 7 8 8" "$(grep -v '^\$' "$T/out" | tr '\n' ' ' | sed 's/ $//')"
run 'for i in 1 2 3 4 5 6 7 8 9; do tally add a 1 & svc kill tally; wait; done >/dev/null; tally get a'
same "nothing is counted twice, nothing is lost" 9 "$(grep -E '^[0-9]+$' "$T/out")"

run 'tally add a 5; tally bug a; tally get a; svc status'
contains "a request that kills it three times is refused" "$(cat "$T/out")" "tally: a: Request crashed its server"
contains "the console says which" "$(cat "$T/out")" "rs: tally died three times of the same request (type 0x1202 of tally): it is refused"
same "and nothing of it remains" 5 "$(grep -E '^[0-9]+$' "$T/out" | tail -n 1)"
check "the server is up" grep -qE '^tally +up +4 +3 ' "$T/out"
"$COURIER" trace show "$T/trace" >"$T/events"
check "the trace has it" grep -qE 'tally > tally#3 +0x1202 .*failed -> EFAULTED' "$T/events"
contains "in words, too" "$(cat "$T/events")" "tally died three times of tally's request: EFAULTED"
contains "and the statistics" "$(cat "$T/err")" "one answered EFAULTED"

run 'for i in 1 2 3 4 5 6 7 8 9; do tally bug a; done; tally add a 1; svc status'
same "each of many such requests is refused" 9 "$(grep -c 'Request crashed its server' "$T/out")"
check "for that, nobody is given up" grep -qE '^tally +up +28 +27 ' "$T/out"

run 'tally add a 5; svc crash tally region; tally get a; svc status'
contains "a damaged region is reported" "$(cat "$T/out")" "rs: the state region of tally is damaged (canary): it starts empty"
contains "and the server starts empty" "$(cat "$T/out")" "tally: a: No such file or directory"
check "status knows" grep -q '^tally .*state region damaged, started empty' "$T/out"
finish
