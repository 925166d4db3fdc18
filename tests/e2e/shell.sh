#!/bin/sh
# timeout: 60
# What begins and ends the shell: a file run as a program, statuses that reach the host, init without a console. What
# is typed at its prompt is tested by tests/guest/sessions.
. tests/lib.sh

courier() {
    "$COURIER" run --disk "$T/disk" --max-insns 4000000000 "$@"
}
cp "$BUILD/disk.img" "$T/disk"

same "the sample script is a program" 100755 "$("$MKDISK" --ls "$T/disk" /home/hello.sh | cut -d ' ' -f 1)"
exits "a script by its path" 0 courier --exec '/home/hello.sh you'
contains "gets its argument" "$(cat "$T/out")" 'hello, you'
exits "its status is the session's" 7 courier --exec 'echo "exit 7" > /tmp/s; chmod +x /tmp/s' --exec '/tmp/s'
exits "nothing by this name: 127" 127 courier --exec /tmp/nosuch
exits "a file that may not be run: 126" 126 courier --exec /etc/motd
exits "a program with a zero byte, but no ELF file: 126" 126 courier \
    --exec 'echo -n x > /tmp/b; cat /bin/true >> /tmp/b; chmod +x /tmp/b' --exec /tmp/b
exits "a syntax error: 2" 2 courier --exec 'fi'
exits "a quote without an end: 2" 2 courier --exec "echo \`x"
exits "an expression that has no value: 1" 1 courier --exec 'echo $((1/0))'
exits "a program killed by a signal: 128 and the signal" 139 courier --exec "sh -c 'kill -SEGV \$\$'"

# help fits on a screen of 24 lines of 80 columns, together with the prompt below it.
exits "help" 0 courier --exec help
tr -d '\r' <"$T/out" | sed '1,/^\$ help/d; /^\$ $/d' >"$T/help"
check "help has at most 23 lines" [ "$(wc -l <"$T/help")" -le 23 ]
check "none is longer than 79 columns" [ "$(awk '{ if (length($0) > n) n = length($0) } END { print n }' "$T/help")" -le 79 ]
"$MKDISK" --ls "$T/disk" /bin | awk '$NF !~ /^\./ { print $NF }' | while read -r program; do
    grep -qw "$program" "$T/help" || echo "$program"
done >"$T/missing"
same "it names every program" '' "$(cat "$T/missing")"

exits "a full disk" 0 courier --exec 'cat /dev/zero > /tmp/full; cd /tmp' \
    --exec 'for i in 1 2 3; do echo x > y && echo written; done; echo status $?; seq 3 > y && echo written; rm full; ls /bin | wc -l'
contains "echo says so" "$(cat "$T/out")" 'echo: standard output: No space left on device'
contains "and fails" "$(cat "$T/out")" 'status 1'
contains "so does every program" "$(cat "$T/out")" 'seq: standard output: No space left on device'
same "nothing was written" 0 "$(grep -c '^written' "$T/out")"

exits "kill is there when no process can be started" 0 courier \
    --exec 'i=0; while (exit 0); do sleep 1000 & i=$((i+1)); done 2> /dev/null; ls; kill $!; wait $!; ls /home'
contains "a full process table is said to be full" "$(cat "$T/out")" 'sh: cannot start a process'
contains "and has room again" "$(cat "$T/out")" 'hello.sh'

exits "a killed shell's status is the session's" 137 courier --exec 'kill -9 $$'
exits "unless more is typed to the next one" 0 courier --exec 'kill -9 $$' --exec 'echo $?; true'
contains "which knows it" "$(cat "$T/out")" '137'
mkdir "$T/bin"
cp "$BUILD"/bin/* "$T/bin"
dd if=/dev/zero of="$T/bin/sh" bs=4096 seek=1 count=2 conv=notrunc 2>/dev/null
"$MKDISK" -o "$T/disk" --root user/root "$T"/bin/*
exits "a shell that always dies at once is not started for ever" 1 courier \
    --exec 'never typed'
contains "and init says so" "$(cat "$T/out")" 'init: no shell lives longer: that was the last'
cp "$BUILD/disk.img" "$T/disk"

exits "the console is removed" 0 courier --exec 'rm /dev/console'
exits "init cannot run without it: 1" 1 courier --exec 'echo hi'
contains "and says so" "$(cat "$T/out")" 'pm: init cannot open /dev/console'
finish
