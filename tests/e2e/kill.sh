#!/bin/sh
# timeout: 300
# Every server is killed ten times, in changing orders; the shell lives, work goes on, the disk is sound.
. tests/lib.sh

cp "$BUILD/disk.img" "$T/disk.img"

# The orders: rotations of the list, forwards and backwards.
orders() {
    for round in 0 1 2 3 4; do
        for list in "pm fs tty blk rs" "rs blk tty fs pm"; do
            # shellcheck disable=SC2086
            set -- $list
            i=0
            while [ $i -lt $round ]; do
                first=$1
                shift
                set -- "$@" "$first"
                i=$((i + 1))
            done
            echo "$@"
        done
    done
}

set -- run --disk "$T/disk.img" --stats "$T/stats" --max-insns 4000000000
for server in $(orders); do
    set -- "$@" --exec "svc kill $server" --exec 'ls / >/dev/null && echo hi > /tmp/x; cat /tmp/x && ps | grep -c sh'
done
exits "fifty kills, and the shell ends in peace" 0 "$COURIER" "$@" --exec 'svc status; true'
same "each time a file was written and read" 50 "$(grep -c '^hi' "$T/out")"
for server in pm fs tty blk rs; do
    same "$server was restarted ten times" 10 \
        "$(sed -n "s/^$server  *up  *[0-9]*  *\([0-9]*\) .*/\1/p" "$T/out" | tail -n 1)"
done
same "the statistics count them" 50 "$(jq .restarts "$T/stats")"
check "the disk is sound" "$FSCK_MINIX" -f "$T/disk.img"

cp "$BUILD/disk.img" "$T/disk.img"
exits "two servers one after the other, in the middle of a copy" 0 "$COURIER" run --disk "$T/disk.img" \
    --max-insns 4000000000 --exec 'cp /bin/sh /tmp/copy & svc kill fs; svc kill blk; wait; cmp /bin/sh /tmp/copy'
check "and the disk is sound" "$FSCK_MINIX" -f "$T/disk.img"

cp "$BUILD/disk.img" "$T/disk.img"
for server in pm fs tty blk rs; do
    exits "$server hangs, is found, and comes back" 0 "$COURIER" run --disk "$T/disk.img" \
        --max-insns 4000000000 --stats "$T/stats" --exec "svc hang $server; sleep 3; ls / && svc status"
    contains "$server: the reason is known" "$(grep "^$server" "$T/out")" hung
    same "$server: nobody else is blamed" 1 "$(jq .restarts "$T/stats")"
done

# What a server may not do ends that server alone, and RS knows where it was.
cp "$BUILD/disk.img" "$T/disk.img"
for kind in access illegal stack; do
    set --
    for server in pm fs tty blk; do
        set -- "$@" --exec "svc crash $server $kind; ls /tmp && echo alive"
    done
    exits "$kind: every server" 0 "$COURIER" run --disk "$T/disk.img" --max-insns 4000000000 "$@" --exec 'svc status'
    same "$kind: the shell lives" 4 "$(grep -c '^alive' "$T/out")"
    case $kind in
    illegal) death='illegal instruction at 0x4[0-9a-f]+' ;;
    *) death='store page fault at 0x4[0-9a-f]+, address (0x[0-9a-f]+|0)' ;;
    esac
    same "$kind: cause and place are reported" 4 \
        "$(grep -cE "^(pm|fs|tty|blk) .*$death" "$T/out")"
done
check "and the disk is sound" "$FSCK_MINIX" -f "$T/disk.img"
finish
