#!/bin/sh
# The runner of the suites: what it counts, and what it says last, where a log is read first.
# sanitizers: no
. tests/lib.sh

suite() { # NAME LINE...: a script that prints them and fails
    name=$1
    shift
    { echo '#!/bin/sh'; echo '# timeout: 1'; printf '%s\n' "$@"; } >"$T/few/$name.sh"
    chmod +x "$T/few/$name.sh"
}
mkdir "$T/few"
suite good 'echo "good: 2 passed, 0 failed"'
suite bad 'echo "ok: a"' 'echo "NOT OK: b: why"' 'echo "NOT OK: c"' 'echo "bad: 1 passed, 2 failed"' 'exit 1'
suite cmocka 'echo "[  FAILED  ] reads"' 'echo "[  FAILED  ] 1 test(s), listed below:"' 'echo "[  FAILED  ] reads"' \
    'echo "cmocka: 4 passed, 1 failed"' 'exit 1'
suite mute 'exit 3'
suite slow 'sleep 20'

exits "all is well" 0 tests/run "$T/logs" '' "$T/few/good.sh"
same "and no more is said" "few/good: 2 passed, 0 failed
2 passed, 0 failed" "$(cat "$T/out")"
exits "something fails" 1 tests/run "$T/logs" '' "$T/few/bad.sh" "$T/few/good.sh" "$T/few/cmocka.sh" "$T/few/mute.sh" "$T/few/slow.sh"
same "the end names it" "failed: few/bad: b: why
failed: few/bad: c
failed: few/cmocka: reads
failed: few/mute: ended without a count, exit status 3
failed: few/slow: out of time after 1 s
7 passed, 5 failed" "$(tail -n 6 "$T/out")"
suite alone '# alone: yes' 'echo "alone: 1 passed, 0 failed"'
exits "a suite that is to be alone" 0 tests/run "$T/logs" '' "$T/few/alone.sh" "$T/few/good.sh"
same "comes after the others" "few/good: 2 passed, 0 failed
few/alone: 1 passed, 0 failed
3 passed, 0 failed" "$(cat "$T/out")"
same "and each was run once, and timed" "few/alone
few/good" "$(cut -d ' ' -f 2 "$T/logs/times" | sort)"
exits "some suites" 0 tests/run "$T/logs" 'go' "$T/few/bad.sh" "$T/few/good.sh"
same "of which nothing failed before" 0 "$(grep -c '^failed' "$T/out")"
exits "no suite is no success" 1 tests/run "$T/logs" 'none' "$T/few/good.sh"
finish
