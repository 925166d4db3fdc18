#!/bin/sh
# timeout: 120
# ^C at the shell, typed at moments that nobody chose: in a loop that starts processes all the time each must end it.
# alone: yes
. tests/lib.sh

server=courier-interrupt-$$
at_exit() { tmux -L "$server" kill-server 2>/dev/null; }
keys() { tmux -L "$server" send-keys -t 0 "$@"; }

screen() { tmux -L "$server" capture-pane -t 0 -p 2>&1; }

# shows LINE: a line of the screen is this, in at most twenty seconds.
shows() {
    for _ in $(seq 200); do
        screen | grep -qx "$1" && return
        sleep 0.1
    done
    screen
    return 1
}

# prompts: the shell asks for a line, in at most twenty seconds.
prompts() {
    for _ in $(seq 200); do
        [ "$(screen | grep -v '^$' | tail -n 1)" != '$' ] || return 0
        sleep 0.1
    done
    screen
    return 1
}

# ends NAME COMMAND: ^C ends the command, and what was typed behind it in the same line is not run.
count=0
ends() {
    count=$((count + 1))
    keys "echo beg''un $count; $2; echo never" Enter
    shows "begun $count" >/dev/null
    sleep 0.3 # the moment that nobody chose
    keys C-c
    prompts >/dev/null
    keys "echo status \$? of $count" Enter
    check "$1" shows "status 130 of $count"
}

cp "$BUILD/disk.img" "$T/disk"
tmux -L "$server" -f /dev/null new-session -d -x 80 -y 24 "$COURIER run --headless --kernel $BUILD/courier.elf --disk $T/disk"
check "a prompt" shows '\$'
for i in 1 2 3 4 5 6 7 8; do
    ends "^C in a loop of pipelines, $i" 'while true; do echo x | cat > /dev/null; done'
done
for i in 1 2 3 4; do
    ends "^C in a loop of programs, $i" 'while true; do true; done'
done
ends "^C in a loop of builtins" 'while :; do :; done'
ends "^C in a substitution" 'x=$(sleep 100)'
ends "^C at a program that reads" 'cat'
ends "^C while it waits for a background job" 'sleep 3 & wait'
keys 'ps | grep -c sleep' Enter
check "^C was not for the background job" shows '1'
keys 'sh' Enter "echo in''ner" Enter
check "a shell in the shell" shows '\(\$ \)\?inner'
ends "^C in a shell in the shell" 'while true; do true; done'
keys 'exit 5' Enter 'echo inner $?' Enter
check "which goes on" shows '\(\$ \)\?inner 5'
same "nothing was run behind ^C" 0 "$(tmux -L "$server" capture-pane -t 0 -p -S - | grep -cx never)"
finish
