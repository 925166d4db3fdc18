#!/bin/sh
# timeout: 120
# make demo-crash, without a terminal: text, a recovery for each kill, and a status that tells the truth. Repetitions in scripts.
. tests/lib.sh

exits "the demonstration" 0 "$COURIER" tour --show tour/demo/crash.tour
same "three servers, seven times each" 21 "$(grep -cE '^ +[0-9]+ (fs|blk|pm)#[0-9]+ died at .*: kill (fs|blk|pm) ' "$T/out")"
same "all of them answer again" 21 "$(grep -cE 'fault .* seen .*#[0-9]+ begins .* replies$' "$T/out")"
same "the check sums are the same" 1 "$(sed -n 's/^    | \([0-9]* [0-9]*\) \/tmp\/[lz].*/\1/p' "$T/out" | sort -u | wc -l | tr -d ' ')"
contains "cmp says so" "$(cat "$T/out")" "| the copy is whole"
same "it is no step of a tour" 0 "$(grep -c 'Step 1' "$T/out")"
cp "$T/out" "$T/first"
exits "once more" 0 "$COURIER" tour --show tour/demo/crash.tour
check "the same to the byte" cmp "$T/first" "$T/out"

# What would happen if a byte were not copied.
sed 's|^type wait;|type wait; echo x >>/tmp/z;|' tour/demo/crash.tour >"$T/wrong.tour"
exits "a copy that is not right is no success" 1 "$COURIER" tour --show "$T/wrong.tour"
contains "and that is said" "$(cat "$T/err")" "this has not happened: the copy is whole"

mistake() { # SCRIPT: what is said about it
    printf '%s\n' "$1" >"$T/bad.tour"
    "$COURIER" tour --text "$T/bad.tour" 2>&1 </dev/null | sed 's/.*bad.tour://'
}
printf 'title t\nrepeat 3\ntype echo hello\nprompt\nshow console\nagain\n' >"$T/three.tour"
exits "a repetition" 0 "$COURIER" tour --text "$T/three.tour"
same "is done so often" 3 "$(grep -c '| hello' "$T/out")"
same "a number, please" "1:8: 'repeat' takes a number, 1 to 1000" "$(mistake 'repeat x')"
same "not none" "1:8: 'repeat' takes a number, 1 to 1000" "$(mistake 'repeat 0')"
same "no end" "2:1: the \`repeat\` of line 1 does not end, with \`again\`" "$(mistake 'repeat 2
prompt')"
same "no beginning" "1:1: 'again': there is no \`repeat\` before it" "$(mistake again)"
same "one in another" "2:1: 'repeat': the one of line 1 has not ended, with \`again\`" "$(mistake 'repeat 2
repeat 2')"
printf 'title t\nshow recovery\n' >"$T/none.tour"
exits "nothing to show" 1 "$COURIER" tour --text "$T/none.tour"
contains "is said" "$(cat "$T/err")" "none.tour:2: nothing has died"
finish
