#!/bin/sh
# Every lab's handout: a tree that builds with plain make and fails as it should, holds no line of the solution, is worth
# next to nothing, and has what a student needs to work and to hand in.
#
# The host's objects are copied in, since their sources are the same; HANDOUT_WHOLE=1 compiles them there, too. LABS='one two': only
# these.
# timeout: 1800
# sanitizers: no
# alone: yes
. tests/lib.sh
: "${GRADE:=$BUILD/grade}"

# The lines that only the solution has: in a hole of this lab, and nowhere else in the code. Short ones are nobody's.
solution() { # LAB FILE...
    lab=$1
    shift
    awk -v lab="$lab" '
        function named(names,    n, i, list) {
            n = split(names, list, " ")
            for (i = 2; i <= n; i++)
                if (list[i] == lab)
                    return 1
            return 0
        }
        { sub(/^[ \t]+/, ""); sub(/[ \t]+$/, "") }
        FNR == 1 { depth = 0 }
        /^\/\/LAB end/ { depth--; next }
        /^\/\/LAB else/ { stub[depth] = 1; next }
        /^\/\/LAB/ { depth++; own[depth] = named($0); stub[depth] = 0; next }
        {
            hidden = 0
            for (i = 1; i <= depth; i++)
                if (own[i] && !stub[i])
                    hidden = 1
            sub(/^\/\/\| ?/, "")
            if (length($0) < 12)
                next
            if (hidden)
                inside[$0] = 1
            else
                outside[$0] = 1
        }
        END {
            for (line in inside)
                if (!(line in outside))
                    print line
        }' "$@"
}

# The same lines, wherever they stand in a tree.
leaks() { # LINES TREE
    find "$2" -path "$2/build" -prune -o -path "$2/.deps" -prune -o -type f -print0 |
        xargs -0 sed -s 's/^[[:space:]]*//; s/[[:space:]]*$//' | grep -aFx -f "$1" | head -n 3
}

has_only_its_lab() { # LAB TREE
    same "$1: only its lab" "$1" "$(cd "$2/lab" && echo */ | tr -d /)"
    same "$1: nothing hidden" "" "$(find "$2" -name .deps -prune -o \( -name 'hidden*' -o -name mutants -o -name right -o -name attacks -o -name '*.patch' \) -print)"
    same "$1: no marker" "" "$(grep -rEl '^[[:space:]]*//LAB|^[[:space:]]*//\|' "$2" --include='*' --exclude-dir=.deps --exclude-dir=build)"
}

# Links in pages to files that are not there, as `PAGE: FILE`. (lab/student.md is a page only when it is filled in.)
dead_links() { # TREE
    find "$1" \( -name .deps -o -name build \) -prune -o -name '*.md' ! -name student.md -print | while IFS= read -r page; do
        sed '/^```/,/^```/d' "$page" | grep -oE '\]\([^)]+\)' | sed 's/^](//; s/)$//; s/#.*//' | grep -vE '^([a-z]+:|$)' |
            while IFS= read -r link; do
                [ -e "$(dirname "$page")/$link" ] || echo "${page#"$1"/}: $link"
            done
    done
}

# What is to be read is about this lab, for students, and there.
reads_well() { # LAB TREE
    same "$1: no dead link" "" "$(dead_links "$2")"
    contains "$1: README.md begins with the assignment" "$(cat "$2/README.md")" "[the assignment](lab/$1/README.md)"
    for section in '▸rs ' 'kernel/            the microkernel' 'MIT licence'; do
        contains "$1: README.md has its sections" "$(cat "$2/README.md")" "$section"
    done
    same "$1: README.md is filled in" "" "$(grep '@' "$2/README.md")"
    same "$1: nothing for instructors in the pages" "" \
        "$(grep -lE 'grading\.md|make handout|grader-selftest|grade batch' -r "$2" --include='*.md' --exclude-dir=.deps --exclude-dir=build)"
}

# The table of points in the assignment: 100 in all, and each public case with its own (from a report).
tells_points() { # LAB TREE REPORT
    table=$(sed -n '/^| case | points/,/^$/p' "$2/lab/$1/README.md" | tr -d '`*')
    same "$1: the assignment's points are 100" 100 "$(echo "$table" | tr '|' '\n' | awk '/^ *[0-9]+ *$/ { sum += $1 } END { print sum + 0 }')"
    same "$1: the assignment names each public case and its points" "" \
        "$(grep -E '^  (FAILED|passed)' "$3" | grep -v '(hidden)$' | sed -E 's|^  [^/]*/([0-9]+) +([^ ]+) .*|\2 \1|' |
            while read -r name points; do echo "$table" | grep -q "| $name | $points |" || echo "$name $points"; done)"
}

builds() { # LAB TREE
    [ ! -d .deps ] || cp -Rp .deps "$2/"
    if [ -z "${HANDOUT_WHOLE:-}" ]; then
        mkdir -p "$2/build/host/servers/fs"
        cp -Rp "$BUILD/host/emu" "$BUILD/host/grader" "$BUILD/host/tools" "$2/build/host/"
        cp -Rp "$BUILD/host/servers/fs/core" "$2/build/host/servers/fs/"
        cp -p "$BUILD/host.flags" "$2/build/"
    fi
    exits "$1: builds with plain make" 0 make -C "$2" -j2
}

# It boots, or stands still: what it must not do is work.
fails_as_intended() { # LAB TREE
    timeout 120 "$2/build/courier" run --kernel "$2/build/courier.elf" --disk "$2/build/disk.img" --headless --max-insns 100000000 \
        --exec 'echo it works' --trace "$T/trace.pcapng" >"$T/out" 2>"$T/err" </dev/null
    status=$?
    case $status in
    0 | 1 | 124) ok "$1: the untouched system ends with status $status" ;;
    *) not_ok "$1: the untouched system ends" "status $status: $(head -c 300 "$T/err")" ;;
    esac
    case $(cat "$T/out") in
    *"it works"*) exits "$1: lab/boots says that it boots" 0 "$2/lab/boots" "$2/build/courier" FILES ;;
    *)
        exits "$1: lab/boots says that it does not boot" 1 "$2/lab/boots" "$2/build/courier" FILES
        contains "$1: ... and whose it is" "$(cat "$T/out")" "what is yours (FILES) does not do its part yet"
        ;;
    esac
}

points() { sed -n 's/^\([0-9]*\) of 100 points$/\1/p' "$T/out"; }

is_worth_little() { # LAB TREE
    exits "$1: is graded" 0 "$GRADE" run --lab "$1" --submission "$2"
    check "$1: at most 20 of 100 points, not $(points)" [ "$(points)" -le 20 ]
    mv "$T/out" "$T/directory"
    tells_points "$1" "$2" "$T/directory"
    exits "$1: @handout is graded" 0 "$GRADE" run --lab "$1" --submission @handout --name "$(basename "$2")"
    check "$1: @handout is the same" cmp "$T/directory" "$T/out"
}

can_be_worked_on() { # LAB TREE
    exits "$1: make grade" 0 make -s -C "$2" grade
    contains "$1: make grade: a report" "$(cat "$T/out")" "points"
    exits "$1: make submit" 0 make -s -C "$2" submit
    exits "$1: make replay without a case" 2 make -s -C "$2" replay
    same "$1: what is submitted" "$(sed -n 's/^LAB_FILES := //p' "$2/lab.mk")" "$(tar -tzf "$2/$1.tar.gz" | tr '\n' ' ' | sed 's/ $//')"
    first=$(cksum <"$2/$1.tar.gz")
    (cd "$2" && touch $(sed -n 's/^LAB_FILES := //p' lab.mk))
    make -s -C "$2" submit >/dev/null
    same "$1: make submit, the same again" "$first" "$(cksum <"$2/$1.tar.gz")"
    exits "$1: what is submitted is graded" 0 "$GRADE" run --lab "$1" --submission "$2/$1.tar.gz" --name "$(basename "$2")"
    check "$1: with the same report" cmp "$T/directory" "$T/out"
}

is_no_instructors_tree() { # LAB TREE
    exits "$1: no handout of a handout" 2 make -s -C "$2" handout LAB="$1" OUT="$T/again"
    exits "$1: no @handout in a handout" 1 "$2/build/grade" run --lab "$1" --submission @handout
}

# Somebody may be working on the tree: then the next two are compared.
made_again() { # LAB
    for _ in 1 2 3 4 5; do
        rm -f "$T/b.tar.gz"
        tools/handout "$1" "$T/b.tar.gz" >/dev/null
        cmp -s "$T/a.tar.gz" "$T/b.tar.gz" && return
        mv "$T/b.tar.gz" "$T/a.tar.gz"
    done
    return 1
}

handout() { # LAB
    lab=$1 tree=$T/courier-$1
    exits "$lab: make handout" 0 make -s handout LAB="$lab" OUT="$tree"
    [ -d "$tree" ] || return
    # shellcheck disable=SC2046 # the names are ours
    solution "$lab" $(find emu include kernel lib servers user -name '*.[chS]') >"$T/solution"
    check "$lab: there is a solution" [ "$(wc -l <"$T/solution")" -ge 10 ]
    same "$lab: no line of it" "" "$(leaks "$T/solution" "$tree")"
    check "$lab: and such a line would be found" [ -n "$(leaks "$T/solution" kernel)$(leaks "$T/solution" servers)" ]
    has_only_its_lab "$lab" "$tree"
    reads_well "$lab" "$tree"
    builds "$lab" "$tree"
    fails_as_intended "$lab" "$tree"
    is_worth_little "$lab" "$tree"
    can_be_worked_on "$lab" "$tree"
    is_no_instructors_tree "$lab" "$tree"
    exits "$lab: as an archive" 0 tools/handout "$lab" "$T/a.tar.gz"
    check "$lab: the same archive again" made_again "$lab"
    check "$lab: with the same files" [ "$(tar -tzf "$T/a.tar.gz" | wc -l)" -ge 500 ]
    rm -rf "$tree" "$T"/*.tar.gz
}

# The labs have nothing in common: so many at a time as there are cores, each by this script again. What they say is told in their order.
each_lab() {
    labs=$("$GRADE" list | sed 's/ .*//')
    echo "$labs" | LOGS=$T xargs -P "$(getconf _NPROCESSORS_ONLN)" -I '{}' \
        sh -c 'LABS=$1 exec "$0" >"$LOGS/$1.log" 2>&1' "$0" '{}' || true
    for lab in $labs; do
        check "$lab: to its end" grep -q ' passed, [0-9]* failed$' "$T/$lab.log"
        while IFS= read -r line; do
            case $line in
            'ok: '*) ok "${line#ok: }" ;;
            'NOT OK: '*) not_ok "${line#NOT OK: }" ;;
            esac
        done <"$T/$lab.log"
    done
}

if [ -n "${LABS:-}" ]; then
    for lab in $LABS; do
        handout "$lab"
    done
    finish
    exit
fi
each_lab

same "no dead link in the whole tree" "" "$(dead_links .)"

# What is not whole is not given away.
mkdir "$T/bin"
printf '#!/bin/sh\n[ "$1" = list ] && echo "whole  Lab 0: Whole: 1 points in 1 cases, 0 of them hidden; hand in kernel/ipc.c"\n' >"$T/bin/grade"
chmod +x "$T/bin/grade"
refuses "a lab without files" 1 env GRADE="$T/bin/grade" tools/handout whole "$T/whole"
check "a lab without files: nothing is written" [ ! -e "$T/whole" ]

refuses "no such lab" 2 tools/handout nowhere "$T/x"
refuses "no lab" 2 tools/handout
mkdir "$T/full"
touch "$T/full/file"
refuses "a directory that is not empty" 1 tools/handout rendezvous "$T/full"
refuses "a place that cannot be" 1 tools/handout rendezvous /proc/nowhere/x
finish
