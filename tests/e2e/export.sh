#!/bin/sh
# timeout: 120
# `courier trace` on the trace of a real run, each format opened by a program that others wrote.
. tests/lib.sh

F=$T/run.pcapng
trace() { "$COURIER" trace "$@"; }
export_to() { # FORMAT FILE ARGUMENTS...
    format=$1 file=$2
    shift 2
    exits "export --format $format $*" 0 trace export --format "$format" "$@" "$F"
    mv "$T/out" "$file"
}
count() { # FILTER: how many messages
    trace export --format csv --filter "$1" "$F" | sed 1d | wc -l | tr -d ' '
}

cp "$BUILD/disk.img" "$T/disk"
"$COURIER" run --disk "$T/disk" --max-insns 4000000000 --trace "$F" \
    --exec 'ls /; cp /bin/usertests /tmp/x & svc kill fs; cat /etc/motd' --exec 'cat /nowhere; ls /bin | wc' >"$T/run" 2>&1
check "a run to look at" test -s "$F"

# ---- summary and show -------------------------------------------------------------------------------

exits "summary" 0 trace summary "$F"
for part in 'Events' 'Messages by type' 'Processes by name' 'Latencies' 'p99.9' 'Outstanding' \
    'fs: killed, restarted after' '1 waited: cp; 1 requests were delivered again' 'Deadlocks: none' \
    'Slowest transactions' "\`- fs > blk  BLK_READ"; do
    contains "summary: $part" "$(cat "$T/out")" "$part"
done
same "summary: at most 100 columns" "" "$(awk 'length($0) > 100' "$T/out")"
same "summary: 25 rows a table" "and N more" "$(sed -n '/^Latencies/,/^$/s/and [0-9]* more.*/and N more/p' "$T/out" | sed 's/^ *//')"
rows=$(sed -n '/^Latencies/,/^$/p' "$T/out" | wc -l)
exits "summary --all" 0 trace summary --all "$F"
check "is longer" test "$(sed -n '/^Latencies/,/^$/p' "$T/out" | wc -l)" -gt "$rows"

exits "show" 0 trace show "$F"
contains "show: a message" "$(cat "$T/out")" 'FS_READ fd=3'
contains "show: what became of a request" "$(cat "$T/out")" '-> ENOENT in '
contains "show: nested" "$(cat "$T/out")" ' (in '
contains "show: a life" "$(cat "$T/out")" 'runs ls'
check "show: a process by its name and endpoint" grep -q -- '-- sh ([0-9.]*) begins, made by sh ([0-9.]*)$' "$T/out"
check "show: the same of one that is gone" grep -q -- '-- ls ([0-9.]*) is gone$' "$T/out"
same "show: the console's lines end as they should" "" "$(grep -- '-- console: .*??$' "$T/out" | head -n 1)"
contains "show: a death" "$(cat "$T/out")" '-- fs died: killed'
contains "show: the next incarnation" "$(cat "$T/out")" 'fs#2 > '
contains "show: a request that the server took with it" "$(cat "$T/out")" '-> again'
check "show: in order" sort -c -s -n -k 2,2 "$T/out"
same "show: a filter" "$(count 'src==ls && dst==fs')" "$(trace show --filter 'src==ls && dst==fs' "$F" | grep -vc -- ' -- ')"
check "show: which finds something" test "$(count 'src==ls && dst==fs')" -gt 5
check "show: and not all" test "$(count 'src==ls && dst==fs')" -lt "$(count 'src!=nobody')"
same "show: nothing, but for who died and came back" "-- fs died: killed -- fs is back, incarnation 2 (N us)" \
    "$(trace show --filter 'src==nobody' "$F" | sed 's/^ *[0-9.]* *[0-9]* *//; s/([0-9]* us)/(N us)/' | xargs -d '\n')"
same "show: who is about to run another program is called by his old name" "init sh" \
    "$(trace show --filter 'type==FS_EXEC && kind==request' "$F" | sed -n 's/.*process=\([a-z]*\).*/\1/p' | sort -u | xargs)"

exits "show: a filter with a process that never was" 0 trace show --filter 'src==nobody' "$F"
same "is asked what it means" "courier: $F: the filter names 'nobody', and no process in it is called so" "$(cat "$T/err")"
exits "one that was, and is gone" 0 trace show --filter 'src==ls || dst==fs#2 || src==kernel || src~nobod' "$F"
same "is not" "" "$(cat "$T/err")"
exits "show --tree" 0 trace show --tree --filter 'type==FS_READ && src==cat' "$F"
contains "show --tree: a root" "$(cat "$T/out")" '  cat > fs#2  FS_READ'
contains "show --tree: inside it" "$(cat "$T/out")" '- fs#2 > blk  BLK_READ'
# Time is not made up: what a server ran for it, and others inside it, is at most the whole.
same "show --tree: self + inside <= total" "" "$(trace show --tree "$F" | sed '1d; s/,//g' | awk '$2 + $3 > $1')"

same "show --tree: nothing twice" "" "$(trace show --tree "$F" | grep -o 'txn [0-9]*' | sort | uniq -d)"

# ---- formats ----------------------------------------------------------------------------------------

export_to csv "$T/e.csv"
sqlite3 "$T/db" ".mode csv" ".import $T/e.csv m"
sql() { sqlite3 "$T/db" "$1"; }
same "csv: SQLite finds every message" "$(count 'src!=nobody')" "$(sql 'select count(*) from m')"
same "csv: and its columns" "$(count 'src==fs && dst==blk && kind==request')" \
    "$(sql "select count(*) from m where source='fs' and dest='blk' and kind='request'")"
same "csv: latencies are the time between call and reply" 0 \
    "$(sql "select count(*) from m a join m b on a.\"transaction\" = b.\"transaction\" where a.kind='request' and
            b.kind='reply' and a.fate='answered' and a.latency_ns + 0 < b.time_ns - a.time_ns")"
same "csv: fields are fields" "" "$(sql "select fields from m where kind in ('request', 'reply') and fields <> '' and fields not like '%=%' limit 1")"
same "csv: errors by name" 1 "$(sql "select count(*) from m where error='ENOENT' and source='cat' and kind='request'")"

export_to jsonl "$T/e.jsonl"
same "jsonl: the schema comes first" courier-trace "$(head -n 1 "$T/e.jsonl" | jq -r .schema)"
same "jsonl: every message" "$(count 'src!=nobody')" "$(jq -r 'select(.record == "message").event' "$T/e.jsonl" | wc -l | tr -d ' ')"
same "jsonl: numbers of 64 bits are strings" string \
    "$(jq -r 'select(.type_name == "FS_READ" and .kind == "request") | .fields.bytes, .time_ns, .event, .transaction, .latency_ns // "" | type' "$T/e.jsonl" | sort -u)"
same "jsonl: incarnations are numbers" number \
    "$(jq -r 'select(.record == "restart").incarnation, (.source.incarnation // empty) | type' "$T/e.jsonl" | sort -u)"
same "jsonl: a crash" '"fs","killed"' "$(jq -r 'select(.record == "crash") | [.process.name, .cause] | @csv' "$T/e.jsonl")"
same "jsonl: a filter leaves messages" '"message"' \
    "$(trace export --format jsonl --filter 'dst==fs' "$F" | sed 1d | jq .record | sort -u)"

export_to perfetto "$T/e.json"
same "perfetto: what is in it" 'M X b e f i s' "$(jq -r '.traceEvents[].ph' "$T/e.json" | sort -u | xargs)"
same "perfetto: a crash and its restart" 'crash restart' \
    "$(jq -r '.traceEvents | map(select(.ph == "i" and .cat == "life"))[-2:][].name' "$T/e.json" | xargs)"
same "perfetto: the next incarnation" 1 "$(jq '[.traceEvents[] | select(.ph == "M" and .name == "process_name" and .args.name == "fs#2")] | length' "$T/e.json")"

export_to dot "$T/e.dot"
export_to dot "$T/at.dot" --at 15ms
export_to dot "$T/event.dot" --at 2000
for f in e at event; do
    check "dot: Graphviz draws $f" dot -Tsvg -o "$T/$f.svg" "$T/$f.dot"
done
contains "dot: an edge" "$(cat "$T/at.svg")" 'PM_WAIT'
contains "dot: the place" "$(cat "$T/event.dot")" '(event 2000)'
refuses "dot: an event behind the end" 1 trace export --format dot --at 999999 "$F"
refuses "dot: a time behind the end" 1 trace export --format dot --at 999s "$F"

export_to mermaid "$T/e.mmd" --filter 'proc==cat'
# What Mermaid's grammar allows of it, no more: a head, participants, then arrows between these.
same "mermaid: every line is of the grammar" "" "$(awk '
    NR == 1 && $0 == "sequenceDiagram" { next }
    NR == 2 && $0 == "    autonumber" { next }
    /^    participant p[0-9]+ as [A-Za-z0-9_.() -]+$/ { known[$2] = 1; next }
    /^    Note over p[0-9]+: [^;#%]+$/ { note = $3; sub(/:$/, "", note); if (note in known) next }
    /^    p[0-9]+(->>|-->>|-\)|-x)p[0-9]+: [^;#%]+$/ {
        split($1, end, /(->>|-->>|-\)|-x)/); sub(/:$/, "", end[2])
        if (end[1] in known && end[2] in known) next
    }
    { print }' "$T/e.mmd")"
contains "mermaid: a reply" "$(cat "$T/e.mmd")" '-->>'
same "mermaid: every message" "$(count 'proc==cat')" "$(grep -c '^    p[0-9]*-' "$T/e.mmd")"
export_to mermaid "$T/lost.mmd" --filter 'src==cp && txn'
contains "mermaid: a lost request" "$(cat "$T/lost.mmd")" '-x'
contains "mermaid: and who took it with him" "$(cat "$T/lost.mmd")" ': fs died  killed'
refuses "mermaid: too much" 1 trace export --format mermaid "$F"
contains "mermaid: says what to do" "$(cat "$T/err")" '--filter'

# ---- input and output -------------------------------------------------------------------------------

trace show - <"$F" >"$T/stdin"
check "standard input" cmp "$T/stdin" - <<END
$(trace show "$F")
END
exits "diff with itself" 0 trace diff "$F" "$F"
same "a reader that goes away" "" "$(trace show "$F" 2>&1 >/dev/null | head -n 1)"
{ trace show "$F"; echo $? >"$T/status"; } 2>"$T/err" | head -n 1 >/dev/null
same "a reader that goes away: no complaint" "0 0" "$(cat "$T/status") $(wc -c <"$T/err" | tr -d ' ')"
if [ -e /dev/full ]; then
    for format in csv jsonl perfetto; do
        trace export --format $format "$F" >/dev/full 2>"$T/err"
        same "a full disk: $format" "1 courier: cannot write: No space left on device" "$? $(cat "$T/err")"
    done
    trace summary "$F" >/dev/full 2>"$T/err"
    same "a full disk: summary" "1 1" "$? $(wc -l <"$T/err" | tr -d ' ')"
fi
# Blocks are a multiple of four bytes long: this is in the middle of one.
head -c 300001 "$F" >"$T/cut.pcapng"
exits "a file that was cut is shown as far as it goes" 0 trace show "$T/cut.pcapng"
check "with a remark" test -s "$T/err"
check "and its messages" test "$(wc -l <"$T/out")" -gt 100
refuses "no file" 1 trace export --format csv "$T/nowhere"
same "no file: no output" "" "$(cat "$T/out")"
refuses "not a trace" 1 trace summary "$T/e.csv"
refuses "a directory" 1 trace summary "$T"

# ---- a kernel without probes: nothing is known of its messages, and that is said ---
"${CROSS}objcopy" --remove-section .courier.probes "$BUILD/courier.elf" "$T/np.elf"
cp "$BUILD/disk.img" "$T/disk"
"$COURIER" run --kernel "$T/np.elf" --disk "$T/disk" --trace "$T/np.pcapng" --exec true >"$T/run" 2>&1
exits "no probes: summary" 0 trace summary "$T/np.pcapng"
same "no probes: one line" "courier: $T/np.pcapng: no probes: it has no messages, only what the board saw" "$(cat "$T/err")"
contains "no probes: the events" "$(cat "$T/out")" '  trap '
same "no probes: no claims" "" "$(grep -E 'Deadlocks|Deaths|idle|Messages' "$T/out")"
exits "no probes: show" 0 trace show --filter 'src==sh' "$T/np.pcapng"
contains "no probes: why there is nothing" "$(cat "$T/err")" 'no probes'

# ---- wrong usage ------------------------------------------------------------------------------------

exits "a mistake in a filter" 2 trace show --filter 'src==sh && type==FS_REED' "$F"
same "is pointed at" "courier: --filter: no message type is called 'FS_REED'; did you mean FS_READ?
    src==sh && type==FS_REED
                     ^" "$(cat "$T/err")"
exits "a mistake behind other alphabets" 2 trace show --filter 'src=="ä" && fd=3' "$F"
same "is pointed at, too" "                  ^" "$(sed -n 3p "$T/err")"
exits "a mistake in a breakpoint" 2 "$COURIER" run --break 'src==sh && srk==1'
same "is pointed at like any other" "               ^" "$(sed -n 3p "$T/err")"
refuses "no command" 2 trace
refuses "an unknown command" 2 trace dance "$F"
refuses "no file given" 2 trace show
refuses "two files" 2 trace show "$F" "$F"
refuses "one file to compare" 2 trace diff "$F"
contains "is one, not none" "$(cat "$T/err")" 'one is given'
refuses "standard input twice" 2 trace diff - -
contains "is read once" "$(cat "$T/err")" 'only once'
refuses "two filters" 2 trace show --filter err --filter fd "$F"
refuses "two formats" 2 trace export --format csv --format dot "$F"
refuses "no format" 2 trace export "$F"
refuses "an unknown format" 2 trace export --format pdf "$F"
refuses "a format without a name" 2 trace export --format
refuses "an unknown option" 2 trace show --format csv "$F"
refuses "--at without dot" 2 trace export --format csv --at 5 "$F"
refuses "--at what" 2 trace export --format dot --at noon "$F"
refuses "a filter for dot" 2 trace export --format dot --filter fd "$F"
exits "help" 0 trace --help
contains "help: the formats" "$(cat "$T/out")" 'perfetto, jsonl, csv, mermaid'
contains "courier --help names it" "$("$COURIER" --help)" 'courier trace'
finish
