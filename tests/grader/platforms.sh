#!/bin/sh
# The example configurations of grader/platforms, each as its platform runs it.
# timeout: 300
# sanitizers: no
. tests/lib.sh

PLATFORMS=grader/platforms
export COURIER_SEED=8126347720914426113
for script in $PLATFORMS/install $PLATFORMS/grade $PLATFORMS/gradescope/setup.sh $PLATFORMS/gradescope/run_autograder; do
    check "$script is a program" test -x $script
    check "... that a shell can read" sh -n $script
done

# ---- Gradescope ----------------------------------------------------------------------------------------

mkdir -p "$T/autograder/source" "$T/autograder/submission" "$T/autograder/results"
ln -s "$PWD" "$T/autograder/source/courier"
echo rendezvous >"$T/autograder/source/lab"
cp kernel/ipc.c "$T/autograder/submission/"
gradescope() { AUTOGRADER=$T/autograder timeout 100 $PLATFORMS/gradescope/run_autograder; }
exits "Gradescope: a submission" 0 gradescope
results=$T/autograder/results/results.json
check "... fits the schema" sh -c "jsonschema -i '$results' tests/grader/gradescope.schema.json 2>/dev/null"
check "... has points" jq -e '.score > 50 and (.tests | length) > 5' "$results"
cp "$results" "$T/gradescope.json"
echo 'nolab' >"$T/autograder/source/lab"
exits "when the grader fails" 2 gradescope
check "... there is no result, not even an old one" test ! -e "$results"

# ---- GitHub Classroom ------------------------------------------------------------------------------------

# The step `Grade` of the workflow, as the runner would run it: in the directory with both checkouts.
step() {
    sed -n '/name: Grade$/,/name: Autograding/p' $PLATFORMS/github/classroom.yml | sed -n '/run: |/,/- name/p' |
        sed '1d;$d;s/^ *//'
}
mkdir "$T/work" && ln -s "$PWD" "$T/work/courier" && mkdir -p "$T/work/submission/kernel"
cp kernel/ipc.c "$T/work/submission/kernel/"
step >"$T/step.sh"
check "GitHub: the step" sh -c "cd '$T/work' && GITHUB_OUTPUT='$T/output' timeout 100 sh -e '$T/step.sh'"
same "... gives one output" 1 "$(grep -c '^result=' "$T/output")"
check "... which the reporter can read" sh -c \
    "sed 's/^result=//' '$T/output' | base64 -d | jq -e '.version == 1 and .max_score == 100 and ([.tests[].score] | add) > 50'"

# ---- Autolab -----------------------------------------------------------------------------------------------

mkdir "$T/autolab" && tar -C kernel -czf "$T/autolab/handin.tar.gz" ipc.c
cp $PLATFORMS/autolab/autograde-Makefile "$T/autolab/Makefile"
exits "Autolab: make" 0 env COURIER="$PWD" timeout 100 make -s -C "$T/autolab"
check "... ends with the scores" sh -c "tail -n 1 '$T/out' | jq -e '.scores.rendezvous > 50 and .scoreboard[0] > 50'"

# ---- GitLab ------------------------------------------------------------------------------------------------

script=$(sed -n 's|^ *- /courier|'"$PWD"'|p' $PLATFORMS/gitlab/gitlab-ci.yml)
check "GitLab: the script" sh -c "cd '$T' && CI_PROJECT_DIR='$T/work/submission' timeout 100 sh -c '$script'"
check "... leaves JUnit's XML" xmllint --noout --nonet "$T/grade.xml"

# ---- a container that may not make name spaces ----------------------------------------------------------------

mkdir "$T/bin"
printf '#!/bin/sh\necho "bwrap: No permissions to create new namespace" >&2\nexit 1\n' >"$T/bin/bwrap"
chmod +x "$T/bin/bwrap"
grade() { env PATH="$T/bin:$PATH" "$@" timeout 100 $PLATFORMS/grade --lab rendezvous --submission "$T/work/submission" --format json; }
exits "without a seed there is no grade" 1 env COURIER_SEED= sh -c "cp -R $PLATFORMS '$T/grader' && mkdir '$T/tree' && mv '$T/grader' '$T/tree/platforms' && '$T/tree/platforms/grade' --lab rendezvous"
exits "without a sandbox there is no grade" 1 grade COURIER_CONTAINED=no
contains "... but a line that says how" "$(cat "$T/err")" "--no-sandbox"
exits "unless the container is said to be one" 0 grade COURIER_CONTAINED=yes
check "... and then it is the same" sh -c "[ $(jq .points "$T/out") -eq $(jq .score "$T/gradescope.json") ]"
finish
