#!/bin/sh
# Looking back: search, filter, marks, ranges, export, freezing, the mouse; on a running system and in a recorded trace.
# timeout: 240
. tests/lib.sh
. tests/screen.sh

order() {
    keys :
    until_in 5 bottom "Do it"
    text "$1"
    keys Enter
}
selected() { screen | grep -m 1 '▸'; }
tabs() { pane 2 2; }

# ---- a running system ---------------------------------------------------------------------------

start 80 24 "env TERM=xterm-256color $run --trace $T/run.pcapng"
booted "started"
text "cat /etc/motd; echo the""re"
keys Enter
sees "something to look back at" "there" console
keys C-] 2 '?'
text "FS_OPEN"
keys Enter
sees "? searches back" "FS_OPEN" selected
contains "and shows the moment" "$(tabs)" "as of "
first=$(selected | awk '{ print $2 }')
keys n N
sees "n and N go back and forth" "$first" selected
keys /
text "no such message"
keys Enter
sees "what is not there is said" "No later message" bottom
sees "and how to look the other way" "N searches back" bottom
keys F
loses "F follows again" "as of " tabs
keys F4
text "src==cat && fd"
keys Enter
sees "a filter" "filter src==cat && fd" tabs
loses "only what passes shows" "TTY_" "pane 4 12"
keys '\'
sees "it can be changed" "Filter: src==cat && fd"
text "=="
keys Enter
sees "a mistake at its place" "^" bottom
keys Escape
sees "Esc leaves the filter as it was" "filter src==cat && fd" tabs
keys '\' C-u Enter
loses "an empty one shows everything" "filter" tabs
keys k k m a k k m b
sees "marks" "Mark b is here" bottom
here=$(selected)
keys G "'" b
sees "and back to them" "$here" selected
order "range a b"
sees "a range between two marks" " to" tabs
order "export csv $T/range.csv"
sees "what is in the range goes to a file" "messages are in" bottom
contains "as csv" "$(head -n 1 "$T/range.csv")" "event,time_ns"
order "export csv $T/range.csv"
sees "no file is overwritten" "File exists" bottom
keys Escape
order "range off"
loses "the range is gone" " to" tabs
order "goto 5ms"
sees "a time" "as of 0.00" tabs
order "goto nowhere"
sees "is no place" "the number of an event" bottom
keys Escape Escape
loses "Esc goes back to the newest" "as of " tabs

# ---- from a line to its message -----------------------------------------------------------------

keys 8 j
sees "the log has a chosen line" "▸"
line=$(selected | cut -c 2-40)
keys Enter
sees "Enter goes to its moment" "[2Trace]" tabs
sees "which is selected" "▸" "pane 4 13"
contains "and is that of the line" "$line" "$(selected | awk '{ print $2 }')"
keys F 5
sees "the latencies" "[5Lat]" tabs
keys j j j
sees "a row of them is chosen" "▸" "pane 8 8"
row=$(selected | awk '{ print $3, $8 }') # type and maximum
keys Enter
sees "Enter goes to the slowest of it" "as of" tabs
contains "of this type" "$(selected)" "${row% *} reply"
contains "and this latency" "$(selected)" "${row#* }"
keys F 6
choose fs
keys G
sees "a process has its last messages at the end" "Last messages"
keys g 2

# ---- freezing the display -----------------------------------------------------------------------

keys Z
sees "Z freezes the display" "frozen" tabs
before=$(pane 3 12)
keys i
text "echo al'iv'e"
keys Enter
keys C-] 2
sees "the keys work" "[2Trace]" tabs
same "nothing moves" "$before" "$(pane 3 12)"
keys Z 1
sees "but the guest ran" "alive" console

# ---- the mouse ----------------------------------------------------------------------------------

# click COLUMN ROW [BUTTON]: as xterm sends it (SGR), counted from 1; 64 and 65 are the wheel.
click() { text "$(printf '\033[<%d;%d;%dM\033[<%d;%d;%dm' "${3:-0}" "$1" "$2" "${3:-0}" "$1" "$2")"; }
click 9 2
sees "a click on a tab" "[2Trace]"
click 20 5
sees "a click selects a message" "▸" "pane 5 5"
contains "and shows its moment" "$(tabs)" "as of "
click 20 8 64
sees "the wheel scrolls" "▸" "pane 3 4"
click 2 2
click 3 6
sees "a click chooses a process" "▸fs" "pane 6 6"
keys q y
sees "quits" "status=0"
restored "with the mouse"

# ---- post mortem --------------------------------------------------------------------------------

start 80 24 "env LC_ALL=C.UTF-8 $COURIER dash $T/run.pcapng"
sees "a recorded trace" " FILE "
sees "has its console" "comes back" console
sees "and its processes" "17.1  "
keys 2 g
sees "to its beginning" "as of 0.00" tabs
keys 1
sees "the overview of then" "[1Over]" tabs
loses "where the shell is not born yet" " sh " "pane 3 10"
keys 2 /
text "FS_OPEN"
keys Enter
sees "search goes through the file" "FS_OPEN" selected
for key in p s o f c b F9 i; do
    keys "$key"
    sees "nothing to control: $key" "recorded trace" bottom
    keys J
done
mux resize-window -t 0 -x 200 -y 60
sees "large" "F1 Help" "pane 60 60"
mux resize-window -t 0 -x 60 -y 15
sees "too small" "Courier needs"
mux resize-window -t 0 -x 120 -y 40
sees "and between" "F1 Help" "pane 40 40"
order "filter proc==cat"
order "export mermaid $T/run.mmd"
sees "export" "messages are in" bottom
contains "as a diagram" "$(head -n 3 "$T/run.mmd")" "sequenceDiagram"
keys q
sees "quits, too" "status=0"
restored "post mortem"

# ---- files that are none ------------------------------------------------------------------------

start 80 24 "$COURIER dash $T/disk.img"
sees "a foreign file" "courier: "
sees "is refused" "status=1"
head -c 100000 "$T/run.pcapng" >"$T/cut.pcapng"
start 80 24 "env LC_ALL=C.UTF-8 $COURIER dash $T/cut.pcapng"
sees "a trace that is cut off" " FILE "
keys 2 k
sees "is shown as far as it goes" "▸"
keys q
sees "and quits" "status=0"
exits "no terminal" 1 "$COURIER" dash "$T/run.pcapng"
exits "no file" 2 "$COURIER" dash
exits "two files" 2 "$COURIER" dash a b
finish
