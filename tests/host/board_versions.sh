#!/bin/sh
# timeout: 300
# sanitizers: no
# The same run on another version of Unicorn: UNICORN_ALSO names a directory with its library. What a
# guest does, and how many instructions it takes, must not depend on the version.
. tests/lib.sh

if [ -z "${UNICORN_ALSO:-}" ]; then
    echo "not looked at: UNICORN_ALSO is not set"
    finish
fi
also() { # COMMAND...
    LD_LIBRARY_PATH=$UNICORN_ALSO "$@"
}
script='ls -l /bin | sum; svc kill fs; cp /bin/sh /tmp/sh; cmp /bin/sh /tmp/sh; svc kill pm; ps | wc; date'

for suite in board_hart board_watch board_crossing board_crossing_change board_fuzz \
    control_fault control_message control_breakpoint; do
    check "$suite" also "$BUILD/tests/$suite"
done
cp "$BUILD/disk.img" "$T/disk1"
cp "$BUILD/disk.img" "$T/disk2"
"$COURIER" run --disk "$T/disk1" --stats "$T/stats1" --exec "$script" >"$T/out1" 2>&1
also "$COURIER" run --disk "$T/disk2" --stats "$T/stats2" --exec "$script" >"$T/out2" 2>&1
for i in 1 2; do
    jq 'del(.host_ns)' "$T/stats$i" >"$T/counts$i"
done
check "they print the same" cmp "$T/out1" "$T/out2"
check "they leave the same disk" cmp "$T/disk1" "$T/disk2"
check "they count the same" cmp "$T/counts1" "$T/counts2"
finish
