#!/bin/sh
# What a reader may rely on in every source: the kernel's budget, the layout, functions that fit.
# sanitizers: no
. tests/lib.sh

check "the kernel is within its budget of lines" tools/lines kernel 2500

# Layout differs from one version of clang-format to the next; 14 is the project's (Debian 12's).
version=$("${CLANG_FORMAT:-clang-format}" --version 2>/dev/null | sed 's/.*version \([0-9]*\).*/\1/')
if [ "$version" = 14 ]; then
    check "clang-format would change nothing" make -s check-format
else
    echo "not looked at: clang-format 14 is not installed"
fi

sources=$(find emu include kernel lib servers tests tools user -name '*.[chS]' | sort)

# A function's braces stand in the first column, as clang-format leaves them.
long_functions() {
    echo "$sources" | grep '\.c$' | xargs awk '
        FNR == 1 { start = 0 }
        /^{/ { start = FNR }
        /^}/ && start && FNR - start - 1 > 70 { print FILENAME ":" start ": " FNR - start - 1 " lines" }'
}
same "no function is longer than 70 lines" "" "$(long_functions)"

no_opening() {
    echo "$sources" | xargs awk 'FNR == 1 && !/^(\/\/|\/\*|#)/ { print FILENAME }'
}
same "every source opens with a comment" "" "$(no_opening)"
same "no tabs, no blanks at the end of a line" "" "$(echo "$sources" | grep -v '\.S$' | xargs grep -nE '	| $' | head -n 5)"
same "every suite can be executed" "" "$(find tests/*/ -name '*.sh' ! -perm -u+x ! -path 'tests/guest/sessions/*')"
same "nothing is left to do" "" "$(echo "$sources" | xargs grep -nwE 'TODO|FIXME|XXX' | head -n 5)"

for goal in all run test bench clean distclean lines help; do
    contains "make help names $goal" "$(make -s help)" "$goal"
done
finish
