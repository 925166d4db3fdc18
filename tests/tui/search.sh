#!/bin/sh
# Looking back: search, filter, marks, ranges, export, freezing, the mouse; on a running system and in a recorded trace.
# timeout: 240
# alone: yes
. tests/lib.sh
. tests/screen.sh

selected() { screen | grep -m 1 '▸'; }
moment() { selected | grep -o '[0-9]*\.[0-9]\{6\}' | head -n 1; } # of the chosen row

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
sees "and shows the moment" "as of " tabs
settled
first=$(moment)
keys n
loses "n goes back" "$first" moment
keys N
sees "N goes forth" "$first" moment
keys /
text "no such message"
keys Enter
sees "what is not there is said, and how to look the other way" "No later message has 'no such message'; N searches back" bottom
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
loses "Esc closes the line" "Filter: "
sees "and leaves the filter as it was" "filter src==cat && fd" tabs
keys '\' C-u
text "src==nobody"
keys Enter
sees "a process that never was is said to be none" "No process was called 'nobody' so far." bottom
sees "and the filter holds" "filter src==nobody" tabs
keys '\' C-u Enter
loses "an empty one shows everything" "filter" tabs
keys k k m a k k m b
sees "marks" "Mark b is here" bottom
settled
here=$(moment)
keys G
loses "away from one" "$here" moment
keys "'" b
sees "and back to it" "$here" moment
order "range a b"
sees "a range between two marks" "$here to" tabs
order "export csv $T/range.csv"
sees "what is in the range goes to a file" "messages are in" bottom
contains "as csv" "$(head -n 1 "$T/range.csv")" "event,time_ns"
same "which is three messages" 4 "$(grep -vc notify "$T/range.csv")"
order "export csv $T/range.csv"
sees "no file is overwritten" "File exists" bottom
keys Escape
order "export dot $T/waits.dot"
sees "who waits for whom, at that moment" "Who waits for whom is in" bottom
contains "as a graph" "$(cat "$T/waits.dot")" "who waits for whom at $here"
order "export dots $T/none"
sees "another format is none" "perfetto, jsonl, csv, mermaid or dot" bottom
keys Escape
order "range off"
loses "the range is gone" "$here to" tabs
order "goto 5ms"
sees "a time" "as of 0.00" tabs
order "goto nowhere"
sees "is no place" "the number of an event" bottom
keys Escape Escape
loses "Esc goes back to the newest" "as of " tabs

# ---- from a line to its message -----------------------------------------------------------------

keys 8
sees "the log has a chosen line" "▸" "pane 4 4"
keys j
sees "which moves" "▸" "pane 5 5"
settled
line=$(moment)
keys Enter
sees "Enter goes to its moment" "[2Trace]" tabs
sees "which is that of the line" "$line" moment
keys F 5
sees "the latencies" "[5Lat]" tabs
keys j j j
sees "a row of them is chosen" "▸" "pane 8 8"
settled
type=$(selected | awk '{ print $3 }') maximum=$(selected | awk '{ print $9 }')
keys Enter
sees "Enter goes to the slowest of it" "[2Trace]" tabs
sees "of this type" "$type reply" selected
sees "and this latency" "$maximum" selected
keys F 1
choose fs
keys 6
sees "a process in full" "── fs, "
keys G
sees "has its last messages at the end" "Last messages"

# ---- freezing the display -----------------------------------------------------------------------

keys g 2
sees "the messages" "[2Trace]" tabs
keys Z
sees "Z freezes the display" "frozen" tabs
settled
before=$(pane 3 12)
keys i
sees "the console gets the keys" "[7Cons]" tabs
text "echo al'iv'e"
keys Enter
keys C-] 2
sees "the keys work" "[2Trace]" tabs
settled
same "nothing moves" "$before" "$(pane 3 12)"
keys Z 1
sees "but the guest ran" "alive" console

# ---- the mouse ----------------------------------------------------------------------------------

# click COLUMN ROW [BUTTON]: as xterm sends it (SGR), counted from 1; 64 and 65 are the wheel.
click() { printf '\033[<%d;%d;%dM\033[<%d;%d;%dm' "${3:-0}" "$1" "$2" "${3:-0}" "$1" "$2"; }
text "$(click 9 2)"
sees "a click on a tab" "[2Trace]"
text "$(click 20 5)"
sees "a click selects a message" "▸" "pane 5 5"
sees "and shows its moment" "as of " tabs
text "$(click 20 8 64)"
sees "the wheel scrolls" "▸" "pane 4 4"
text "$(click 2 2 && click 3 6)"
sees "two clicks that come at once: a tab" "[1Over]" tabs
sees "and a process" "▸fs" "pane 6 6"
keys q
sees "q asks" "End the run?"
keys y
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
loses "and the console has no output yet" "comes back" console
sees "which is said" "as it was then"
keys F
sees "at the end it has" "comes back" console
order "goto 5ms"
loses "and then it has not, again" "comes back" console
keys 2 /
text "FS_OPEN"
keys Enter
sees "search goes through the file" "FS_OPEN" selected
for key in p s o f c b F9 i; do
    keys "$key"
    sees "nothing to control: $key" "recorded trace" bottom
    keys J
    until_gone 20 bottom "recorded trace"
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
order "filter"
for format in perfetto jsonl csv; do
    order "export $format $T/run.$format"
    sees "$format, of the whole run" "messages are in $T/run.$format now." bottom
done
keys q
sees "quits, too" "status=0"
restored "post mortem"
for format in perfetto jsonl csv; do
    "$COURIER" trace export --format "$format" "$T/run.pcapng" >"$T/whole" 2>"$T/err"
    check "$format: the same as courier trace makes it" cmp "$T/whole" "$T/run.$format"
done
"$COURIER" trace export --format mermaid --filter "proc==cat" "$T/run.pcapng" >"$T/whole"
check "a filter: that, too" cmp "$T/whole" "$T/run.mmd"

start 80 24 "env LC_ALL=C.UTF-8 $COURIER dash $T/run.pcapng --filter 'src==cat && fd'"
sees "a trace and a filter" "filter src==cat && fd"
keys 2 g
sees "the first one that shows" "1 of " "pane 3 3"
sees "is of the filter" "cat " selected
keys q
sees "and quits, with a filter" "status=0"

# ---- files that are none ------------------------------------------------------------------------

start 80 24 "$COURIER dash $T/disk.img"
sees "a foreign file" "courier: "
sees "is refused" "status=1"
head -c 100000 "$T/run.pcapng" >"$T/cut.pcapng"
start 80 24 "env LC_ALL=C.UTF-8 $COURIER dash $T/cut.pcapng"
sees "a trace that is cut off" " FILE "
keys 2 k
sees "is shown as far as it goes" "as of " tabs
keys q
sees "and quits" "status=0"
exits "no terminal" 1 "$COURIER" dash "$T/run.pcapng"
exits "no file" 2 "$COURIER" dash
exits "two files" 2 "$COURIER" dash a b
exits "a filter with a mistake" 2 "$COURIER" dash "$T/run.pcapng" --filter 'src=='
contains "is shown where it is" "$(cat "$T/err")" "         ^"
exits "help" 0 "$COURIER" dash --help
contains "is the whole usage" "$(cat "$T/out")" "courier dash FILE"
finish
