#!/bin/sh
# The probes in a real run: --stats counts, watching changes nothing, a damaged table is refused.
. tests/lib.sh

kernel=$BUILD/courier.elf
value() { jq ".$2" "$1"; } # FILE KEY

# stats KERNEL FILE: the same short run on this kernel.
stats() {
    cp "$BUILD/disk.img" "$T/disk.img"
    "$COURIER" run --headless --kernel "$1" --disk "$T/disk.img" --stats "$2" --exec 'ls /' \
        --exec 'svc kill fs' --exec 'echo hi > /tmp/x; cat /tmp/x' --exec 'svc kill tty' >"$T/out" 2>&1
}

check "a run with --stats" stats "$kernel" "$T/watched"
for key in instructions host_ns messages traps switches boot_instructions restarts; do
    check "$key is counted" [ "$(value "$T/watched" $key)" -gt 0 ]
done
same "two servers were restarted" 2 "$(value "$T/watched" restarts)"
check "boot comes first" \
    [ "$(value "$T/watched" boot_instructions)" -lt "$(value "$T/watched" instructions)" ]
check "a message needs a trap" [ "$(value "$T/watched" messages)" -lt "$(value "$T/watched" traps)" ]

# The section is not loaded: without it the guest is the same, and nobody watches.
"${CROSS}objcopy" -R .courier.probes "$kernel" "$T/blind.elf"
check "a kernel without probes" stats "$T/blind.elf" "$T/blind"
same "has no messages to count" 0 "$(value "$T/blind" messages)"
same "executes the same instructions" \
    "$(value "$T/watched" instructions)" "$(value "$T/blind" instructions)"
same "and takes the same traps" "$(value "$T/watched" traps)" "$(value "$T/blind" traps)"

printf '12345678deliver src=a0 dst=a1\0\0\0' >"$T/section"
"${CROSS}objcopy" --update-section ".courier.probes=$T/section" "$kernel" "$T/bad.elf"
refuses "a probe without an operand" 1 "$COURIER" run --headless --kernel "$T/bad.elf" --max-insns 1000
contains "is named" "$(cat "$T/err")" 'no register for "frame"'
finish
