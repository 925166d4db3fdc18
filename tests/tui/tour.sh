#!/bin/sh
# The tour on a terminal: a page at a time, and every way out of it.
# timeout: 120
# alone: yes
. tests/lib.sh
. tests/screen.sh

tour="env LC_ALL=C.UTF-8 $COURIER tour --kernel $BUILD/courier.elf --disk $T/disk.img"
title() { screen | grep -v '^$' | head -n 1; }

start 80 24 "$tour 1 2"
sees "the first page" "[Enter: go on, n: next step, b: this step again, q: quit]"
sees "begins with its title" "Step 1 of 2: One read()" title
sees "has a picture" "FS_READ fd=3"
keys x
keys Enter
sees "the second page has the tree" "BLK_READ fs>blk"
sees "the end of the step" "[Enter: the next step, n: next step"
keys Space
sees "the next step begins" "Step 2 of 2"
sees "and stops after its first picture" "[Enter: go on, n: next step, b: this step again, q: quit]"
sees "with the title still on the screen" "Step 2 of 2" title
keys q
restored "q"
sees "q is no failure" "status=0"

start 80 24 "$tour 1 3 7"
sees "three steps" "Step 1 of 3"
sees "the first one waits" "[Enter: go on"
keys n
sees "n leaves it" "Step 2 of 3"
sees "the second one waits" "Bob wait, Carol does not."
sees "at its first picture" "[Enter: go on"
keys Enter
sees "and goes on" "DEMO_ASK: ELOCKED"
keys b
sees "b begins it again with its title" "Step 2 of 3" title
sees "and its first picture" "Bob wait, Carol does not."
keys q
restored "q in the middle"

start 80 24 "$tour 5"
sees "a long step" "[Enter: go on, n: next step, b: this step again, q: quit]"
sees "what is done" "> kill fs"
keys C-c
restored "Ctrl-C"

start 100 30 "$tour 3"
sees "a larger page" "The chain from alice"
keys Enter
sees "goes on" "DEMO_ASK: ELOCKED"
kill -TERM "$(pid)"
restored "SIGTERM"

start 100 40 "$tour 5"
sees "in a wide terminal a wide picture" " 1 fs#1 died at "
sees "and the question" "[Enter: go on"
mux resize-window -t 0 -x 60 -y 40
sees "narrower: it is cut" ": kill fs (operator)             …"
loses "and not wrapped" "replies"
sees "words are whole" "file; in the"
sees "the question is there once more" "[Enter: go on"
keys n
restored "n, after it"
start 60 40 "$tour --show tour/demo/crash.tour"
sees "a narrow show" "1 fs#1 at "
sees "has all that matters" "─▸ replies"
sees "of each" "2 blk#1 at "
mux resize-window -t 0 -x 90 -y 40
sees "resized, it goes on by itself" "pm#1 died at "
keys q
restored "q, after it"

start 80 24 "$tour --show tour/demo/crash.tour"
sees "a show" "[it goes on by itself; Enter: at once, q: quit]"
sees "with its title" "A copy, and its servers die under it" title
sees "goes on by itself" "Next BLK, with blocks of the disk in flight"
keys Enter
sees "or at once" "process must exist once, not twice"
keys q
restored "q ends it"
sees "that is no failure, too" "status=0"
finish
