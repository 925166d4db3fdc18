#!/bin/sh
# timeout: 400
# The lecture view on the real program: pictures without a display, the same ones each time; a window on a virtual display, whose
# keys work, and whose end is not that of the run; a recording, played.
. tests/lib.sh

server= run=
at_exit() {
    exec 3>&- 4>&-
    [ -z "$run" ] || kill "$run" 2>/dev/null
    [ -z "$server" ] || kill "$server" 2>/dev/null
}
unset DISPLAY WAYLAND_DISPLAY SDL_VIDEODRIVER
case $COURIER in
/*) ;;
*) COURIER=$(pwd)/$COURIER ;;
esac

# A number out of the counters of --stats.
stat_of() { # NAME
    jq ".$1" "$T/stats"
}
session() { # ARGUMENTS...
    cp "$BUILD/disk.img" "$T/disk"
    timeout 200 "$COURIER" run --disk "$T/disk" --max-insns 4000000000 --stats "$T/stats" \
        --exec 'ls /; svc kill fs; cat /etc/motd; false' "$@"
}
errors() { grep -v '^episode ' "$T/err"; } # --stats tells of recoveries there
pictures() { # DIRECTORY: how many numbered ones are there, without a gap
    n=0
    while [ -s "$1/$(printf %06d $((n + 1))).png" ]; do n=$((n + 1)); done
    echo "$n"
}
# The last 8 bytes of 24: 1280 x 720.
is_picture() { # FILE
    [ "$(od -An -tx1 -N 24 "$1" | tr -d ' \n')" = 89504e470d0a1a0a0000000d4948445200000500000002d0 ]
}

# ---- without a display -----------------------------------------------------------------------------

exits "a run without pictures" 1 session
plain=$(cat "$T/out") instructions=$(stat_of instructions)
exits "the same with pictures" 1 session --trace "$T/a.pcapng" --display flow --screenshot "$T/a.png" --record "$T/a"
same "its output is the same" "$plain" "$(cat "$T/out")"
same "nothing is on stderr" "" "$(errors)"
same "the guest does not notice" "$instructions" "$(stat_of instructions)"
exits "once more" 1 session --screenshot "$T/b.png" --record "$T/b"
check "a screenshot of 1280 x 720" is_picture "$T/a.png"
check "two screenshots are equal to the byte" cmp "$T/a.png" "$T/b.png"
count=$(pictures "$T/a")
check "numbered pictures, some 30 a second" [ "$count" -gt 30 ]
same "and nothing else" "$count" "$(find "$T/a" -type f | wc -l | tr -d ' ')"
check "the same ones again" diff -rq "$T/a" "$T/b"
check "the screenshot is the last one" cmp "$T/a.png" "$T/a/$(printf %06d "$count").png"
check "they move" [ "$(cksum "$T"/a/*.png | awk '{ print $1 }' | sort -u | wc -l)" -gt 20 ]
exits "slower" 1 session --record "$T/slow" --slow 400
check "are more pictures" [ "$(pictures "$T/slow")" -gt $((2 * count)) ]

exits "a window without a display: the run goes on" 1 session --display flow
same "with one line" 1 "$(errors | wc -l | tr -d ' ')"
same "as it would have" "$plain" "$(cat "$T/out")"
contains "and says so" "$(cat "$T/err")" "no display"

# ---- wrong usage -------------------------------------------------------------------------------------

refuses "another display" 2 "$COURIER" run --display wave
refuses "a display without a name" 2 "$COURIER" run --display
refuses "motion of nothing" 2 "$COURIER" run --slow 10
refuses "no motion" 2 "$COURIER" run --slow 0
refuses "no number" 2 "$COURIER" run --slow fast
refuses "a picture that cannot be written" 1 session --screenshot "$T/none/a.png"
: >"$T/file"
refuses "no directory" 1 session --record "$T/file"
exits "a full disk" 1 session --screenshot /dev/full
contains "is said" "$(cat "$T/err")" "/dev/full: No space left"

# ---- a recording ---------------------------------------------------------------------------------------

exits "a trace" 1 session --trace "$T/run.pcapng"
exits "is played into pictures" 0 timeout 200 "$COURIER" dash "$T/run.pcapng" --record "$T/c" --screenshot "$T/c.png"
check "the same as live" diff -rq "$T/a" "$T/c"
check "and the last one" cmp "$T/a.png" "$T/c.png"
exits "up to a moment" 0 timeout 200 "$COURIER" dash "$T/run.pcapng" --at 9.5ms --screenshot "$T/at.png"
check "is another picture" is_picture "$T/at.png"
check "than the last" sh -c "! cmp -s '$T/at.png' '$T/c.png'"
refuses "a moment that is none" 2 "$COURIER" dash "$T/run.pcapng" --at soon --screenshot "$T/at.png"
refuses "a moment to look at, and no terminal" 1 "$COURIER" dash "$T/run.pcapng" --at 9ms
refuses "slow motion of nothing" 2 "$COURIER" dash "$T/run.pcapng" --slow 9
refuses "a filter of pictures" 2 "$COURIER" dash "$T/run.pcapng" --filter 'src==fs' --screenshot "$T/at.png"
head -c 20000 "$T/run.pcapng" >"$T/cut.pcapng"
exits "one that ends in the middle is played so far" 0 timeout 200 "$COURIER" dash "$T/cut.pcapng" --screenshot "$T/d.png"
contains "says so" "$(cat "$T/err")" "ends in the middle"
check "and is shown" is_picture "$T/d.png"
mkdir "$T/over"
cp "$T/run.pcapng" "$T/over/000002.png"
refuses "a picture over what is read" 2 "$COURIER" dash "$T/run.pcapng" --screenshot "$T/run.pcapng"
refuses "pictures over what is read" 2 "$COURIER" dash "$T/over/000002.png" --record "$T/over"
check "which is as it was" cmp "$T/run.pcapng" "$T/over/000002.png"
cp "$BUILD/disk.img" "$T/over/000001.png"
refuses "pictures over the disk" 1 "$COURIER" run --disk "$T/over/000001.png" --exec ls --record "$T/over"
check "which is as it was" cmp "$BUILD/disk.img" "$T/over/000001.png"
refuses "one that is none" 1 "$COURIER" dash "$T/file" --screenshot "$T/e.png"
refuses "neither display nor terminal" 1 "$COURIER" dash "$T/run.pcapng" --display flow

# ---- a window ------------------------------------------------------------------------------------------

# A run that reads its commands from fd 3, on a display of its own.
open_display() {
    mkfifo "$T/number"
    Xvfb -displayfd 9 -screen 0 1400x800x24 9>"$T/number" >/dev/null 2>&1 &
    server=$!
    DISPLAY=:$(cat "$T/number")
    export DISPLAY
    rm "$T/number"
}
start() { # ARGUMENTS...
    cp "$BUILD/disk.img" "$T/disk"
    mkfifo "$T/keys"
    : >"$T/out"
    (cd "$T" && exec timeout 200 "$COURIER" run --headless --pace real --disk "$T/disk" --stats "$T/stats" --display flow "$@" \
        <"$T/keys" >"$T/out" 2>"$T/err") &
    run=$!
    exec 3>"$T/keys"
    rm "$T/keys"
    window=$(timeout 30 xdotool search --sync --onlyvisible --class '^courier$' | head -n 1)
}
press() { # KEY...
    xdotool key --window "$window" --delay 80 "$@" 2>/dev/null
}
gone() { # the window, within 20 s
    for i in $(seq 200); do
        xdotool search --class '^courier$' >/dev/null 2>&1 || return 0
        sleep 0.1
    done
    return 1
}
# Where the window is, and how large, becomes this within 20 s.
geometry() { xdotool getwindowgeometry --shell "$window" | sed -n 's/^\(X\|Y\|WIDTH\|HEIGHT\)=//p' | xargs; }
becomes() { # "X Y WIDTH HEIGHT"
    for i in $(seq 200); do
        [ "$(geometry)" != "$1" ] || return 0
        sleep 0.1
    done
    geometry
    return 1
}
whole() { # FILE: it is complete within 20 s
    for i in $(seq 200); do
        [ "$(tail -c 8 "$1" 2>/dev/null | od -An -c | tr -d ' \n' | cut -c 1-4)" != IEND ] || return 0
        sleep 0.1
    done
    return 1
}
says() { # TEXT: the console shows it within 30 s
    for i in $(seq 300); do
        ! grep -q "$1" "$T/out" || return 0
        sleep 0.1
    done
    return 1
}
# Types a last line, and waits for the end.
leave() { # STATUS
    echo "echo still here; exit $1" >&3
    exec 3>&-
    wait "$run"
    left=$?
    run=
}

open_display
start --trace "$T/live.pcapng"
check "a window opens" [ -n "$window" ]
check "beside a console that works" says '^\$ '
press F9 n F9 Return # neither kills
press F1 F9 y # the keys explained; the first key after that only ends it
press k F9 y # fs is chosen at first; above it is pm
echo 'until svc status | grep -q "^pm  *up  *2"; do sleep 1; done; svc status; echo ask""ed' >&3
check "the console goes on" says '^asked'
press p
press s s s p
press minus minus plus plus
small=$(geometry)
press F11
check "the full screen, though nobody manages windows here" becomes "0 0 1400 800"
press F11
check "and back" becomes "$small"
: >"$T/courier-1.png"
press F12
check "F12 takes a picture" whole "$T/courier-2.png"
check "of the window" is_picture "$T/courier-2.png"
same "and overwrites none" 0 "$(wc -c <"$T/courier-1.png" | tr -d ' ')"
press q
check "q closes the window" gone
leave 7
same "the run goes on, to its own end" 7 "$left"
contains "with its output" "$(cat "$T/out")" "still here"
same "one server was killed, once" 1 "$(stat_of restarts)"
contains "the chosen one" "$(grep "^pm " "$T/out")" "up                 2"
same "and nothing was on stderr" "" "$(errors)"

start --slow 1000
press p
xdotool windowclose "$window"
check "a window that is destroyed is gone" gone
leave 3
same "a stopped guest goes on when nobody could let it" 3 "$left"
same "without a word" "" "$(cat "$T/err")"

start
check "the run has begun" says '^\$ '
kill -9 "$server"
wait "$server" 2>/dev/null
server=
leave 0
same "a display that vanishes does not take the run with it" 0 "$left"
same "nor does it say anything" "" "$(cat "$T/err")"
finish
