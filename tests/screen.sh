# shellcheck shell=sh disable=SC2034,SC2154
# Helpers for suites that drive the dashboard through tmux, as a person would. Sourced after
# tests/lib.sh. Nothing here sleeps and hopes: every step waits for what it is to bring onto the screen.
#
# A suite never looks at the screen once and compares: what it sees may be the screen of a moment ago. It waits (`sees`,
# `loses`) for a text that was not there before the keys, or it says `settled` before it reads.

# Each start has a tmux server of its own: an old one takes its time to go.
server=courier-$$ starts=0
at_exit() { mux kill-server 2>/dev/null; }
mux() { tmux -L "$server-$starts" "$@"; }
keys() { mux send-keys -t 0 "$@"; }
text() { mux send-keys -t 0 -l "$1"; } # typed literally, such as a filter
screen() { mux capture-pane -t 0 -p 2>&1; }

# A disk of its own for each suite, so that none sees another's.
cp "$BUILD/disk.img" "$T/disk.img"
run="env LC_ALL=C.UTF-8 $COURIER run --kernel $BUILD/courier.elf --disk $T/disk.img"

# start COLUMNS ROWS COMMAND: a shell in a terminal of this size, which runs the command.
start() {
    at_exit
    starts=$((starts + 1))
    rm -f "$T/after"
    mux -f /dev/null new-session -d -x "$1" -y "$2" "sh"
    keys "PS1='host> '; clear; stty -a >$T/before; $3; echo status=\$?; stty -a >$T/after" Enter
}

# The screen, or some rows of it, counted from 1.
pane() { screen | sed -n "$1,$2p"; }
status() { pane 1 1; }
messages() { pane 11 15; }
console() { pane 16 23; }
bottom() { screen | tail -n 2; }

# until_in SECONDS WHERE TEXT: the text appears where the command shows it, in that time.
until_in() {
    left=$(($1 * 20))
    while [ "$left" -gt 0 ]; do
        case $($2) in
        *"$3"*) return 0 ;;
        esac
        sleep 0.05
        left=$((left - 1))
    done
    return 1
}

# until_gone SECONDS WHERE TEXT: the text is not there any more, in that time.
until_gone() {
    left=$(($1 * 20))
    while [ "$left" -gt 0 ]; do
        case $($2) in
        *"$3"*) ;;
        *) return 0 ;;
        esac
        sleep 0.05
        left=$((left - 1))
    done
    return 1
}

# sees NAME TEXT [WHERE]: the text appears on the screen.
sees() {
    if until_in 20 "${3:-screen}" "$2"; then
        ok "$1"
        return 0
    fi
    not_ok "$1" "no '$2' on the screen:"
    screen
    return 1
}

# loses NAME TEXT [WHERE]: the text goes away.
loses() {
    if until_gone 20 "${3:-screen}" "$2"; then
        ok "$1"
        return 0
    fi
    not_ok "$1" "still '$2' on the screen:"
    screen
    return 1
}

# settled: all keys sent so far have done what they do, and the screen shows it. The tables have the keys.
settlings=0
settled() {
    settlings=$((settlings + 1))
    keys :
    text "settled $settlings"
    until_in 20 screen ":settled $settlings" || not_ok "settled $settlings: the keys have not come"
    keys Escape
    until_gone 20 screen ":settled $settlings" || not_ok "settled $settlings: its line does not close"
}

# order LINE: a command, typed at the tables.
order() {
    keys :
    until_in 20 bottom "Do it" || not_ok "no line opens for '$1'"
    text "$1"
    keys Enter
}

# booted NAME: the shell's prompt is in the console pane. Without it nothing is typed any more: it
# would go to the host's shell.
booted() {
    left=400
    until console | grep -qx '\$' || [ "$left" -eq 0 ]; do
        sleep 0.05
        left=$((left - 1))
    done
    if [ "$left" -gt 0 ]; then
        ok "$1"
        return
    fi
    not_ok "$1" "no prompt on the screen:"
    screen
    finish
}

modes() { sed 's/rows.*line/line/' "$T/$1"; } # whatever its size

# restored NAME: the terminal is as before, and the shell's screen is back.
restored() {
    sees "$1: the shell is back" "host>"
    left=100
    until [ -s "$T/after" ] || [ "$left" -eq 0 ]; do
        sleep 0.05
        left=$((left - 1))
    done
    same "$1: the same terminal modes" "$(modes before)" "$(modes after)"
    same "$1: no alternate screen" 0 "$(mux display-message -t 0 -p '#{alternate_on}')"
    same "$1: the cursor shows" 1 "$(mux display-message -t 0 -p '#{cursor_flag}')"
    same "$1: the mouse is the terminal's" 0 "$(mux display-message -t 0 -p '#{mouse_any_flag}')"
    rm -f "$T/after"
}

pid() { pgrep -f "^$COURIER [a-z]* .*$T/"; }

# choose NAME: moves the choice to that row of the overview, which is the page that shows.
rows() { pane 3 10; }
tabs() { pane 2 2; }
chosen() { rows | sed -n 's/^▸\([^ #]*\).*/\1/p'; }
choose() {
    until_in 20 tabs "[1Over]"
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
        before=$(chosen)
        [ "$before" != "$1" ] || return 0
        from=$(rows | grep -n '▸' | cut -d : -f 1)
        to=$(rows | grep -n "^ $1[ #]" | cut -d : -f 1)
        if [ "${to:-99}" -lt "${from:-0}" ]; then keys k; else keys j; fi
        left=200 # a key is waited for, else the next one may be one too many
        while [ "$left" -gt 0 ] && [ "$(chosen)" = "$before" ]; do
            sleep 0.05
            left=$((left - 1))
        done
    done
    not_ok "$1 can be chosen" "it is not:"
    screen
}
