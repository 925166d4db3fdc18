#!/bin/sh
# The dashboard, driven through tmux as a person would.
# timeout: 240
. tests/lib.sh

# Each start has a tmux server of its own: an old one takes its time to go.
server=courier-$$ starts=0
at_exit() { mux kill-server 2>/dev/null; }
mux() { tmux -L "$server-$starts" "$@"; }
keys() { mux send-keys -t 0 "$@"; }
screen() { mux capture-pane -t 0 -p 2>&1; }

# A disk of its own for each start, so that no start sees another's.
cp "$BUILD/disk.img" "$T/disk.img"
run="env LC_ALL=C.UTF-8 $COURIER run --kernel $BUILD/courier.elf --disk $T/disk.img"

# start COLUMNS ROWS COMMAND: a shell in a terminal of this size, which runs the command.
start() {
    at_exit
    starts=$((starts + 1))
    mux -f /dev/null new-session -d -x "$1" -y "$2" "sh"
    keys "PS1='host> '; clear; stty -a >$T/before; $3; echo status=\$?; stty -a >$T/after" Enter
}

# sees NAME TEXT [SECONDS]: the text appears on the screen in that time.
sees() {
    name=$1 text=$2 left=$((${3:-20} * 5))
    while [ "$left" -gt 0 ]; do
        case $(screen) in
        *"$text"*)
            ok "$name"
            return 0
            ;;
        esac
        sleep 0.2
        left=$((left - 1))
    done
    not_ok "$name" "no '$text' on the screen:"
    screen
    return 1
}

# booted NAME: the shell's prompt is in the console pane. Without it nothing is typed any more: it
# would go to the host's shell.
booted() {
    left=100
    until console | grep -qx '\$' || [ "$left" -eq 0 ]; do
        sleep 0.2
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

# pane FROM TO: what stands between two rows of the screen, counted from 1.
pane() { screen | sed -n "$1,$2p"; }
messages() { pane 11 15; }
console() { pane 17 23; }

# restored NAME: the terminal is as before, and the shell's screen is back.
restored() {
    sees "$1: the shell is back" "host>" 10
    sleep 0.3
    same "$1: the same terminal modes" "$(cat "$T/before")" "$(cat "$T/after")"
    same "$1: no alternate screen" 0 "$(mux display-message -t 0 -p '#{alternate_on}')"
    same "$1: the cursor shows" 1 "$(mux display-message -t 0 -p '#{cursor_flag}')"
}

# ---- a first look -------------------------------------------------------------------------------

start 80 24 "$run"
booted "a prompt in the console pane"
sees "the state" " RUN "
for server_name in rs pm fs tty blk init sh; do
    contains "$server_name has a row" "$(pane 2 9)" "$server_name "
done
keys "ls /" Enter
sees "what ls writes" "etc"
contains "is in the console pane" "$(console)" "etc"
sees "messages by name" "FS_"
contains "in the message pane" "$(messages)" "FS_"
contains "a shell waits for its line" "$(pane 2 9)" "awaiting"

# ---- pause and go on ----------------------------------------------------------------------------

keys C-]
sees "Ctrl-] leaves the console" "Tab to type"
keys p
sees "p stops the guest" " STOP "
keys Tab
keys "echo sto'p'ped" Enter
sleep 1
case $(console) in
*stopped*) not_ok "a stopped guest does nothing" ;;
*) ok "a stopped guest does nothing" ;;
esac
keys F2
sees "F2 goes on" " RUN "
sees "what was typed meanwhile is there" "stopped"

# ---- kill and restart ---------------------------------------------------------------------------

# choose NAME: moves the choice to that row.
choose() {
    keys C-]
    keys k k k k k k k k
    for _ in 1 2 3 4 5 6 7 8; do
        case $(pane 3 9) in
        *"▸$1 "*) return 0 ;;
        esac
        keys j
        sleep 0.3
    done
}

choose fs
contains "the choice is on fs" "$(pane 2 9)" "▸fs"
keys F9
sees "a question before the deed" "Kill server"
contains "it names the target" "$(screen)" "fs, endpoint 3, incarnation 1"
keys Enter
sleep 0.5
case $(screen) in
*"Kill server"*) not_ok "Enter closes it" ;;
*) ok "Enter closes it" ;;
esac
contains "and does nothing" "$(screen)" "0 restarts"
keys F9
sees "the question again" "Kill server"
keys y
sees "it says when fs dies" "at the next heartbeat"
sees "fs comes back" "1 restart"
sees "the stream says so" "fs is back"
keys Tab
keys "clear; echo aga'i'n; ls /" Enter
sees "the shell lives" "again"
sees "and ls works" "etc"

choose tty
keys F9
sees "tty is asked for, too" "tty, endpoint 4"
keys y
sees "tty comes back" "2 restarts"
keys Tab
keys "echo typ'i'ng" Enter
sees "typing works afterwards" "typing"

keys C-] k k k k k k k k j j j j j j j j j F9
sees "a program is no server" "is no server"

# ---- sizes --------------------------------------------------------------------------------------

mux resize-window -t 0 -x 120 -y 40
sees "120x40 shows the log" "Log ──"
same "and fills the last row" "Tab" "$(pane 40 40 | awk '{ print $1 }')"
mux resize-window -t 0 -x 200 -y 60
sees "200x60 has two columns" "MAX"
mux resize-window -t 0 -x 60 -y 15
sees "too small says so" "Courier needs 80 x 24, this is 60 x 15."
mux resize-window -t 0 -x 80 -y 24
sees "and back" "PROCESS"
keys F1
sees "F1 explains" "INC      incarnation"
keys x
keys F5
sleep 0.5
contains "F5 zooms the tables" "$(pane 10 10)" "TIME"
keys F5

# ---- the ways out -------------------------------------------------------------------------------

keys q
sees "q quits" "status=0"
restored "q"

start 60 15 "$run"
sees "too small from the start" "q quits"
keys q
sees "quitting works there" "status=0"
restored "q, too small"

start 80 24 "$run"
booted "started again"
keys C-d
sees "the guest powers off" "the guest powered off, status 0"
sees "with its status" "status=0"
restored "power off"

pid() { pgrep -f "^$COURIER run .*$T/disk.img"; }
for signal in TERM:15 HUP:1 INT:2 SEGV:11 ABRT:6; do
    number=${signal#*:} signal=${signal%:*}
    start 80 24 "$run"
    booted "$signal: started"
    kill "-$signal" "$(pid)"
    sees "$signal: ended" "status=$((128 + number))"
    restored "$signal"
done

# Stopped and continued, by a key and from outside.
start 80 24 "$run"
booted "started once more"
keys C-] C-z
sees "Ctrl-Z suspends it" "host>"
keys fg Enter
sees "fg brings it back" "PROCESS"
kill -TSTP "$(pid)"
sees "SIGTSTP, too" "host>"
keys fg Enter
sees "and it comes back" "PROCESS"
kill -STOP "$(pid)"
sees "even SIGSTOP" "Stopped"
keys fg C-j # the terminal is raw still
sees "does it no harm" "PROCESS"
keys q
sees "and quits" "status="

# As a child of make, which is the leader of the job's process group.
printf 'run:\n\t@%s\n' "$run" >"$T/Makefile"
start 80 24 "make -f $T/Makefile run"
booted "under make: started"
keys C-] C-z
sees "under make: Ctrl-Z stops make, too" "host>"
keys "echo sh'e'll" Enter
sees "under make: the shell has the terminal" "shell"
keys fg Enter
sees "under make: fg brings it back" "PROCESS"
keys q
sees "under make: and quits" "status="

# ---- no colour, no UTF-8, no terminal to speak of -----------------------------------------------

start 80 24 "NO_COLOR=1 $run"
booted "NO_COLOR: started"
case $(mux capture-pane -t 0 -p -e) in
*'[3'[0-7]m*) not_ok "NO_COLOR: no colours" ;;
*) ok "NO_COLOR: no colours" ;;
esac
keys F10
sees "F10 quits" "status=0"

start 80 24 "env LC_ALL=C $COURIER run --kernel $BUILD/courier.elf --disk $T/disk.img"
booted "ASCII: started"
if screen | LC_ALL=C grep -q '[^ -~]'; then
    not_ok "ASCII: nothing else is drawn"
else
    ok "ASCII: nothing else is drawn"
fi
keys F10
sees "ASCII: quit" "status=0"

start 80 24 "TERM=dumb $run"
sees "a terminal that cannot" "--headless"
sees "is no success" "status=1"
finish
