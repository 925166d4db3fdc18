#!/bin/sh
# A kernel as others write them for `virt` (tests/host/foreign) runs here as it runs on QEMU.
. tests/lib.sh

src=tests/host/foreign
check "it compiles" "${CROSS}gcc" -march=rv64gc -mabi=lp64d -mcmodel=medany -O2 -ffreestanding -nostdlib \
    -static -Wl,--build-id=none -Wl,--no-warn-rwx-segments -T $src/kernel.ld -o "$T/kernel" $src/start.S $src/kernel.c
contains "it has compressed instructions" "$("${CROSS}readelf" -h "$T/kernel")" RVC

exits "it runs, and ends with its status" 7 "$COURIER" run --headless --kernel "$T/kernel" --stats "$T/stats"
cat >"$T/wanted" <<'END'
device tree d00dfeed
root of 2   00159445
exceptions  00000032
ticks       00000005
time passed 00000001
END
same "it prints what it should" "$(cat "$T/wanted")" "$(cat "$T/out")"
for i in 1 2; do
    "$COURIER" run --headless --kernel "$T/kernel" --stats "$T/stats$i" >/dev/null </dev/null
    jq 'del(.host_ns)' "$T/stats$i" >"$T/counts$i"
done
check "it counts the same every time" cmp "$T/counts1" "$T/counts2"

timeout 30 qemu-system-riscv64 -M virt -cpu rv64 -bios none -nographic -kernel "$T/kernel" \
    </dev/null >"$T/qemu" 2>"$T/qemu.err"
same "QEMU ends with the same status" 7 $?
same "and prints the same" "$(tr -d '\r' <"$T/qemu")" "$(cat "$T/out")"

finish
