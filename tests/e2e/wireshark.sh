#!/bin/sh
# timeout: 120
# The dissector in the real tshark: names, fields, links and latencies of a trace, from a file and as it is
# written; damaged packets; a type that is added to a header.
# sanitizers: no
. tests/lib.sh

export HOME="$T" XDG_CONFIG_HOME="$T" # no one's own profile
cp "$BUILD/courier.lua" "$T/courier.lua"
chmod 755 "$T"
# From version 4.4 on, Wireshark runs no Lua for root.
AS=
[ "$(id -u)" -ne 0 ] || AS="setpriv --reuid 65534 --regid 65534 --clear-groups"
tshark_lua() { # ARGUMENTS...
    $AS tshark -n -X "lua_script:$T/courier.lua" "$@"
}
run() { # ARGUMENTS...
    cp "$BUILD/disk.img" "$T/disk"
    "$COURIER" run --disk "$T/disk" --max-insns 4000000000 "$@" \
        --exec 'ls /; cat /nowhere; svc kill fs; cat /etc/motd; demo deadlock; svc kill pm; ls' >"$T/console" 2>&1
}
shark() { # ARGUMENTS...: of $T/t.pcapng, with the dissector
    tshark_lua -r "$T/t.pcapng" "$@" 2>>"$T/shark.err"
}
info() { # FILTER: the first packet's source, destination, information
    shark -Y "$1" -c 100000 -T fields -e _ws.col.Source -e _ws.col.Destination -e _ws.col.Info | head -n 1 | tr '\t' ' '
}
matches() { # NAME TEXT PATTERN (extended, of the whole)
    if printf '%s\n' "$2" | grep -qxE -e "$3"; then ok "$1"; else not_ok "$1" "'$2' is not $3"; fi
}

check "a traced run" run --trace "$T/t.pcapng"

# ---- one packet: names, fields, the words of the info column ----
matches "names of processes and a message in words" "$(info 'courier.fs_read.fd == 0 && courier.kind == "request" && courier.src == "sh"')" \
    'sh 17\.1 fs FS_READ fd=0 grant=[0-9]+ bytes=4096'
same "a type by name, an error by name" "fs cat FS_OPEN ENOENT" "$(shark -T fields -e courier.src -e courier.dst -e courier.type -e courier.error \
    -Y 'courier.kind == "reply" && courier.type == "FS_OPEN" && courier.dst == "cat" && courier.error' |
    sed 's/0x00000300/FS_OPEN/' | tr '\t' ' ')"
same "a field of a message by name" "$(shark -T fields -e courier.fs_open.path_bytes -Y 'courier.kind == "request" && courier.src == "ls" && courier.fs_open.path' | head -n 1)" 1
matches "a call names itself and its flags" "$(info 'courier.operation == "call" && courier.call.nonblock == 1')" '.* call IPC_[A-Z]+ nonblock.*'
matches "a kernel call" "$(info 'courier.call == "K_COPY" && courier.src == "tty"')" 'tty kernel call K_COPY'
matches "a notification by its bits" "$(info 'courier.kind == "notify" && courier.operation == "deliver" && courier.dst == "blk"')" \
    'kernel blk MSG_NOTIFY irq[0-9]+'
matches "what a process waits in" "$(info 'courier.operation == "block" && courier.src == "pm"')" 'pm fs waits, sending'
matches "a system call as the board saw it" "$(info 'courier.operation == "trap" && courier.t0 == 3')" 'user kernel trap: IPC_SENDREC to [a-z]+: .*'
matches "the way back" "$(info 'courier.operation == "return"')" 'kernel user return to 0x4[0-9a-f]+'
matches "registers and the address space" "$(shark -T fields -e courier.t0 -e courier.satp -Y 'courier.operation == "trap" && courier.t0 == 3' | head -n 1)" \
    '0x0{15}3.0x8[0-9a-f]{15}'
matches "a death" "$(info 'courier.operation == "crash"')" 'fs +died: ended by its manager at 0x4[0-9a-f]+'
same "the next incarnation" "fs  incarnation 2" "$(info 'courier.operation == "restart" && courier.incarnation == 2')"
same "a program starts" "17.1 sh" "$(shark -T fields -e courier.source -e courier.name -Y 'courier.operation == "exec" && courier.name == "sh"' | head -n 1 |
    sed 's/^529/17.1/' | tr '\t' ' ')"
contains "what the guest wrote" "$(info 'courier.console contains "cat: "')" 'guest console console: cat: /nowhere'

same "an error as a number" "$(shark -Y 'courier.error && courier.kind == "reply"' | wc -l)" "$(shark -Y 'courier.status < 0 && courier.kind == "reply"' | wc -l)"

# ---- what packets say together ----
shark -2 -Y 'courier.type == "FS_READ" && (courier.kind == "request" || courier.kind == "reply")' -T fields -e frame.number -e courier.kind \
    -e courier.transaction -e courier.request_in -e courier.reply_in -e courier.latency -e courier.call_in >"$T/links"
same "every reply names its request, and the other way round" "0 bad" "$(awk -F '\t' '
    $2 == "request" { at[$3] = $1; reply[$3] = $5; took[$3] = $6 }
    $2 == "reply" { n++; if ($4 != at[$3] || $1 != reply[$3] || $6 != took[$3] || $6 <= 0 || $7 == "") bad++ }
    END { if (n < 10) print "too few: " n; else print bad + 0 " bad" }' "$T/links")"
all=$(shark -2 -Y 'courier.kind == "reply"' -T fields -e courier.latency | awk '$1 > 20000 { n++ } END { print n + 0 }')
same "a filter by latency finds the replies that took so long" "$all" "$(shark -Y 'courier.kind == "reply" && courier.latency > 20000' | wc -l | tr -d ' ')"
check "and there are some" [ "$all" -gt 3 ]
same "at a request, too" "$all" "$(shark -2 -Y 'courier.kind == "request" && courier.latency > 20000' | awk '{ print $1 }' | sort -u | wc -l | tr -d ' ')"
shark -T fields -e courier.parent -e courier.parent_in -Y 'courier.parent > 0' >"$T/parents"
check "calls inside a request" [ "$(wc -l <"$T/parents")" -gt 20 ]
same "each names that request's packet" "" "$(awk -F '\t' '$2 == ""' "$T/parents")"
same "as text: FS asks BLK inside a read" "BLK_READ" "$(shark -V -Y "courier.call == \"IPC_SENDREC\" && courier.parent && courier.dst == \"blk\"" |
    grep -o 'Message: BLK_READ' | head -n 1 | sed 's/.* //')"

# ---- the same words mean the same as in `courier trace` ----
alike() { # NAME WIRESHARK'S-FILTER OWN-FILTER
    shark -2 -Y "courier.kind && ($2)" -T fields -e courier.sequence | sort -n >"$T/theirs"
    "$COURIER" trace export --format csv --filter "$3" "$T/t.pcapng" | sed 1d | cut -d, -f1 | sort -n >"$T/ours"
    same "alike: $1" "" "$(diff "$T/ours" "$T/theirs" | head -n 3)"
    check "alike: $1: there are some" test -s "$T/ours"
}
alike "every message" 'courier' 'src!=nobody'
alike "latency" 'courier.latency' 'latency'
alike "put off" 'courier.deferred == 1' 'deferred'
alike "slow" 'courier.latency > 10000 && courier.deferred == 0' 'latency>10000 && !deferred'
alike "err" 'courier.status < 0' 'err'
alike "notify" 'courier.kind == "notify"' 'kind==notify'
alike "failed" 'courier.kind == "failed"' 'kind==failed'
alike "a deadlock that was refused" 'courier.error == "ELOCKED"' 'status==ELOCKED'

# ---- the whole ----
shark -2 -V >"$T/whole"
same "no error and nothing malformed in the whole of it" "" "$(grep -iE 'lua error|malformed|not an event' "$T/whole" | head -n 3)"
same "nothing on stderr" "" "$(head -n 3 "$T/shark.err")"
same "every event is dissected" "$(shark | wc -l)" "$(shark -Y courier.sequence | wc -l)"

# ---- the same as the project's own reader ----
shark -Y 'courier.operation == "deliver"' -T fields -e courier.sequence -e courier.kind -e _ws.col.Info >"$T/tshark.messages"
"$COURIER" trace export --format jsonl "$T/t.pcapng" | jq -r 'select(.record == "message" and .kind != "failed") | [.event, .kind, .text] | @tsv' >"$T/own.messages"
check "many messages" [ "$(wc -l <"$T/own.messages")" -gt 300 ]
same "kind and words of each message" "" "$(diff "$T/own.messages" "$T/tshark.messages" | head -n 5)"
shark -Y 'courier.kind == "reply"' -T fields -e courier.sequence -e courier.latency | sed 's/$/0/' >"$T/tshark.latencies"
"$COURIER" trace export --format jsonl --filter 'kind==reply' "$T/t.pcapng" | jq -r 'select(.kind == "reply") | [.event, .latency_ns] | @tsv' >"$T/own.latencies"
same "the latency of each reply" "" "$(diff "$T/own.latencies" "$T/tshark.latencies" | head -n 5)"

# ---- as it is written ----
mkfifo "$T/fifo"
tshark_lua -i "$T/fifo" -T fields -e courier.sequence -e _ws.col.Info >"$T/live" 2>"$T/live.err" &
live=$!
run --trace "$T/fifo"
wait $live
shark -T fields -e courier.sequence -e _ws.col.Info >"$T/recorded"
check "a capture from a FIFO shows the same events" cmp "$T/live" "$T/recorded"

# ---- packets that are no events ----
packets() { # lines of hexadecimal bytes, one a packet, to $T/t.pcapng
    sed 's/^/000000 /' | text2pcap -q -n -l 147 - "$T/t.pcapng" >"$T/text2pcap" 2>&1
}
zeros() { printf '00 %.0s' $(seq "$1"); }
damaged() { shark -T fields -e _ws.col.Info -Y courier.damaged; }
: >"$T/shark.err"
{
    echo '02 02 00 00'                             # cut off in the header
    echo "01 $(zeros 111)"       # version 1
    echo "02 63 $(zeros 54)"     # operation 99
    echo "02 02 $(printf 'ff %.0s' $(seq 54)) 00"  # cut off in the message
} | packets
same "what is wrong with each packet" "$(damaged)" "Not an event: 4 bytes, an event has at least 56
Not an event: version 1, this is for version 2
Not an event: no operation 99
Not an event: 57 bytes, a deliver has 128"
echo "02 11 00 00 00 00 00 00 03 00 00 00 fe 01 00 00 $(zeros 40) 6b 69 6c 6c 20 66 73" | packets
same "a deed of the operator" "operator 3 operator: kill fs kill fs" "$(shark -T fields -e _ws.col.Source -e _ws.col.Destination -e _ws.col.Info -e courier.operator | tr '\t' ' ')"
# Any bytes at all: the kernel image's, behind the two that make it an event.
od -An -v -tx1 -w188 "$BUILD/courier.elf" | awk 'NR < 1500 { printf "02 %02x %s\n", NR % 19, substr($0, 1, 3 * (54 + NR % 134)) }' | packets
check "arbitrary bytes" [ "$(shark -2 -V | grep -c '^Courier: ')" -eq 1499 ]
same "raise no error" "" "$(shark -2 -V | grep -i 'lua error' | head -n 3; head -n 3 "$T/shark.err")"

# ---- a new type ----
cp -r include/courier "$T/headers"
sed -i 's/^#endif$/#define BLK_TRIM 0x504\nPAYLOAD(blk_trim, uint16_t spare; uint64_t sector; uint32_t count[2]; endpoint_t owner;);\n#endif/' "$T/headers/protocol/blk.h"
tools/gen-protocol language=lua \
    "$T"/headers/message.h "$T"/headers/errno.h "$T"/headers/syscall.h "$T"/headers/protocol/*.h >"$T/protocol.lua"
for part in words state fields dissector; do cat "tools/wireshark/$part.lua"; done | cat "$T/protocol.lua" - >"$T/courier.lua"
echo "02 02 00 00 04 05 00 00 03 00 00 00 05 00 00 00 $(zeros 40) 03 00 00 00 04 05 00 00" \
    "00 00 $(zeros 6) 07 $(zeros 7) 08 00 00 00 09 00 00 00 04 00 00 00 $(zeros 36)" "$(zeros 8)" | packets
same "a type that is added to a header is known" "BLK_TRIM sector=7 count=8,9 owner=4 7" \
    "$(shark -T fields -e _ws.col.Info -e courier.blk_trim.sector | tr '\t' ' ')"
finish
