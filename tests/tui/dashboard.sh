#!/bin/sh
# The dashboard on a terminal: what it shows, its sizes, and every way out of it.
# timeout: 240
# alone: yes
. tests/lib.sh
. tests/screen.sh

# ---- a first look -------------------------------------------------------------------------------

start 80 24 "$run"
booted "a prompt in the console pane"
sees "the state" " RUN "
for server_name in rs pm fs tty blk init sh; do
    sees "$server_name has a row" "$server_name " "pane 3 10"
done
keys "ls /" Enter
sees "what ls writes is in the console pane" "etc" console
sees "messages by name are in the message pane" "FS_" messages
sees "a shell waits for its line" "awaiting  fs" "pane 3 10"

# ---- pause and go on ----------------------------------------------------------------------------

keys C-]
sees "Ctrl-] leaves the console" "i to type"
keys p
sees "p stops the guest" " STOP "
keys i
keys "echo sto'p'ped" Enter
sees "it says why nothing happens" "The guest is stopped"
case $(console) in
*stopped*) not_ok "a stopped guest does nothing" ;;
*) ok "a stopped guest does nothing" ;;
esac
keys F2
sees "F2 goes on" " RUN "
sees "what was typed meanwhile is there" "stopped" console

# ---- kill and restart ---------------------------------------------------------------------------

keys C-]
choose fs
sees "the choice is on fs" "▸fs" "pane 3 10"
keys F9
sees "a question before the deed" "Kill server"
sees "it names the target" "fs, endpoint 3, incarnation 1"
keys Enter
sees "Enter closes it, and does nothing" "Nothing was done"
keys F9
sees "the question again" "Kill server"
keys y
sees "it says when fs dies" "at the next heartbeat"
keys 8
sees "the log says that it is back" "fs is back"
keys 1 i
keys "echo aga'i'n; ls /" Enter
sees "the shell lives" "again"
sees "and ls works" "etc" console

keys C-]
choose tty
keys F9
sees "tty is asked for, too" "tty, endpoint 4"
keys y
keys 8
sees "tty comes back" "tty is back"
keys 1 i
keys "echo typ'i'ng" Enter
sees "typing works afterwards" "typing" console

keys C-]
choose sh
keys F9
sees "a program is no server" "is no server"

# ---- sizes --------------------------------------------------------------------------------------

mux resize-window -t 0 -x 120 -y 40
sees "120x40 shows the selected message beside the processes" "── Txn "
sees "and fills the last row" "F1 Help" "pane 40 40"
mux resize-window -t 0 -x 200 -y 60
sees "200x60 fills its last row, too" "F1 Help" "pane 60 60"
mux resize-window -t 0 -x 60 -y 15
sees "too small says so" "Courier needs 80 x 24, this is 60 x 15."
keys F9 y j
mux resize-window -t 0 -x 80 -y 24
sees "and back" "PROCESS"
sees "what was typed blindly did nothing" "Help" bottom
for page in 2Trace 3Ladder 4Wait 5Lat 6Proc 8Log 7Cons; do
    keys "${page%%[A-Z]*}"
    sees "${page%%[A-Z]*} is the page ${page#?}" "[$page]"
    keys F1
    sees "${page#?}: F1 explains" "─ Help: "
    sees "${page#?}: the last line says what closes it" "q Esc Close" bottom
    keys Escape
    loses "${page#?}: Esc closes it" "─ Help: "
done
keys F1
sees "more of the help follows" " more ──┘"
keys G
sees "G goes to its end" " more ──┐"
keys 8
sees "a view's key goes there" "[8Log]"
loses "and closes the help" "─ Help: "
keys F1
sees "F1 opens it again" "─ Help: "
keys q
loses "q closes the help, and nothing else" "─ Help: "
keys 7
keys Tab Tab
sees "Tab goes round" "[1Over]"
keys z
loses "z shows the process table alone" "Console ──"
keys z
sees "and the rest again" "Console ──"
keys Y
sees "a key that means nothing says so" "does nothing here" bottom

# ---- the ways out -------------------------------------------------------------------------------

keys q
sees "q asks, for the guest would be gone" "End the run?"
keys Enter
sees "Enter is no" "Nothing was done" bottom
keys C-c
sees "^C asks, too" "End the run?"
sees "it says what becomes of the run" "No trace was written"
keys q
sees "asked twice, it ends" "status=0"
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

for signal in TERM:15 HUP:1 INT:2 SEGV:11 ABRT:6; do
    number=${signal#*:} signal=${signal%:*}
    start 80 24 "$run"
    booted "$signal: started"
    kill "-$signal" "$(pid)"
    sees "$signal: ended" "status=$((128 + number))"
    restored "$signal"
done

# A terminal that vanishes: the run ends, and its trace is whole.
start 80 24 "$run --trace $T/gone.pcapng"
booted "vanishing: started"
gone=$(pid)
mux kill-server
left=200
while kill -0 "$gone" 2>/dev/null && [ "$left" -gt 0 ]; do
    sleep 0.05
    left=$((left - 1))
done
check "vanishing: the run ends" test "$left" -gt 0
exits "vanishing: the trace is complete" 0 "$COURIER" trace summary "$T/gone.pcapng"
same "vanishing: nothing is missing" "" "$(cat "$T/err")"

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
keys fg C-j # the terminal is raw still: whatever is typed now, the shell may take
loses "does it no harm" "Stopped"
sees "and it comes back, too" "PROCESS"
keys q
sees "q asks" "End the run?"
keys y
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
keys q y
sees "under make: and quits" "status="

# ---- no colour, no UTF-8, no terminal to speak of -----------------------------------------------

start 80 24 "NO_COLOR=1 $run"
booted "NO_COLOR: started"
case $(mux capture-pane -t 0 -p -e) in
*'[3'[0-7]m*) not_ok "NO_COLOR: no colours" ;;
*) ok "NO_COLOR: no colours" ;;
esac
keys F10 y
sees "F10 quits" "status=0"

start 80 24 "env LC_ALL=C $COURIER run --kernel $BUILD/courier.elf --disk $T/disk.img"
booted "ASCII: started"
if screen | LC_ALL=C grep -q '[^ -~]'; then
    not_ok "ASCII: nothing else is drawn"
else
    ok "ASCII: nothing else is drawn"
fi
keys F10 F10
sees "ASCII: quit" "status=0"

start 80 24 "$run --ascii"
booted "--ascii: started"
if screen | LC_ALL=C grep -q '[^ -~]'; then
    not_ok "--ascii: nothing else is drawn"
else
    ok "--ascii: nothing else is drawn"
fi
keys F10 y
sees "--ascii: quit" "status=0"

# ---- a kernel that says nothing ---------------------------------------------------------------

if "${CROSS}objcopy" --remove-section .courier.probes "$BUILD/courier.elf" "$T/mute.elf"; then
    start 80 24 "env LC_ALL=C.UTF-8 $COURIER run --kernel $T/mute.elf --disk $T/disk.img"
    sees "no probes: it says so" "This kernel has no probes"
    booted "no probes: it runs"
    keys C-] F9
    sees "no probes: nothing to kill" "Choose a process first" bottom
    keys 2 j 3 k 4 5 6 7 8 Enter
    sees "no probes: every page shows" "[2Trace]" tabs
    keys 1 s
    sees "no probes: nothing breaks" "[1Over]" tabs
    keys F10 y
    sees "no probes: quit" "status=0"
fi

# ---- a guest that idles ---------------------------------------------------------------------------

ticks() { awk '{ print $14 + $15 }' "/proc/$(pid)/stat"; } # of 10 ms
start 80 24 "$run"
booted "idle: started"
before=$(ticks)
sleep 2
check "idle: less than a twentieth of a core" test $(($(ticks) - before)) -lt 10
keys F10 y
sees "idle: quit" "status=0"

start 80 24 "TERM=dumb $run"
sees "a terminal that cannot" "--headless"
sees "is no success" "status=1"
finish
