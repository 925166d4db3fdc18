#!/bin/sh
# timeout: 240
# The suite that runs inside, on the board; each of its cases counts. Then the disk must be sound.
. tests/lib.sh

cp "$BUILD/disk.img" "$T/disk.img"
"$COURIER" run --disk "$T/disk.img" --max-insns 8000000000 --exec 'usertests -l' --exec usertests \
    >"$T/out" 2>"$T/err" </dev/null
status=$?
cat "$T/out" "$T/err"
counts=$(sed -n 's/^usertests: \([0-9]* passed, [0-9]* failed\).*/\1/p' "$T/out")
if [ -n "$counts" ]; then
    PASSED=${counts%% *} FAILED=${counts##*, } FAILED=${FAILED%% *}
fi
cases=$((PASSED + FAILED))
same "usertests ends, and with the status that it says" "$([ "$FAILED" -gt 0 ] && echo 1 || echo 0)" "$status"
listed=$(grep -c '^[a-z]*_[a-z0-9_]*.\{0,1\}$' "$T/out")
same "all cases were run" "$listed" "$cases"
check "at least 80 cases" test "$listed" -ge 80
check "the disk is sound" "$FSCK_MINIX" -f "$T/disk.img"
finish
