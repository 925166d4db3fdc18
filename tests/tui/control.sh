#!/bin/sh
# The guest under control: steps, breakpoints, faults with their questions, a dashboard that may do nothing.
# timeout: 240
# alone: yes
. tests/lib.sh
. tests/screen.sh

log() { pane 3 23; }

# ---- steps --------------------------------------------------------------------------------------

start 80 24 "$run --trace $T/run.pcapng"
booted "started"
keys C-] p
sees "stopped" " STOP "
sees "by hand" "paused" status
keys i
text "ls /"
keys Enter C-] s
sees "s: the next message" "step: " status
sees "heartbeats are passed over" "fs > tty TTY_READ" status
keys o
sees "o: the reply of this transaction" "reply: tty > fs" status
keys o
sees "which has none around it" "Over what?" bottom
choose fs
keys f
sees "f: fs's next message" "receive: fs has" status
keys c
sees "c goes on" " RUN " status
sees "and the command has run" "etc" console
keys c
sees "once is enough" "runs already" bottom

# ---- breakpoints --------------------------------------------------------------------------------

keys 2 g
sees "an early message is selected" "as of 0.00"
keys b
sees "b: a breakpoint like the selected message" "Break at: src=="
keys C-u
text "type==FS_OPEN && src=="
keys Enter
sees "a mistake is shown at its column" "^" bottom
keys C-u
loses "until the line changes" "^" bottom
text "type==FS_OPEN && wibble==1"
keys Enter
sees "an unknown field, too" "^" bottom
keys C-u
text "src==cat && type==FS_OPEN"
keys Enter
sees "a breakpoint" "Breakpoint 1" bottom
keys F i
text "cat /etc/motd"
keys Enter
sees "it stops before the delivery" "break 1: cat > fs FS_OPEN" status
sees "and takes the keys from the console" "s Step" bottom
keys 2
sees "the message is the last line" " pending" "pane 13 13"
sees "fs does not have it yet" "→ fs        FS_OPEN" "pane 13 13"
keys 6
sees "the process that stopped is the chosen one" "── cat, "
sees "with its registers" "a0"
keys 1
order "ignore 1 1"
keys c
sees "goes on" " RUN " status
keys i
text "cat /etc/motd; echo tw''o"
keys Enter
sees "one stop is ignored" "two" console
text "cat /etc/motd"
keys Enter
sees "the next one is not" "break 1: cat" status
keys B
sees "B lists it" "src==cat && type==FS_OPEN"
sees "with its hits" "3 hits"
keys 1
sees "a digit switches it off" "off src==cat"
keys Escape
order "delete 7"
sees "no such breakpoint" "no breakpoint 7" bottom
keys Escape
order "break type==FS_LINK"
keys B
sees "a second one" "on  type==FS_LINK"
keys d
sees "d: a digit deletes" "a digit deletes one"
keys 1
loses "that one" "src==cat && type"
sees "the other stays" "on  type==FS_LINK"
sees "and can be switched" "switches one on or off"
keys d Escape
loses "Esc deletes nothing" "Breakpoints:"
order "delete 2"
keys B
sees "deleted" "There is no breakpoint" bottom
order "break crash"
keys c
order "kill fs"
sees "a command asks, too" "Kill server fs?"
keys y
sees "crash: it stops when a process crashes" "break 3: fs crashes" status
order "delete 3"
keys c 8
sees "and fs comes back" "fs is back"

# ---- faults -------------------------------------------------------------------------------------

keys 1
choose tty
keys F7
sees "the menu of faults" "hang tty"
keys Escape
loses "Esc closes it" "hang tty"
keys F7 h
sees "hang asks" "Hang server tty?"
sees "which one" "tty, endpoint 4, incarnation 1"
keys Enter
sees "Enter is no" "Nothing was done" bottom
keys F8
sees "F8 asks for a restart" "Restart server tty?"
keys n
sees "n is no" "Nothing was done" bottom
order "drop src==sh && type==PM_FORK"
sees "a message is asked for, too" "Drop a message?"
keys Enter
sees "Enter is no there, too" "Nothing was done" bottom
order "duplicate src==sh &&"
sees "a mistake in a fault's filter" "^" bottom
keys Escape
order "duplicate src==sh && type==FS_WRITE"
sees "twice" "Duplicate a message?"
keys y
sees "it waits for its message" "waits for the next such message" bottom
keys i
text "help"
keys Enter C-] 8
sees "it is done, and said" "operator: duplicate sh > fs FS_WRITE" log
keys 1
order "flip a9 1"
sees "no such register" "a register" bottom
keys C-u
text "flip a0 3"
keys Enter
sees "a flip asks" "Flip bit 3 of a0 in tty?"
keys Escape
sees "Esc is no" "Nothing was done" bottom
order "hang fs"
sees "hang by name" "Hang server fs?"
keys y 8
sees "the heartbeat finds it" "fs is back, incarnation 3"
keys i
text "svc crash tty loop"
keys Enter C-] 8
sees "a crash loop ends" "tty is given up"
order "restart tty"
sees "one that is given up can be restarted, too" "Restart server tty?"
keys y
sees "RS is asked to" "RS is asked to start it" bottom
sees "and does it" "tty is back, incarnation 12 "
keys i
text "echo re''vived"
keys Enter
sees "the terminal works again" "revived"
keys C-] q y
sees "quits" "status=0"
contains "each deed is in the trace" "$($COURIER trace show "$T/run.pcapng" 2>&1)" "operator: hang fs"

# ---- nothing may be done ------------------------------------------------------------------------

start 80 24 "$run --readonly --break 'type==FS_OPEN && src==init'"
sees "--break stops in the boot" "break 1: init > fs FS_OPEN"
order "delete 1"
keys c
loses "and goes on" " STOP "
for key in F7 F8 F9; do
    keys "$key"
    sees "read only: $key" "Read only" bottom
    keys j
    until_gone 20 bottom "Read only"
done
order "kill fs"
sees "read only: a command" "Read only" bottom
keys p
sees "read only: pausing is allowed" " STOP "
keys q y
sees "read only: quits" "status=0"

exits "--break with a mistake is a wrong use" 2 "$COURIER" run --break 'src=='
contains "it points at the column" "$(cat "$T/err")" "     ^"
finish
