#!/bin/sh
# timeout: 240
# 200,000 random calls and messages: nothing dies, nothing is lost, and the disk is sound. The seed is fixed,
# so that a failure can be seen again; SEED= and COUNT= are for looking further.
. tests/lib.sh

seed=${SEED:-20240101} count=${COUNT:-200000}
[ -z "$SAN" ] || count=$((count / 10))
cp "$BUILD/disk.img" "$T/disk.img"
exits "usertests fuzz -s $seed -n $count" 0 "$COURIER" run --disk "$T/disk.img" --max-insns 20000000000 \
    --stats "$T/stats" --exec "usertests fuzz -s $seed -n $count" --exec 'svc status; ls /tmp; echo still here'
cat "$T/out"
contains "it made all the calls" "$(cat "$T/out")" "seed $seed: $count calls"
contains "the shell lives" "$(cat "$T/out")" "still here"
same "nothing was restarted" 0 "$(jq .restarts "$T/stats")"
check "the disk is sound" "$FSCK_MINIX" -f "$T/disk.img"
finish
