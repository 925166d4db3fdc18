#!/bin/sh
# Plausible student bugs: the lab's own solution with one of its patches (lab/NAME/mutants/*.patch) must fail the case
# that the patch's first line names, `fails CASE: what the bug is`.
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

for mutant in lab/*/mutants/*.patch; do
    lab=$(basename "$(dirname "$(dirname "$mutant")")")
    name=$lab/$(basename "$mutant" .patch)
    case=$(sed -n '1s/^fails \([a-z0-9-]*\):.*/\1/p' "$mutant")
    rm -rf "$T/s" && mkdir "$T/s"
    copy "$lab" "$T/s"
    if ! patch -s -p1 -d "$T/s" <"$mutant" >"$T/out" 2>&1; then
        not_ok "$name" "the patch does not fit: $(head -1 "$T/out")"
        continue
    fi
    timeout 100 "$GRADE" run --lab "$lab" --submission "$T/s" --case "$case" --format json >"$T/json" 2>"$T/err"
    same "$name fails $case" failed "$(jq -r '.cases[0].status' "$T/json")"
done
finish
