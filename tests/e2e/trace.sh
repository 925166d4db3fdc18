#!/bin/sh
# timeout: 120
# --trace: a pcapng file, equal to the byte for equal runs, that costs the guest nothing and loses nothing; on a full disk and of a
# killed run, too. `courier trace diff` names where two runs part.
. tests/lib.sh

run() { # ARGUMENTS...
    cp "$BUILD/disk.img" "$T/disk"
    "$COURIER" run --disk "$T/disk" --max-insns 4000000000 "$@"
}
SESSION='ls /; svc kill fs; cat /etc/motd; echo hi >/tmp/x'

# ---- watching changes nothing

exits "a traced run" 0 run --trace "$T/a.pcapng" --stats "$T/a" --exec "$SESSION"
mv "$T/disk" "$T/disk.a"
exits "another" 0 run --trace "$T/b.pcapng" --stats "$T/b" --exec "$SESSION"
exits "and one without" 0 run --stats "$T/c" --exec "$SESSION"
check "two traces are equal to the byte" cmp "$T/a.pcapng" "$T/b.pcapng"
for f in a b c; do jq 'del(.host_ns)' "$T/$f" >"$T/$f.json"; done
check "a trace costs the guest nothing: counts and final RAM are the same" cmp "$T/a.json" "$T/c.json"
check "the RAM was looked at" jq -e '.ram_hash | test("^[0-9a-f]{16}$")' "$T/a"
check "the disk is the same" cmp "$T/disk.a" "$T/disk"
exits "another seed" 0 run --seed 2 --stats "$T/d" --exec "$SESSION"
check "gives another RAM" [ "$(jq .ram_hash "$T/a")" != "$(jq .ram_hash "$T/d")" ]

# ---- the file

# Walks the blocks: every length stands at both ends, every sequence number follows the last.
walk() { # FILE
    od -An -v -tu4 -w4 "$1" | awk '
    { w[NR - 1] = $1 }
    END {
        for (at = 0; at < NR; at += n) {
            n = w[at + 1] / 4
            if (n < 3 || w[at + n - 1] != w[at + 1]) { print "bad block"; exit }
            if (w[at] == 6 && w[at + 7 + 4] != ++events) { print "gap"; exit }
            if (w[at] == 5) { counted = w[at + 6] == events; dropped = w[at + 9] }
        }
        print (events > 1000) ? "many" : "few", counted, dropped
    }'
}
same "blocks are whole, no event is missing, the statistics say so" "many 1 0" "$(walk "$T/a.pcapng")"

packets() { # FILE: how many tshark sees
    tshark -r "$1" -T fields -e frame.number 2>"$T/err" | tail -n 1
}
events=$(packets "$T/a.pcapng")
check "tshark reads all of it" [ "$events" -gt 4000 ]
contains "a trace says what wrote it" "$(capinfos "$T/a.pcapng" 2>&1)" "courier $("$COURIER" --version | sed 's/courier \([^ ]*\) .*/\1/')"
contains "its times are in order" "$(capinfos -o "$T/a.pcapng" 2>&1)" "True"
editcap -r "$T/a.pcapng" "$T/edited.pcapng" 100-200 500-600 >"$T/out" 2>&1
same "tools can cut it" 202 "$(packets "$T/edited.pcapng")"

# ---- differences

exits "equal traces" 0 "$COURIER" trace diff "$T/a.pcapng" "$T/b.pcapng"
same "are the same events" "the same $events events" "$(cat "$T/out")"
exits "another session" 0 run --trace "$T/c.pcapng" --exec 'ls /; svc kill tty; cat /etc/motd'
exits "differs" 1 "$COURIER" trace diff "$T/a.pcapng" "$T/c.pcapng"
check "in one event" grep -qE '^event [0-9]+ differs, at 0\.[0-9]{9} s$' "$T/out"
contains "after a message" "$(cat "$T/out")" "last common message: event"
same "times are in seconds" "" "$(grep -E 'time 0x' "$T/out")"
head -c 200000 "$T/a.pcapng" >"$T/cut.pcapng"
exits "half a trace differs" 1 "$COURIER" trace diff "$T/cut.pcapng" "$T/a.pcapng"
contains "by its end" "$(cat "$T/out")" "cut.pcapng: ends before it"
contains "which is said" "$(cat "$T/err")" "ends in the middle of a block, at byte 200000"
refuses "no trace" 2 "$COURIER" trace diff "$T/a.pcapng" "$T/disk"
refuses "no file" 2 "$COURIER" trace diff "$T/nowhere" "$T/a.pcapng"
exits "from a pipe" 0 sh -c "'$COURIER' trace diff - '$T/a.pcapng' <'$T/b.pcapng'"

# ---- files that cannot be written

refuses "a trace that cannot be created" 1 run --trace /nonexistent/t.pcapng --exec true
exits "a full disk from the first byte" 1 run --trace /dev/full --exec "$SESSION"
same "is said in one line" "courier: /dev/full: the trace is incomplete: No space left on device" "$(cat "$T/err")"

# A limit on the size of files is a disk that fills up; it is larger than the disk image.
limited() (
    ulimit -f 40000
    run "$@"
)
exits "a disk that fills up" 1 limited --trace "$T/full.pcapng" --stats "$T/d" --exec ipcbench
same "is said in one line, too" 1 "$(wc -l <"$T/err" | tr -d ' ')"
contains "that names the file" "$(cat "$T/err")" "full.pcapng: the trace is incomplete: "
same "what was written is whole" "many  " "$(walk "$T/full.pcapng")"
check "and is most of what there is room for" [ "$(wc -c <"$T/full.pcapng")" -gt 20479000 ]
exits "without the limit" 0 run --trace "$T/whole.pcapng" --stats "$T/e" --exec ipcbench
check "the run goes on longer: it was stopped" [ "$(jq .instructions "$T/d")" -lt "$(jq .instructions "$T/e")" ]
exits "and the rest is there" 1 "$COURIER" trace diff "$T/full.pcapng" "$T/whole.pcapng"
contains "for what was written is right" "$(cat "$T/out")" "full.pcapng: ends before it"

# ---- a run that is ended from outside

# ended SIGNAL FILE: a traced run that waits for more to be typed gets the signal; leaves its exit status in $status.
mkfifo "$T/keys"
ended() {
    : >"$T/out"
    cp "$BUILD/disk.img" "$T/disk"
    "$COURIER" run --disk "$T/disk" --headless --pace fast --trace "$2" --stats "$T/stats" <"$T/keys" >"$T/out" 2>"$T/err" &
    pid=$!
    exec 3>"$T/keys"
    echo 'echo begun' >&3
    until grep -q begun "$T/out" && [ "$(wc -c <"$2")" -gt 300000 ]; do kill -0 "$pid" || break; done
    kill -s "$1" "$pid"
    wait "$pid" 2>/dev/null
    status=$?
    exec 3>&-
}
at_exit() { kill -9 "$pid" 2>/dev/null; }
ended KILL "$T/killed.pcapng"
same "of a killed run the file is whole as far as it goes" "many  " "$(walk "$T/killed.pcapng")"
ended TERM "$T/ended.pcapng"
same "SIGTERM ends a run, with its status" 143 "$status"
same "and the file is complete" "many 1 0" "$(walk "$T/ended.pcapng")"
check "the statistics, too" jq -e '.instructions > 1000000' "$T/stats"
"${CROSS}objcopy" --remove-section .courier.probes "$BUILD/courier.elf" "$T/silent.elf"
exits "a kernel without probes is traced" 0 run --kernel "$T/silent.elf" --trace "$T/silent.pcapng"
contains "and that is said" "$(cat "$T/err")" "has no probes"

finish
