#!/bin/sh
# timeout: 120
# sanitizers: no
# The same kernel and disk boot on QEMU, with the command line that the README gives, and a person types at the shell.
. tests/lib.sh

cp "$BUILD/disk.img" "$T/disk.img"
mkfifo "$T/keys"
qemu-system-riscv64 -M virt -bios none -m 64M -nographic -global virtio-mmio.force-legacy=false \
    -kernel "$BUILD/courier.elf" -drive file="$T/disk.img",if=none,format=raw,id=d0 \
    -device virtio-blk-device,drive=d0,bus=virtio-mmio-bus.0 <"$T/keys" >"$T/screen" 2>&1 &
qemu=$!
at_exit() { kill "$qemu" 2>/dev/null; }
exec 3>"$T/keys"
seen=0

# Waits until the screen shows TEXT, after what earlier calls waited for.
expect() { # NAME TEXT
    tries=0
    while [ $tries -lt 300 ]; do
        at=$(tail -c +$((seen + 1)) "$T/screen" | grep -abo -F "$2" | head -n 1 | cut -d: -f1)
        if [ -n "$at" ]; then
            seen=$((seen + at + ${#2}))
            ok "$1"
            return
        fi
        kill -0 "$qemu" 2>/dev/null || break
        tries=$((tries + 1))
        sleep 0.1
    done
    not_ok "$1" "no '$2' in: $(tail -c 300 "$T/screen")"
}

type_line() {
    printf '%s\n' "$1" >&3
}

expect "boots to the prompt" '$ '
type_line 'echo one two | wc -w'
expect "runs a pipe" '      2'
expect "prompts again" '$ '
type_line 'svc kill fs; svc kill tty; ls /'
expect "lives on after killed servers" 'bin'
type_line 'echo kept > /home/note; exit 7'
wait "$qemu"
same "powers off with the shell's status" 7 $?
check "leaves a clean disk" "$FSCK_MINIX" -f "$T/disk.img"
same "with the file on it" kept "$("$MKDISK" --cat "$T/disk.img" /home/note)"
finish
