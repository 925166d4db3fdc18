#!/bin/sh
# timeout: 120
# sanitizers: no
# Programs that others wrote for `virt`, with compressed instructions: OpenSBI in M-mode, U-Boot with its shell.
. tests/lib.sh

opensbi=/usr/lib/riscv64-linux-gnu/opensbi/generic/fw_jump.elf
uboot=/usr/lib/u-boot/qemu-riscv64/uboot.elf

if ! [ -e "$opensbi" ] || ! [ -e "$uboot" ]; then
    echo "not there: $opensbi, $uboot" # not on Debian; tools/setup sees to it there
    finish
fi

# OpenSBI prints what it found and jumps to where nothing is: the budget ends it.
exits "OpenSBI starts" 124 "$COURIER" run --headless --max-insns 200000000 --kernel "$opensbi"
found=$(tr -s " " <"$T/out") # the columns are as wide as the version likes
contains "OpenSBI reads the device tree" "$found" "Platform HART Count : 1"
contains "OpenSBI finds the eight PMP entries of the chip" "$found" "Boot HART PMP Count : 8"
contains "OpenSBI goes on to S-mode" "$found" "Domain0 Next Mode : S-mode"

printf '\nversion\nprint nothing\npoweroff\n' >"$T/keys"
"$COURIER" run --headless --max-insns 3000000000 --kernel "$uboot" <"$T/keys" >"$T/out" 2>"$T/err"
same "U-Boot powers off" 0 $?
contains "U-Boot finds the memory" "$(cat "$T/out")" "DRAM:  64 MiB"
contains "U-Boot's shell answers" "$(cat "$T/out")" '"nothing" not defined'
finish
