#!/bin/sh
# timeout: 60
# --trace: a pcapng file, equal to the byte for equal runs, that costs the guest nothing.
. tests/lib.sh

run() { # ARGUMENTS...
    cp "$BUILD/disk.img" "$T/disk"
    "$COURIER" run --disk "$T/disk" --max-insns 4000000000 "$@" --exec 'ls /; svc kill fs; cat /etc/motd'
}
word() { # FILE OFFSET: four bytes, little-endian
    od -An -tu4 -j "$2" -N 4 "$1" | tr -d ' '
}

exits "a traced run" 0 run --trace "$T/a.pcapng" --stats "$T/a"
exits "another" 0 run --trace "$T/b.pcapng" --stats "$T/b"
exits "and one without" 0 run --stats "$T/c"
check "two traces are equal to the byte" cmp "$T/a.pcapng" "$T/b.pcapng"
for f in a b c; do jq 'del(.host_ns)' "$T/$f" >"$T/$f.json"; done
check "a trace costs the guest nothing" cmp "$T/a.json" "$T/c.json"

same "it begins with a section header" 168627466 "$(word "$T/a.pcapng" 0)" # 0x0a0d0d0a
same "in this byte order" 439041101 "$(word "$T/a.pcapng" 8)"              # 0x1a2b3c4d
same "then one interface" 1 "$(word "$T/a.pcapng" 28)"
same "of type USER0" 147 "$(word "$T/a.pcapng" 36)"

# Walks the blocks: every length stands at both ends, every sequence number follows the last.
od -An -v -tu4 -w4 "$T/a.pcapng" | awk '
    { w[NR - 1] = $1 }
    END {
        for (at = 0; at < NR; at += n) {
            n = w[at + 1] / 4
            if (n < 3 || w[at + n - 1] != w[at + 1]) { print "bad block"; exit }
            if (w[at] == 6 && w[at + 7 + 4] != ++events) { print "gap"; exit }
            if (w[at] == 5) { received = w[at + 6]; dropped = w[at + 9] }
        }
        print (events > 1000) ? "many" : "few", received - events, dropped
    }' >"$T/walk"
same "blocks are whole, no event is missing, the statistics say so" "many 0 0" "$(cat "$T/walk")"

refuses "a trace that cannot be created" 1 run --trace /nonexistent/t.pcapng
exits "a full disk" 1 run --trace /dev/full
contains "is said" "$(cat "$T/err")" "incomplete"
finish
