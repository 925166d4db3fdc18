#!/bin/sh
# `make debug` of a student's tree, here in the whole one: gdb on the booted system, stopped where it was told, and nothing left behind.
# timeout: 300
# sanitizers: no
. tests/lib.sh

GDB=$(command -v gdb-multiarch || command -v "${CROSS}gdb" || true)
if [ -z "$GDB" ] || ! command -v qemu-system-riscv64 >/dev/null 2>&1; then
    echo "not looked at: gdb-multiarch or qemu-system-riscv64 is not installed"
    finish
fi

debug() { timeout 250 make -s debug LAB=rendezvous GDB="$GDB -batch" BREAK=do_receive; }

exits "make debug" 0 debug
contains "it stops at the function" "$(cat "$T/out")" "do_receive (" # with its arguments
contains "... in its file" "$(cat "$T/out")" "kernel/ipc.c:"
same "QEMU has ended" "" "$(pgrep -f "file=$BUILD/debug.img" || true)"
finish
