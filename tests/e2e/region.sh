#!/bin/sh
# timeout: 120
# A server whose state region is damaged says so and starts empty; what was synced is there, and the disk is sound.
. tests/lib.sh

cp "$BUILD/disk.img" "$T/disk.img"
for server in rs tty; do
    exits "$server goes on" 0 "$COURIER" run --disk "$T/disk.img" --max-insns 4000000000 \
        --exec "echo kept >/tmp/a; svc crash $server region; sleep 1; cat /tmp/a; svc status"
    contains "$server: it is said" "$(cat "$T/out")" "rs: the state region of $server is damaged (canary): it starts empty"
    contains "$server: the reason is known" "$(grep "^$server" "$T/out")" "started empty"
    contains "$server: the shell lives" "$(cat "$T/out")" kept
done
"$COURIER" run --disk "$T/disk.img" --max-insns 4000000000 --exec 'echo kept >/tmp/b; sync; svc crash fs region' \
    >"$T/out" 2>&1
contains "fs: it is said" "$(cat "$T/out")" "rs: the state region of fs is damaged"
check "and the disk is sound" "$FSCK_MINIX" -f "$T/disk.img"
exits "fs: the shell goes on" 0 "$COURIER" run --disk "$T/disk.img" --max-insns 4000000000 \
    --exec 'echo before; svc crash fs region; echo behind' --exec 'svc status' --exec 'echo one | cat; echo two'
same "fs: no line is lost, and none is read twice" "before behind one two" \
    "$(tr -d '\r' <"$T/out" | grep -xE 'before|behind|one|two' | tr '\n' ' ' | sed 's/ $//')"
contains "fs: the reason is known" "$(grep "^fs" "$T/out")" "started empty"
exits "what was done at once shows at once" 0 "$COURIER" run --disk "$T/disk.img" --max-insns 4000000000 \
    --exec 'svc crash blk region; svc crash rs region; svc status'
check "its region damaged, RS is the third" grep -qE '^rs +up +3 +2 .*started empty' "$T/out"
contains "BLK has none, and lives" "$(cat "$T/out")" "svc: blk: it has no state region"
check "as the first" grep -qE '^blk +up +1 +0 ' "$T/out"
"$COURIER" run --disk "$T/disk.img" --max-insns 4000000000 --exec 'svc crash pm region' >"$T/out" 2>&1
contains "pm: it is said" "$(cat "$T/out")" "rs: the state region of pm is damaged"
same "and init starts again" 2 "$(grep -c '^Courier: a microkernel' "$T/out")"
exits "what was synced is there" 0 "$COURIER" run --disk "$T/disk.img" --max-insns 4000000000 --exec 'cat /tmp/b'
contains "as it was" "$(cat "$T/out")" kept
finish
