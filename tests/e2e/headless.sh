#!/bin/sh
# timeout: 120
# The command line: --exec, exit statuses, --stats, and runs that are equal to the byte.
. tests/lib.sh

courier() {
    cp "$BUILD/disk.img" "$T/disk"
    "$COURIER" run --disk "$T/disk" --max-insns 4000000000 "$@"
}

exits "the status of the last command: 0" 0 courier --exec false --exec true
exits "the status of the last command: 42" 42 courier --exec 'sh -c "exit 42"'
exits "a command that is not there: 127" 127 courier --exec nonesuch
exits "poweroff with a status" 9 courier --exec 'poweroff 9' --exec 'echo never'

exits "a session" 0 courier --exec 'echo hi > /tmp/x; cat /tmp/x' --exec 'cat < /tmp/x | wc' \
    --exec 'echo "a  b" '"'c\$d'"' \e && false || echo other' --exec 'cd /bin; pwd; ls sh'
contains "a session: what was typed is shown" "$(cat "$T/out")" '$ cd /bin; pwd; ls sh'
contains "a session: pipe" "$(cat "$T/out")" '      1       1       3'
contains "a session: quoting" "$(cat "$T/out")" 'a  b c$d e'
contains "a session: lists" "$(cat "$T/out")" 'other'
contains "a session: directories" "$(cat "$T/out")" '/bin'
same "a session: no control sequences" 0 "$(grep -c "$(printf '\033')" "$T/out")"
same "a session: the file is on the disk" hi "$("$MKDISK" --cat "$T/disk" /tmp/x)"

exits "a program that prints a prompt does not confuse" 0 courier --exec 'echo -n "$ "; sleep 1; echo done' --exec 'echo next'
contains "and the next line waits" "$(cat "$T/out")" 'done'

exits "a command that reads the console finds its end" 0 courier --exec 'wc' --exec 'read x; echo "got $x"' --exec 'cat; cat; echo done'
contains "and the next line is typed" "$(cat "$T/out")" 'done'
exits "a tab is a blank" 0 courier --exec "$(printf 'echo\ttab')"

for i in 1 2; do
    exits "run $i" 0 courier --seed 5 --stats "$T/stats$i" \
        --exec 'ls -l /bin | sum; svc kill fs; cp /bin/sh /tmp/sh & sleep 1; date' --exec 'ps; cmp /bin/sh /tmp/sh'
    mv "$T/out" "$T/out$i"
    mv "$T/disk" "$T/disk$i"
    jq 'del(.host_ns)' "$T/stats$i" >"$T/counts$i"
done
check "two runs print the same" cmp "$T/out1" "$T/out2"
check "two runs leave the same disk" cmp "$T/disk1" "$T/disk2"
check "two runs count the same" cmp "$T/counts1" "$T/counts2"
same "the statistics are complete" \
    '["boot_instructions","host_ns","instructions","messages","ram_hash","restarts","switches","traps"]' \
    "$(jq -c keys "$T/stats1")"
check "and say something" jq -e 'all(.[]; . > 0)' "$T/stats1"

printf 'cat\n' >"$T/script"
cp "$BUILD/disk.img" "$T/disk"
"$COURIER" run --disk "$T/disk" --headless --max-insns 4000000000 <"$T/script" >"$T/out" 2>"$T/err"
same "a script that ends while a program reads" 0 $?

printf 'echo from a file\nexit 3\n' >"$T/script"
cp "$BUILD/disk.img" "$T/disk"
"$COURIER" run --disk "$T/disk" --headless --max-insns 4000000000 <"$T/script" >"$T/out" 2>"$T/err"
same "a script on standard input" 3 $?
contains "is typed" "$(cat "$T/out")" 'from a file'
echo 'echo from a pipe' | "$COURIER" run --disk "$T/disk" --headless --max-insns 40000000000 >"$T/out" 2>"$T/err"
same "its end is the end of the session" 0 $?
contains "after everything is done" "$(cat "$T/out")" 'from a pipe'
finish
