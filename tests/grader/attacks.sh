#!/bin/sh
# Submissions that attack the grader, its machine or whoever reads its reports (grader/attacks/NAME; the kernels that forge are
# forgeries.sh's). Each must gain nothing and harm nothing: no more points than the untouched handout has, the words that
# `expect` asks for, none that it forbids, no file outside, no process left, in less than a minute; and the next grade is the same.
#
#   add.c        appended to the handout's file
#   front.c      the same, where functions of that file that `expect` names have become honest_NAME; it has others in their place
#   class        a program that makes a class of submissions in $OUT, and its roster in $ROSTER
#   submission   a program that makes the submission: $OUT is its place, $HANDOUT, $ROOT and $WITNESS say where things are
#   expect       lab NAME; file PATH: of add.c and front.c, kernel/ipc.c if it is not said; front FUNCTION...;
#                says WORDS; not WORDS: in the report; fails CASE...: these, and what else it has is honestly its own
#
# ATTACKS='tar zip': some of them. With SUMMARY=FILE the seconds of each are written there.
# timeout: 900
# sanitizers: no
. tests/lib.sh

GRADE=${GRADE:-$BUILD/grade}
ROOT=$PWD WITNESS=/tmp/courier-attack-witness.$$ HANDOUT=$T/handout
export ROOT WITNESS HANDOUT
at_exit() { rm -f "$WITNESS"; }
SECONDS_EACH=60
SEED=4711 # not the one that students have

grade() { timeout 300 "$GRADE" run --lab "$lab" --seed $SEED "$@"; }
points() { sed -n 's/^\([0-9]*\) of 100 points$/\1/p' "$1"; }
expected() { sed -n "s/^$1 //p" "$attack/expect"; }

# All that there is where an attack could leave something: it must be the same before and after.
outside() {
    ls -A "$T" "$HOME" / /tmp 2>/dev/null | grep -E 'witness|slip|pwned|evil'
    find "$T/home" "$T/tmp" -mindepth 1
    git status --porcelain 2>/dev/null | grep -E 'witness|slip|pwned|evil'
    cksum lab/*/* grader/stage/* "$GRADE" /etc/passwd 2>/dev/null
}

make_submission() { # NAME
    mkdir "$T/work"
    OUT=$T/in/$1
    export OUT
    if [ -e "$attack/submission" ]; then
        (cd "$T/work" && "$ROOT/$attack/submission")
    else
        cp -R "$HANDOUT" "$OUT"
        file=$(expected file) front=$(expected front | tr -s ' ' '|')
        file=${file:-kernel/ipc.c}
        front=${front:-no function}
        # Its own are declared where the handout's are; these get the other name, there and where they are called.
        sed -E "s/^([a-z].*\\<)($front)(\\(.*\\))$/\\1\\2\\3;\\n\\1honest_\\2\\3/;t;s/\\<($front)\\(/honest_&/" "$HANDOUT/$file" |
            cat - "$attack"/*.c >"$OUT/$file"
    fi
    rm -rf "$T/work"
}

wrongs() { # what is not as expected, in a line
    [ "$status" -eq 0 ] || printf 'exit status %s; ' "$status"
    [ -n "$(expected fails)" ] || [ "$(points "$T/report")" -le "$limit" ] || printf '%s points; ' "$(points "$T/report")"
    [ ! -e "$attack/front.c" ] || ! grep -q 'does not build' "$T/report" || printf 'it does not build; '
    for case in $(expected fails); do
        grep -qE "^  FAILED +[0-9/]+ +$case " "$T/report" || printf 'not failed: %s; ' "$case"
    done
    expected says | while IFS= read -r words; do
        grep -qF -- "$words" "$T/report" || printf 'no "%s"; ' "$words"
    done
    expected not | while IFS= read -r words; do
        ! grep -qF -- "$words" "$T/report" || printf 'there is "%s"; ' "$words"
    done
    [ -z "$(LC_ALL=C tr -d '\n -~' <"$T/report")" ] || printf 'bytes that are no text; '
    [ "$(wc -c <"$T/report")" -le 16384 ] || printf 'a long report; '
    [ "$took" -le $SECONDS_EACH ] || printf '%s s; ' "$took"
    [ "$before" = "$(outside)" ] || printf 'something is left; '
    [ ! -e "$WITNESS" ] || printf 'the witness; '
    [ -z "$(pgrep -f "$T/tmp" || true)" ] || printf 'a process is left; '
}

# The lab of the attacks from here on: its handout, and what that is worth.
begin_lab() { # NAME
    lab=$1
    rm -rf "$HANDOUT"
    for file in $("$GRADE" list "$lab" | sed -n '1s/.*hand in //p'); do
        mkdir -p "$HANDOUT/$(dirname "$file")"
        "$GRADE" __strip "$lab" <"$file" >"$HANDOUT/$file"
    done
    exits "the handout of $lab" 0 grade --submission "$HANDOUT" --name submission
    limit=$(points "$T/out")
    mv "$T/out" "$T/first"
}
end_lab() {
    exits "the handout of $lab again" 0 grade --submission "$HANDOUT" --name submission
    check "... with the same report" cmp "$T/first" "$T/out"
}

mkdir -p "$T/in" "$T/tmp" "$T/home"
export TMPDIR="$T/tmp" HOME="$T/home"

attack_with() { # the attack is $attack
    name=$(basename "$attack")
    make_submission "$name"
    began=$(date +%s)
    grade --submission "$T/in/$name" --name submission >"$T/report" 2>"$T/err" </dev/null
    status=$? took=$(($(date +%s) - began))
    same "$name gains nothing and harms nothing" '' "$(wrongs)"
    [ -z "${SUMMARY:-}" ] || echo "$name $took $(points "$T/report")" >>"$SUMMARY"
    rm -rf "$T/in/$name"
}

# The attacks of the lab that is asked for and that there are.
attacks_of() { # LAB
    for attack in $(grep -lx "lab $1" grader/attacks/*/expect); do
        attack=${attack%/expect} name=$(basename "${attack%/expect}")
        [ -e "$attack/add.c" ] || [ -e "$attack/front.c" ] || [ -e "$attack/submission" ] || continue
        case " ${ATTACKS:-$name} " in *" $name "*) echo "$attack" ;; esac
    done
}

for lab in deadlock notify grants server phoenix rendezvous; do
    attacks=$(attacks_of $lab)
    [ -n "$attacks" ] || continue
    begin_lab $lab
    before=$(outside)
    for attack in $attacks; do
        attack_with
    done
    end_lab
done

# Cells that a spreadsheet would run: they begin, quoted or not, with one of its signs.
formulas() { grep -anE '(^|,)"?[=+@-][^0-9]' "$1"; }

attack=grader/attacks/names OUT=$T/in/class ROSTER=$T/roster.csv
case " ${ATTACKS:-names} " in *" names "*)
    export OUT ROSTER
    begin_lab rendezvous
    before=$(outside)
    $attack/class
    exits "names: a class with strangers in it" 1 timeout 300 "$GRADE" batch --lab rendezvous --seed $SEED --submissions "$OUT" \
        --roster "$ROSTER" --out "$T/graded"
    cp "$T/err" "$T/out" "$T/graded"
    check "names: the roster had formulas" [ -n "$(formulas "$ROSTER")" ]
    same "names: the gradebook has none" '' "$(formulas "$T/graded/grades.csv")"
    same "names: no HTML" '' "$(grep -rliE '<(script|img|iframe)' "$T/graded" --include='*.html')"
    same "names: no escape" '' "$(grep -rl "$(printf '\033')" "$T/graded")"
    same "names: no line of another's making" '' "$(grep -rl '^::notice' "$T/graded")"
    same "names: nothing outside" "$before" "$(rm -rf "$T/graded"; outside)"
    ;;
esac

finish
