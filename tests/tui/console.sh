#!/bin/sh
# The console of a headless run on a terminal: every key goes to the guest, Ctrl-A x ends the run, the
# terminal is put back however it ends, and waiting costs no processor time.
# timeout: 120
# sanitizers: no
# alone: yes
. tests/lib.sh

server=courier-console-$$
at_exit() { tmux -L "$server" kill-server 2>/dev/null; }
keys() { tmux -L "$server" send-keys -t 0 "$@"; }
screen() { tmux -L "$server" capture-pane -t 0 -p; }

# sees NAME PATTERN [COUNT]: within twenty seconds, so many lines of the screen match this.
sees() {
    left=200
    until [ "$(screen | grep -c -- "$2")" -ge "${3:-1}" ]; do
        left=$((left - 1))
        if [ "$left" -eq 0 ]; then
            not_ok "$1" "no '$2' in '$(screen)'"
            return
        fi
        sleep 0.1
    done
    ok "$1"
}

# The emulator that runs in the terminal. $T is in its command line, and no other run's.
emulator() { pgrep -f "^$COURIER run .*$T/disk"; }
used() { awk '{ print $14 + $15 }' "/proc/$(emulator)/stat"; } # clock ticks
run() { # NUMBER: starts the emulator between two looks at the terminal's settings
    keys "clear; stty -a >$T/before; $COURIER run --headless --kernel $BUILD/courier.elf --disk $T/disk; echo status-\$?; stty -a >$T/after; echo run-$1-over" Enter
}

cp "$BUILD/disk.img" "$T/disk"
tmux -L "$server" -f /dev/null new-session -d -x 100 -y 30 "env PS1='host> ' sh"

run 1
sees "the shell comes up" '^\$$'
keys 'echo a''b | wc' Enter
sees "it takes what is typed" '1       1       3'
keys 'cat' Enter 'read by cat' Enter
sees "a program reads" '^read by cat$' 2
keys C-c
sees "Ctrl-C goes to the guest" '^\$$'
keys 'echo still $?' Enter
sees "which is as its shell says" 'still 130'
before=$(used)
sleep 3
check "waiting costs less than a tenth of the processor" test $(($(used) - before)) -lt 30
keys C-a x
sees "Ctrl-A x ends the run" 'status-0'
sees "the shell of the host goes on" 'run-1-over'
check "the terminal is as it was" cmp "$T/before" "$T/after"

run 2
sees "a second run" '^\$$'
kill -TERM "$(emulator)"
sees "a signal ends it" 'status-143'
sees "the shell goes on, too" 'run-2-over'

keys clear Enter
run 3
sees "a third run" '^\$$'
keys 'not this' C-c
sees "Ctrl-C takes back what was typed" 'not this^C'
sees "and there is a prompt again" '^\$$'
keys C-d
sees "at which Ctrl-D ends the shell, and so the run" 'run-3-over'
check "the terminal is as it was, too" cmp "$T/before" "$T/after"
finish
