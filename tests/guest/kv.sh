#!/bin/sh
# timeout: 300
# KV of the labs server and phoenix as a part of the system: asked by hand, killed, watched.
. tests/lib.sh

mkdir "$T/tree"
cp -R Makefile kernel servers include lib user tools "$T/tree"
if [ -d .deps ]; then ln -s "$PWD/.deps" "$T/tree/.deps"; fi
exits "kv is installed" 0 servers/kv/install "$T/tree"
exits "and builds" 0 make -C "$T/tree" CROSS="$CROSS" build/courier.elf build/bin/kv
exits "twice is too much" 1 servers/kv/install "$T/tree"
"$MKDISK" -o "$T/disk.img" --root user/root "$BUILD"/bin/* "$T/tree/build/bin/kv"

run() { # LINE: its output in $T/out
    timeout 60 "$COURIER" run --kernel "$T/tree/build/courier.elf" --disk "$T/disk.img" --max-insns 4000000000 \
        --exec "$1" 2>"$T/err" </dev/null | tr -d '\r' | sed '1,3d' >"$T/out"
}

run 'kv get colour; kv put colour red; kv get colour; kv put colour green; kv delete nothing; kv get colour; kv delete colour; kv get colour'
same "put, get, delete" "kv: colour: No such file or directory
version 1
red (version 1)
version 2
kv: nothing: No such file or directory
green (version 2)
version 3
kv: colour: No such file or directory" "$(grep -v '^\$' "$T/out")"

run 'kv put a 1; svc kill kv; kv get a; svc crash kv; kv put b 2; svc hang kv; kv get a; kv get b; svc status'
same "what was put outlives the server" "version 1
1 (version 1)
version 2
1 (version 1)
2 (version 2)" "$(grep version "$T/out")"
check "the server is up" grep -qE '^kv +up +4 +3 ' "$T/out"

run 'kv watch a >/tmp/w & sleep 1; kv put b 1; svc kill kv; kv put a now; wait; cat /tmp/w'
contains "a watch survives the server's death" "$(cat "$T/out")" "now (version 2)"
run 'kv put a 1; svc crash kv region; kv get a; svc status'
contains "a damaged region is reported" "$(cat "$T/out")" "rs: the state region of kv is damaged (canary): it starts empty"
contains "and the server starts empty" "$(cat "$T/out")" "kv: a: No such file or directory"
finish
