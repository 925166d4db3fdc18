#!/bin/sh
# timeout: 300
# What is told about recoveries: the lines of --stats, `svc status`, the console, and the trace. A crash loop ends in
# "given up", with the rest alive, and can be ended; who asks a service that is given up hears so.
. tests/lib.sh

run() { # OPTION...
    cp "$BUILD/disk.img" "$T/disk.img"
    "$COURIER" run --disk "$T/disk.img" --max-insns 8000000000 --stats "$T/stats" "$@" >"$T/out" 2>"$T/err" </dev/null
}

run --exec 'cp /bin/usertests /tmp/x & svc kill blk; svc crash fs; svc hang tty; wait; cmp /bin/usertests /tmp/x && echo whole'
contains "the copy is whole" "$(cat "$T/out")" whole
same "a line for each episode" 3 "$(grep -c '^episode [123]: ' "$T/err")"
us='[0-9]+\.[0-9][0-9] [um]s'
check "a kill" grep -qE "^episode 1: blk \(incarnation 1\) at 0\.[0-9]{6} s: killed; .*blocked: fs; 1 request delivered again, detected \+0\.00 us, restarted \+$us, answering \+$us\$" "$T/err"
check "a crash" grep -qE '^episode 2: fs \(incarnation 1\) at .*: store page fault at 0x4[0-9a-f]+; ' "$T/err"
check "a hang" grep -qE "^episode 3: tty \(incarnation 1\) at .*: hung; .*detected \+[0-9]{3}\.[0-9]{2} ms" "$T/err"
hang=$(sed -n 's/.*: hung; .*detected +\([0-9]*\)\..*/\1/p' "$T/err")
check "which is found within 0.7 s" test "${hang:-9999}" -lt 700

run --exec 'svc kill rs; svc restart rs; svc kill rs; svc status'
check "of a killed RS svc says the same ..." grep -qE '^rs +up +4 +3 +- +killed' "$T/out"
same "... as the episodes" 3 "$(grep -cE '^episode [123]: rs .* s: killed; ' "$T/err")"

# shellcheck disable=SC2016
run --exec 'i=0; while [ $i -lt 110 ]; do svc kill tty; i=$((i+1)); done'
same "the last hundred, and how many there were" "110 episodes, the last 100:" "$(head -n 1 "$T/err")"
same "no more than that" 101 "$(wc -l <"$T/err" | tr -d ' ')"

# A crash loop: BLK dies whenever it begins.
run --exec 'cp /bin/true /tmp/t; sleep 0; echo; svc crash blk loop; sleep 0.1; svc status; cp /bin/usertests /tmp/x' \
    --exec 'echo alive; svc status; svc crash blk; cksum /bin/grep' --exec 'svc restart blk; cksum /bin/grep; svc status' --trace "$T/trace"
status=$(grep '^blk ' "$T/out")
contains "the console is told" "$(cat "$T/out")" \
    "rs: blk is given up, it died 10 times in a row: instruction page fault at 0x40000000, address 0x40000000; "
# shellcheck disable=SC2016
contains "and how to go on" "$(cat "$T/out")" '`svc restart blk` tries again'
check "status says when it will be tried again" test "$(echo "$status" | head -n 1 | grep -cE '^blk +down .* page fault at 0x40000000, .*, next try in [01]\.[0-9][0-9] s')" -eq 1
check "who waits for it gets an error in the end" grep -q '^cp: .*Input/output error' "$T/out"
check "who asks then, too" grep -q '^sh: cksum: Input/output error' "$T/out"
contains "the rest is alive" "$(cat "$T/out")" "alive"
check "svc status says so, and why" test "$(echo "$status" | sed -n 2p | grep -cE '^blk +given up +11 +10 +- +instruction page fault at 0x40000000')" -eq 1
check "an order to it is refused" grep -q '^svc: blk: Process is dead' "$T/out"
check "it can be started again" test "$(echo "$status" | sed -n 3p | grep -cE '^blk +up .*restarted')" -eq 1
check "and works" grep -qE '^[0-9]+ [0-9]+ /bin/grep' "$T/out"
check "status has the needs" grep -qE '^fs +up .* tty,blk ' "$T/out"
check "the episodes say it" grep -qE '^episode 11: blk .* blocked: fs; .* given up \+[0-9.]* us' "$T/err"
"$COURIER" trace show "$T/trace" >"$T/events" 2>&1
check "the trace, too" grep -q 'blk is given up' "$T/events"
check "the disk is sound" "$FSCK_MINIX" -f "$T/disk.img"

# Without PM no program can be started; the shell lives, says so, and nobody spins.
cp "$BUILD/disk.img" "$T/disk.img"
"$COURIER" run --disk "$T/disk.img" --max-insns 60000000 --stats "$T/stats" --trace "$T/trace" \
    --exec 'svc crash pm loop; sleep 4; echo back' >"$T/out" 2>"$T/err" </dev/null
contains "pm: the console is told" "$(cat "$T/out")" "rs: pm is given up"
contains "pm: the shell lives" "$(cat "$T/out")" "sh: cannot start a process: Process is dead"
contains "pm: who waits for it waits quietly" "$("$COURIER" trace summary "$T/trace" | head -n 2)" "idle 99."
for server in fs tty; do
    cp "$BUILD/disk.img" "$T/disk.img"
    exits "$server: who cannot read or write ends" 1 "$COURIER" run --disk "$T/disk.img" --max-insns 4000000000 \
        --exec "svc crash $server loop; sleep 4; echo back" --exec 'echo more'
    contains "$server: and the run says why" "$(cat "$T/out" "$T/err" 2>/dev/null)" "courier: $server was given up"
done
exits "pm: the shell itself can start it again" 0 "$COURIER" run --disk "$T/disk.img" --max-insns 4000000000 \
    --exec 'svc crash pm loop; sleep 4' --exec 'svc restart pm; echo back' --exec 'svc status'
contains "pm: programs run again" "$(grep '^pm' "$T/out")" restarted
exits "pm: a run without it ends" 1 "$COURIER" run --disk "$T/disk.img" --max-insns 4000000000 --exec 'svc crash pm loop'

# RS in a crash loop: the kernel gives it up, after longer and longer pauses.
run --exec 'svc crash rs loop; svc status; ls /; ps; svc crash blk region; echo alive'
contains "rs: svc says that nobody starts services any more" "$(cat "$T/out")" "svc: rs is given up: it died again and again"
contains "rs: the others live" "$(cat "$T/out")" "home"
check "rs: ps shows it" grep -qE '^ +- +- +- +1 +given up .* rs' "$T/out"
contains "rs: so do programs" "$(cat "$T/out")" "alive"
contains "blk has no region to damage" "$(cat "$T/out")" "svc: blk: it has no state region"
same "rs: its deaths" 11 "$(grep -c '^episode [0-9]*: rs ' "$T/err")"
check "rs: a pause that is twice the one before" grep -qE '^episode 9: rs .* restarted \+6[45][0-9]\.' "$T/err"
check "rs: and the end" grep -qE '^episode 11: rs .* illegal instruction .* given up' "$T/err"

"$COURIER" run --disk "$T/disk.img" --max-insns 4000000000 --exec 'echo marked' --stats /dev/stderr >"$T/both" 2>&1 </dev/null
contains "--stats to a redirected stderr keeps what is there" "$(cat "$T/both")" "echo marked"
contains "and comes behind it" "$(tail -n 1 "$T/both")" "}"
finish
