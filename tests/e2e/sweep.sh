#!/bin/sh
# A sample of the sweep, of all kinds, and a short soak: what `make sweep` and `make soak` do as a whole.
# timeout: 600
. tests/lib.sh

WORKLOADS=$(for w in tests/workloads/*.txt; do printf -- '--workload %s ' "$w"; done)

of() { # FILTER: of the last report
    jq -r "$1" "$T/report.json"
}

# sweep NAME STATUS OPTIONS...: a sweep with a report.
sweep() {
    name=$1 status=$2
    shift 2
    exits "$name" "$status" "$COURIER" sweep --report "$T/report.json" "$@"
}

# ---- a sample of each kind: nothing is seen, and a flipped bit is not silent ----

for sample in "crash 24" "hang 12" "bitflip 16" "powercut 8"; do
    kind=${sample% *} count=${sample#* }
    # shellcheck disable=SC2086 # several options
    sweep "$kind" 0 $WORKLOADS --kind "$kind" --sample "$count" --seed 1
    [ "$got" -eq 0 ] || cat "$T/out"
    same "$kind: passed" "true 0 0" "$(of '"\(.passed) \(.wrong_output) \(.lost)"')"
    same "$kind: every run has an outcome" 0 \
        "$(of '.runs - .transparent - .visible_error - .wrong_output - .lost')"
    check "$kind: there were some" [ "$(of .distinct)" -ge $((2 * count)) ]
done
sweep "crash in RS" 0 --workload tests/workloads/storm.txt --server rs --sample 10
same "is about RS" "rs" "$(of '.servers | keys | join(" ")')"
contains "and the table, too" "$(cat "$T/out")" "storm    crash    rs"

# Removed while it is in use, synced, and cut: the next boot frees what has no name.
printf '$ mkdir /tmp/z; sync; cd /tmp/z; rmdir /tmp/z; sync\n' >"$T/orphan.txt"
sweep "a directory removed under a shell" 0 --workload "$T/orphan.txt" --kind powercut
check "was cut often enough" [ "$(of .distinct)" -ge 10 ]

# ---- what it counts ----

sweep "one after the other" 0 --workload tests/workloads/typing.txt --sample 8 --jobs 1
of 'del(.missing)' >"$T/one.json"
sweep "side by side" 0 --workload tests/workloads/typing.txt --sample 8 --jobs 3
of 'del(.missing)' >"$T/three.json"
check "is the same" cmp "$T/one.json" "$T/three.json"
same "the table fits 79 columns" "" "$(grep -v '^    ' "$T/out" | grep -E '.{80}')"
contains "any case can be shown" "$(cat "$T/out")" "--seed 1 --sample 8 --case N --dash"
same "the servers' runs are all" "$(of .runs)" "$(of '[.servers[].runs] | add')"

exits "one case" 0 "$COURIER" sweep --workload tests/workloads/typing.txt --case 100 \
    --trace "$T/case.pcapng"
contains "is explained" "$(cat "$T/out")" "case 100: crash: transparent, fault at"
contains "and shown" "$("$COURIER" trace show "$T/case.pcapng")" "operator: crash, case 100 of a sweep"

# ---- an interrupt ----

rm -f "$T/report.json"
timeout --preserve-status -s INT 2 "$COURIER" sweep --workload tests/workloads/storm.txt \
    --report "$T/report.json" >"$T/out" 2>"$T/err" </dev/null
same "an interrupt: status" 130 "$?"
same "an interrupt is reported" true "$(of .interrupted)"
same "and is no success" false "$(of .passed)"
check "some are missing" [ "$(of .missing)" -gt 0 ]
same "no bar without a terminal" "" "$(cat "$T/err")"

# ---- mistakes ----

W="--workload tests/workloads/typing.txt"
printf '$ echo x\nwithout a sign\n' >"$T/bad.txt"
: >"$T/empty.txt"
refuses "no workload" 2 "$COURIER" sweep
refuses "a workload that is not there" 1 "$COURIER" sweep --workload "$T/none.txt"
refuses "a workload with a mistake" 1 "$COURIER" sweep --workload "$T/bad.txt"
contains "says where" "$(cat "$T/err")" "bad.txt:2: "
refuses "a workload without a line" 1 "$COURIER" sweep --workload "$T/empty.txt"
# shellcheck disable=SC2086 # several options
for wrong in "--server init" "--kind crush" "--sample 0" "--sample -1" "--jobs 0" "--jobs 1000" \
    "--seed x" "--case 1000000" "--dash" "--trace x" "--case 1 --kind crash --kind hang" "--report" \
    "more"; do
    refuses "sweep $wrong" 2 "$COURIER" sweep $W $wrong
done
# shellcheck disable=SC2086
refuses "a report that cannot be written" 1 "$COURIER" sweep $W --report "$T/none/report.json"

# ---- the soak ----

exits "soak" 0 "$COURIER" soak --seconds 12 --report "$T/report.json"
[ "$got" -eq 0 ] || cat "$T/out" "$T/err"
same "nothing was lost, nothing leaked" "true true true true true" \
    "$(of '"\(.passed) \(.ended) \(.output_right) \(.disk_right) \(.nothing_leaked)"')"
check "each server died" [ "$(of '[.servers[].deaths] | min')" -ge 50 ]
same "what is in use is the same" "$(of .before)" "$(of .after)"
exits "soak: a request may see many kills" 0 "$COURIER" soak --every 1 --seconds 2
refuses "soak: no time" 2 "$COURIER" soak --seconds 0
refuses "soak: unknown" 2 "$COURIER" soak --often
refuses "soak: a report that cannot be written" 1 "$COURIER" soak --report "$T/none/report.json"

finish
