#!/bin/sh
# timeout: 300
# Bad input: one clear line, the right exit status, nothing lost.
. tests/lib.sh

run() { # ARGUMENTS...: a headless run that cannot last
    "$COURIER" run --headless --max-insns 2000000000 "$@"
}
damage() { # OFFSET BYTES(printf): writes into the copy $T/disk
    printf "$2" | dd of="$T/disk" bs=1 seek="$1" conv=notrunc 2>/dev/null
}
fresh() {
    rm -f "$T/disk" # it may be read-only
    cp "$BUILD/disk.img" "$T/disk"
}

refuses "no such option" 2 "$COURIER" run --nonsense
refuses "no such subcommand" 2 "$COURIER" nonsense
refuses "a word too many" 2 "$COURIER" run nonsense
for option in --memory --seed --max-insns; do
    refuses "$option without a number" 2 "$COURIER" run "$option" x
done
refuses "--memory 0" 2 "$COURIER" run --memory 0
exits "a board without room for the system" 1 run --memory 4
contains "with the reason" "$(cat "$T/out")" "too little memory"
refuses "--pace walk" 2 "$COURIER" run --pace walk

# No output overwrites an input or another output, whatever it is called.
fresh
ln -s "$T/disk" "$T/link"
refuses "a trace over the disk" 2 run --disk "$T/disk" --trace "$T/disk"
refuses "under another name" 2 run --disk "$T/disk" --trace "$T/link"
refuses "over the kernel" 2 run --kernel "$BUILD/courier.elf" --trace "$BUILD/courier.elf"
refuses "over the statistics" 2 run --trace "$T/both" --stats "$T/both"
refuses "an option that is given twice" 2 run --trace "$T/a" --trace "$T/b"
check "and the disk is as it was" cmp -s "$T/disk" "$BUILD/disk.img"
run --disk "$T/disk" --exec 'echo overwritten' >&-
check "without standard output nothing is written into the disk" "$FSCK_MINIX" -f "$T/disk"

refuses "a missing kernel" 1 run --kernel "$T/none"
: >"$T/empty"
refuses "an empty kernel" 1 run --kernel "$T/empty"
refuses "a kernel that is no ELF" 1 run --kernel README.md
refuses "a kernel for this machine" 1 run --kernel "$COURIER"
head -c 3000 "$BUILD/courier.elf" >"$T/short.elf"
refuses "a truncated kernel" 1 run --kernel "$T/short.elf"
refuses "a directory as kernel" 1 run --kernel /

refuses "a missing disk" 1 run --disk "$T/none"
refuses "an empty disk" 1 run --disk "$T/empty"
refuses "a directory as disk" 1 run --disk /
head -c 700 "$BUILD/disk.img" >"$T/odd"
refuses "a disk that is no number of sectors" 1 run --disk "$T/odd"

head -c 1048576 /dev/zero >"$T/disk"
exits "a disk without a file system ends the run" 1 run --disk "$T/disk"
contains "with the reason" "$(cat "$T/out")" "cannot mount"
head -c 65536 "$BUILD/disk.img" >"$T/disk"
exits "a truncated disk ends the run" 1 run --disk "$T/disk"
contains "with the reason" "$(cat "$T/out")" "cannot mount"
fresh
damage 1048 '\0\0' # s_magic
exits "a wrong magic number ends the run" 1 run --disk "$T/disk"
contains "with the reason" "$(cat "$T/out")" "cannot mount"
fresh
damage 1024 '\377\377\377\377' # s_ninodes
exits "an impossible superblock ends the run" 1 run --disk "$T/disk"
contains "with the reason" "$(cat "$T/out")" "cannot mount"

fresh
exits "a budget that is spent" 124 "$COURIER" run --disk "$T/disk" --headless --max-insns 1000000
same "a budget that is spent: one line" 1 "$(wc -l <"$T/err" | tr -d ' ')"

fresh
chmod 444 "$T/disk"
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
    chmod 755 "$T"
    # The tree's owner can reach it wherever it is; without capabilities even root may not write to it.
    as="setpriv --reuid=$(stat -c %u .) --clear-groups --bounding-set=-all --inh-caps=-all"
    cp "$COURIER" "$T/courier" 2>/dev/null
else
    as=
fi
# shellcheck disable=SC2086
exits "a read-only disk can be read" 0 $as "$COURIER" run --disk "$T/disk" --max-insns 2000000000 --exec 'cat /etc/motd'
# shellcheck disable=SC2086
exits "but not written" 1 $as "$COURIER" run --disk "$T/disk" --max-insns 2000000000 --exec 'echo x > /tmp/x'
contains "with the reason" "$(cat "$T/out")" "ead-only"
same "and is as it was" "$(cksum <"$BUILD/disk.img")" "$(cksum <"$T/disk")"

fresh
exits "a full disk is an error to the program" 1 "$COURIER" run --disk "$T/disk" --max-insns 20000000000 \
    --exec 'cat /dev/zero > /tmp/big' --exec 'rm /tmp/big; echo room > /tmp/x; cat /tmp/x; false'
contains "with the reason" "$(cat "$T/out")" "o space left"
contains "and the system goes on" "$(cat "$T/out")" "room"
check "and the disk is sound" "$FSCK_MINIX" -f "$T/disk"

refuses "a command with a control character" 2 "$COURIER" run --exec "$(printf 'a\001')"
refuses "a command that is too long" 2 "$COURIER" run --exec "$(head -c 5000 /dev/zero | tr '\0' x)"
refuses "a run that cannot begin" 1 run --disk "$T/none" --stats "$T/never"
check "leaves no statistics" test ! -e "$T/never"
refuses "statistics that cannot be written" 1 run --disk "$T/disk" --exec true --stats /nonexistent/x

# A guest that waits for what cannot come.
cat >"$T/wait.S" <<'END'
    .globl _start
_start:
    wfi
    j _start
END
"${CROSS}gcc" -march=rv64ima -mabi=lp64 -nostdlib -Wl,-Ttext=0x80000000 -o "$T/wait.elf" "$T/wait.S" 2>/dev/null
refuses "a guest that waits for ever" 1 timeout 20 "$COURIER" run --kernel "$T/wait.elf"
refuses "also with something to type" 1 timeout 20 "$COURIER" run --kernel "$T/wait.elf" --exec ls
: | timeout 20 "$COURIER" run --kernel "$T/wait.elf" >"$T/out" 2>"$T/err"
same "also at the end of a pipe" 1 $?
finish
