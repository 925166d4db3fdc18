#!/bin/sh
# The lecture view beside the dashboard: one question in both places, slow motion, a window that is closed; and a recording.
# timeout: 180
# alone: yes
. tests/lib.sh
. tests/screen.sh

display_server=
trap 'status=$?; [ -z "$display_server" ] || kill "$display_server"; at_exit; rm -rf "$T"; exit $status' EXIT
find_window() { # within 30 s
    for i in $(seq 300); do
        window=$(xdotool search --class '^courier$' 2>/dev/null | head -n 1)
        [ -z "$window" ] || return 0
        sleep 0.1
    done
    return 1
}
press() { # KEY... in the window
    xdotool key --window "$window" --delay 80 "$@" 2>/dev/null
}
gone() { # the window, within 20 s
    for i in $(seq 200); do
        xdotool search --class '^courier$' >/dev/null 2>&1 || return 0
        sleep 0.1
    done
    return 1
}

start 80 24 "env -u DISPLAY -u WAYLAND_DISPLAY $run --display flow"
sees "no display: one line" "no display for a window"
booted "the run goes on"
keys F10 y
sees "and ends as always" "status=0"
sees "the line stands above" "courier: no display"

mkfifo "$T/number"
Xvfb -displayfd 9 -screen 0 1400x800x24 9>"$T/number" >/dev/null 2>&1 &
display_server=$!
number=$(cat "$T/number")
export DISPLAY=":$number"

start 80 24 "env DISPLAY=:$number $run --display flow"
check "a window opens beside the terminal" find_window
booted "which has its console"
press j j F9
sees "a question from the window" "Kill server"
sees "about what was chosen there" "fs, endpoint 3"
press Return
sees "Enter is no" "Nothing was done"
press F9
sees "once more" "Kill server fs?"
press y
sees "y is yes" "at the next heartbeat"
keys C-] 8
sees "fs is back" "fs is back"
keys 1
press minus minus minus minus p
sees "p in the window stops the guest" " STOP "
keys i
keys "ls /" Enter
press s
sees "s makes a step" "step: "
press plus plus plus plus c
sees "c lets it go on" " RUN "
press q
check "q closes the window" gone
keys i "echo still h'e're" Enter
sees "the system goes on" "still here"
keys F10 y
sees "to its own end" "status=0"

# ---- a recording ----------------------------------------------------------------------------------

"$COURIER" run --disk "$T/disk.img" --trace "$T/run.pcapng" --exec 'ls /' >/dev/null
start 80 24 "env LC_ALL=C.UTF-8 DISPLAY=:$number $COURIER dash $T/run.pcapng --display flow"
check "a recording has a window, too" find_window
sees "beside its dashboard" " FILE "
keys 2 K K
press k s p Home
press q
check "which q closes" gone
keys q
sees "and the dashboard ends by itself" "status=0"
finish
