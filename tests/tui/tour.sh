#!/bin/sh
# The tour on a terminal: a page at a time, and every way out of it.
# timeout: 120
. tests/lib.sh
. tests/screen.sh

tour="env LC_ALL=C.UTF-8 $COURIER tour --kernel $BUILD/courier.elf --disk $BUILD/disk.img"
page() { screen | grep -v '^$'; }

start 80 24 "$tour 1 2"
sees "the first page" "[Enter: go on, q: quit]"
contains "begins with its title" "$(page | head -n 1)" "Step 1 of 2: One read()"
contains "has a picture" "$(page)" "FS_READ fd=3"
keys x
keys Enter
sees "the second page has the tree" "BLK_READ fs>blk"
sees "the end of the step" "[Enter: the next step, q: quit]"
keys Space
sees "the next step begins" "Step 2 of 2"
sees "and stops after its first picture" "[Enter: go on, q: quit]"
contains "with the title still on the screen" "$(page | head -n 1)" "Step 2 of 2"
keys q
restored "q"
sees "q is no failure" "status=0"

start 80 24 "$tour 5"
sees "a long step" "[Enter: go on, q: quit]"
contains "what is done" "$(page)" "> kill fs"
keys C-c
restored "Ctrl-C"

start 100 30 "$tour 3"
sees "a larger page" "The chain from alice"
keys Enter
sees "goes on" "DEMO_ASK: ELOCKED"
pkill -TERM -f "^$COURIER tour --kernel $BUILD/courier.elf" -n
restored "SIGTERM"
finish
