#!/bin/sh
# timeout: 120
# The tour: its steps do what their captions say, the same every time; mistakes in scripts are found before anything runs.
. tests/lib.sh

tour() { # ARGUMENTS...
    "$COURIER" tour --kernel "$BUILD/courier.elf" --disk "$BUILD/disk.img" --text "$@"
}
mistake() { # SCRIPT: what is said about it, without the file's name
    printf '%s' "$1" >"$T/x.tour"
    tour "$T/x.tour" 2>&1 >"$T/out" </dev/null | sed "s|^courier: $T/x.tour:||"
}

before=$(cksum <"$BUILD/disk.img")
exits "all steps" 0 tour
cp "$T/out" "$T/first"
same "nothing on stderr" "" "$(cat "$T/err")"
same "there are seven" 7 "$(grep -c '^==== Step . of 7: ' "$T/first")"
same "each has checked something" 7 "$(grep -c '^[0-9]* expectations held' "$T/first")"
exits "once more" 0 tour
check "the same, to the byte" cmp "$T/first" "$T/out"
same "the disk is as it was" "$before" "$(cksum <"$BUILD/disk.img")"
exits "in ASCII" 0 tour --ascii
same "nothing else" "" "$(LC_ALL=C grep -n '[^ -~]' "$T/out" | head -n 3)"
same "no line is longer than 80 columns, but for commands" "" "$(awk '!/^>/ && length > 80' "$T/out" | head -n 3)"

shows() { grep -qE "$1" "$T/first"; }
check "1: FS asks BLK inside a read" shows '^ .+ BLK_READ fs>blk  +[0-9]'
check "2: the sender waits" shows 'block +sender > receiver +sending'
check "2: the receiver waits" shows 'block +receiver > sender +receiving'
check "3: the circle" shows 'refused: carol > alice > bob > carol'
check "4: from the interrupt to the message" shows 'deliver +kernel > tty +MSG_NOTIFY irq10'
check "5: a death" shows 'fs died: killed'
check "5: and the file is whole" shows '\| the copy is whole'
check "6: stopped before a message" shows '^The guest stands still at [0-9.]+, before cat > fs$'
check "7: from the trace alone" shows '^The guest is off. Its trace: [0-9]+ events, [0-9]+ messages.$'

exits "one step" 0 tour 3
same "one step: one" 1 "$(grep -c '^==== Step' "$T/out")"
exits "the list" 0 tour --list
same "the list: seven" 7 "$(wc -l <"$T/out" | tr -d ' ')"
refuses "no such step" 2 tour 8
refuses "no such script" 1 tour "$T/none.tour"
refuses "no such option" 2 tour --nonsense
refuses "a directory" 1 tour "$T"
exits "no kernel" 1 "$COURIER" tour --text --kernel "$T/none" 1

# ---- mistakes: line and column ----
printf 'title x\nwait src==fs &&\n' >"$T/x.tour"
refuses "a mistake" 2 tour "$T/x.tour"
same "nothing ran" "" "$(cat "$T/out")"
same "a filter" "2:16: " "$(mistake 'title x
wait src==fs &&
' | grep -o '^[0-9]*:[0-9]*: ')"
same "a command" "1:3: there is no command 'sya'" "$(mistake '  sya hello')"
same "a picture" "3:6: there is no picture 'tre': tree, messages, ladder, waits, processes, latency, log, console, events or recovery" "$(mistake '
# a comment
show tre')"
same "a picture's filter" "1:18: " "$(mistake 'show ladder src==&&' | grep -o '^[0-9]*:[0-9]*: ')"
same "too many words" "1:8: 'prompt' stands alone" "$(mistake 'prompt now')"
same "too few" "1:5: 'kill' what?" "$(mistake 'kill')"
same "two names" "1:9: 'kill' takes one name" "$(mistake 'kill fs blk')"
same "an expectation" "1:15: 'expect console' what?" "$(mistake 'expect console')"
same "a control character" "1:5: a control character" "$(mistake "$(printf 'say \033[2J')")"
same "a long line" "1:1001: a line has at most 1000 bytes" "$(mistake "say $(head -c 2000 /dev/zero | tr '\0' x)")"

# ---- what does not happen ----
fails() { # NAME SCRIPT WHY
    printf '%s\n' "$2" >"$T/x.tour"
    refuses "$1" 1 tour "$T/x.tour"
    same "$1: why" "courier: $T/x.tour:$3" "$(cat "$T/err")"
}
fails "an expectation that does not hold" 'type true
prompt
expect console false' '3: this has not happened: false'
fails "a message that should not be" 'type cat /etc/motd
prompt
expect no src==cat' '3: there is such a message: src==cat'
fails "a breakpoint that is not reached" 'break src==nobody
type true
go
expect stopped src==nobody' '4: this has not happened: src==nobody'
fails "a message that never comes" 'type true
wait src==nobody' '2: it did not happen in ten seconds'
fails "a process that is not there" 'kill nobody' "1: there is no process 'nobody'"
fails "a line after power-off" 'type poweroff
prompt' '2: the guest has powered off'
for command in 'type ls' prompt 'wait fd' 'kill fs' 'break fd' step go reopen; do
    same "off is off: $command" "4:1: '${command%% *}': the guest is off since line 2, \`reopen\`" "$(mistake "type ls
reopen
show messages
$command")"
done
head -c 300000 /dev/zero | tr '\0' '\n' >"$T/long.tour"
refuses "a script without end" 2 tour "$T/long.tour"
printf "kill nobody" >"$T/x.tour"
exits "a step that fails does not end the tour" 1 tour "$T/x.tour" 1
contains "the next one plays" "$(cat "$T/out")" "2 expectations held."
finish
