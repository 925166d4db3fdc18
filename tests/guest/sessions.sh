#!/bin/sh
# timeout: 120
# Sessions at the shell: tests/guest/sessions/*.txt are what a terminal shows. The lines that begin with the
# prompt are typed; all that then is on the console must be as in the file. With `write` as argument
# the files are written anew, to be read before they are committed.
. tests/lib.sh

for session in tests/guest/sessions/*.txt; do
    name=$(basename "$session" .txt)
    cp "$BUILD/disk.img" "$T/disk.img"
    set -- "${1:-}" run --disk "$T/disk.img" --max-insns 4000000000
    while IFS= read -r line; do
        case $line in
        '$ '* | '> '*) set -- "$@" --exec "${line#??}" ;;
        esac
    done <"$session"
    mode=$1
    shift
    "$COURIER" "$@" >"$T/out" 2>"$T/err" </dev/null
    tr -d '\r' <"$T/out" | sed '1,/^\$ /{/^\$ /!d;}' | sed '$ s/\$ $//' >"$T/shown"
    [ "$mode" != write ] || cp "$T/shown" "$session"
    commands=$(grep -c '^\$ ' "$session")
    if diff "$session" "$T/shown" >"$T/diff"; then
        PASSED=$((PASSED + commands))
        echo "ok: session $name, $commands commands"
    else
        not_ok "session $name" "$(head -n 20 "$T/diff")"
    fi
    check "$name: the disk is sound" "$FSCK_MINIX" -f "$T/disk.img" >"$T/fsck"
    set -- "$mode"
done
finish
