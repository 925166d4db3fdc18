#!/bin/sh
# Kernels that forge what they are judged by: each is the reference with something appended (grader/attacks/NAME/forge.c),
# and each must fail the cases that `expect` names, and have none of the words that it forbids in its report (`not`), or in a broken
# rule, which is shown of a hidden case, too (`unsaid`); what it has `learnt` by heart it passes with seed 1, or it is no attack. The
# reference itself, built the same way, fails none.
# timeout: 600
# sanitizers: no
. tests/lib.sh

GRADE=${GRADE:-$BUILD/grade}

# forge NAME FILE: a submission in $T/NAME, with syscall_entry() of the reference under another name.
forge() {
    mkdir -p "$T/$1/kernel"
    { sed 's/\bsyscall_entry\b/honest_entry/' kernel/ipc.c; cat "$2"; } >"$T/$1/kernel/ipc.c"
}

# failed NAME LAB: the cases that the submission fails, in a line; nothing if there is no grade.
failed() {
    timeout 100 "$GRADE" run --lab "$2" --seed "${SEED:-4711}" --submission "$T/$1" --format json 2>"$T/err" >"$T/report"
    jq -r 'select(.status == "graded") | [.cases[] | select(.status == "failed") | .name] | join(" ")' "$T/report"
}

cat >"$T/honest.c" <<'C'
struct process *syscall_entry(struct process *p, uint64_t call, uint64_t peer, uint64_t deadline, uint64_t w4,
                              uint64_t w5, uint64_t w6, uint64_t w7)
{
    return honest_entry(p, call, peer, deadline, w4, w5, w6, w7);
}
C
forge honest "$T/honest.c"
same "an honest one passes" 100 \
    "$(timeout 100 "$GRADE" run --lab rendezvous --submission "$T/honest" --format json | jq -r '.points')"

for forgery in grader/attacks/*/forge.c; do
    attack=$(basename "$(dirname "$forgery")")
    expect=$(dirname "$forgery")/expect
    lab=$(sed -n 's/^lab //p' "$expect")
    forge "$attack" "$forgery"
    failed=" $(failed "$attack" "$lab") "
    wrong=''
    for name in $(sed -n 's/^fails //p' "$expect"); do
        case $failed in
        *" $name "*) ;;
        *) wrong="$wrong $name" ;;
        esac
    done
    for word in $(sed -n 's/^not //p' "$expect"); do
        grep -qF -- "$word" "$T/report" && wrong="$wrong, and says $word"
    done
    for word in $(sed -n 's/^unsaid //p' "$expect"); do
        jq -r '.cases[].rule' "$T/report" | grep -qF -- "$word" && wrong="$wrong, and a rule says $word"
    done
    same "$attack loses" '' "$wrong"
    learnt=$(sed -n 's/^learnt //p' "$expect")
    [ -z "$learnt" ] || check "$attack passes $learnt with the seed that it has learnt" \
        sh -c 'case " $1 " in *" $2 "*) false ;; esac' sh "$(SEED=1; failed "$attack" "$lab")" "$learnt"
done
finish
