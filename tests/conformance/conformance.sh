#!/bin/sh
# timeout: 240
# The board against QEMU: the same programs on both, the same text from both. guest.h says how it works.
#
#   tests/conformance/conformance.sh             all programs
#   tests/conformance/conformance.sh pmp trap    some of them
#
# random-40 holds the seeds 40 to 59; `build/conformance-gen 47 1` writes the program of one of them.
#
# Each case counts. One that differs is shown as a diff: - is QEMU's line, + is the board's. RUNS=DIR keeps what
# both wrote: DIR/PROGRAM/qemu.txt, board.txt, board.err.
. tests/lib.sh

RUNS=${RUNS:-$T/runs}
BUDGET=50000000 # instructions; a program needs a few million
export RUNS BUDGET COURIER BUILD

# Runs a program on both, and cuts what they print into a file for each case.
run_both() { # PROGRAM
    dir=$RUNS/$1
    rm -rf "$dir"
    mkdir -p "$dir/qemu" "$dir/board"
    timeout -k 1 60 qemu-system-riscv64 -M virt -cpu sifive-u54 -bios none -m 64M -nographic \
        -kernel "$BUILD/conformance/$1" </dev/null >"$dir/qemu.txt" 2>"$dir/qemu.err"
    timeout -k 1 60 "$COURIER" run --headless --memory 64 --max-insns "$BUDGET" \
        --kernel "$BUILD/conformance/$1" </dev/null >"$dir/board.txt" 2>"$dir/board.err"
    echo $? >"$dir/board.status"
    for side in qemu board; do
        awk -v dir="$dir/$side" '
            /^case / { file = dir "/" $2; print $2 > (dir ".cases") }
            /^end$/  { file = dir ".end" }
            file     { print > file }' "$dir/$side.txt"
    done
}

# One program's cases, in QEMU's order. What the board has not printed is wrong, too.
compare() { # PROGRAM
    dir=$RUNS/$1
    if [ ! -s "$dir/qemu.cases" ] || [ ! -s "$dir/qemu.end" ]; then
        not_ok "$1" "QEMU did not get to the end: $(tail -n 1 "$dir/qemu.txt" "$dir/qemu.err" | head -c 300)"
        return
    fi
    while read -r case; do
        if cmp -s "$dir/qemu/$case" "$dir/board/$case"; then
            ok "$1/$case"
        else
            not_ok "$1/$case" "the board differs from QEMU"
            [ -f "$dir/board/$case" ] || : >"$dir/board/$case"
            diff -U 3 "$dir/qemu/$case" "$dir/board/$case" | sed '1,2d; s/^/    /' | head -n 40
        fi
    done <"$dir/qemu.cases"
    same "$1: the board powers off" "0 end" \
        "$(cat "$dir/board.status" "$dir/board.end" "$dir/board.err" 2>/dev/null | head -c 300 | tr '\n' ' ' | sed 's/ $//')"
}

if [ "${1:-}" = --run ]; then
    trap - EXIT
    rm -rf "$T"
    run_both "$2"
    exit
fi
all_programs() {
    for file in tests/conformance/cases/*.c "$BUILD"/conformance/random-*; do
        basename "$file" .c
    done
}
programs=${*:-$(all_programs)}
echo "$programs" | tr ' ' '\n' | xargs -n 1 -P "$(getconf _NPROCESSORS_ONLN)" "$0" --run
for program in $programs; do
    compare "$program"
done
finish
