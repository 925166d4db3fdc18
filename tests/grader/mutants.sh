#!/bin/sh
# Plausible student bugs: the lab's own solution with one of its patches (lab/NAME/mutants/*.patch) must fail the case
# that the patch's first line names, `fails CASE: what the bug is`; in the words of its second, `says WORDS`, if it has one. Other right solutions (lab/NAME/right/*.patch) lose nothing.
# LAB=NAME: one lab's. ALL=1: all of them, as `make grader-selftest` has it; else each must fit, and SAMPLE of each lab are graded, and
# those whose words matter.
# timeout: 1200
# sanitizers: no
. tests/lib.sh

GRADE=${GRADE:-$BUILD/grade}

# copy LAB DIR: the files that a student of this lab hands in.
copy() {
    for file in $("$GRADE" list "$1" | sed -n '1s/.*hand in //p' | tr -d ,); do
        mkdir -p "$2/$(dirname "$file")"
        cp "$file" "$2/$file"
    done
}

# mend LAB PATCH: the lab's files with the patch, in $T/s. False: it does not fit.
mend() {
    rm -rf "$T/s" && mkdir "$T/s"
    copy "$1" "$T/s"
    patch -s -p1 -d "$T/s" <"$2" >"$T/out" 2>&1
}

SAMPLE=2
# graded N OF: is the N-th of so many in the sample? They are as far apart as can be.
graded() { [ -n "${ALL:-}" ] || [ $(($1 * SAMPLE / $2)) -ne $((($1 - 1) * SAMPLE / $2)) ]; }

before=''
for mutant in lab/${LAB:-*}/mutants/*.patch; do
    lab=$(basename "$(dirname "$(dirname "$mutant")")")
    name=$lab/$(basename "$mutant" .patch)
    [ "$lab" = "$before" ] || n=0 before=$lab
    n=$((n + 1))
    case=$(sed -n '1s/^fails \([a-z0-9-]*\):.*/\1/p' "$mutant")
    if ! mend "$lab" "$mutant"; then
        not_ok "$name" "the patch does not fit: $(head -1 "$T/out")"
        continue
    fi
    words=$(sed -n '2s/^says //p' "$mutant")
    if [ -z "$words" ] && ! graded "$n" "$(ls "lab/$lab/mutants" | wc -l)"; then
        ok "$name fits"
        continue
    fi
    timeout 100 "$GRADE" run --lab "$lab" --submission "$T/s" --case "$case" --format json >"$T/json" 2>"$T/err"
    same "$name fails $case" failed "$(jq -r '.cases[0].status' "$T/json")"
    [ -z "$words" ] || contains "$name: the rule" "$(jq -r '.cases[0].rule' "$T/json")" "$words"
done

for right in lab/${LAB:-*}/right/*.patch; do
    [ -e "$right" ] && [ -n "${ALL:-}" ] || continue
    lab=$(basename "$(dirname "$(dirname "$right")")")
    name=$lab/$(basename "$right" .patch)
    if ! mend "$lab" "$right"; then
        not_ok "$name" "the patch does not fit: $(head -1 "$T/out")"
        continue
    fi
    timeout 100 "$GRADE" run --lab "$lab" --submission "$T/s" --format json >"$T/json" 2>"$T/err"
    same "$name is right" 'graded 100' "$(jq -r '"\(.status) \(.points)"' "$T/json")"
done
finish
