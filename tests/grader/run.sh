#!/bin/sh
# `grade run` and `grade list` as an instructor uses them: the points, the exit status, and what becomes of submissions that do not
# build, or whose author wants more of the compiler than an object.
# timeout: 900
# sanitizers: no
. tests/lib.sh
: "${GRADE:=$BUILD/grade}"
export TMPDIR="$T/tmp"
mkdir "$TMPDIR"

grade() { "$GRADE" run --lab rendezvous --case send-first "$@"; }

# A submission with lines (stdin) added to the solution.
submission() { # NAME
    mkdir -p "$T/$1/kernel"
    { grep -v '^[[:space:]]*//[L|]' kernel/ipc.c; cat; } >"$T/$1/kernel/ipc.c"
}

# It is graded, has no point, and the report contains each part.
gets_nothing() { # NAME PART...
    name=$1
    shift
    exits "$name: graded" 0 grade --submission "$T/$name" "$@"
    cp "$T/out" "$T/report"
    check "$name: nothing" sh -c 'tail -n 1 "$1" | grep -qx "0 of [1-9][0-9]* points"' sh "$T/report"
}
says() { # NAME PART...
    name=$1
    shift
    for part; do contains "$name: $part" "$(cat "$T/report")" "$part"; done
}
says_not() { # NAME PART
    check "$1: no $2" sh -c '! grep -qF -- "$1" "$2"' sh "$2" "$T/report"
}

# Whether the last report says that nothing is lost.
all_points() { # NAME
    check "$1: all points" sh -c 'tail -n 1 "$1" | grep -qxE "([1-9][0-9]*) of \1 points"' sh "$T/out"
}

# ---- good ones --------------------------------------------------------------------------------------------------

exits "@reference" 0 "$GRADE" run --lab rendezvous --submission @reference
all_points "@reference"
mv "$T/out" "$T/first"
exits "@reference again" 0 "$GRADE" run --lab rendezvous --submission @reference
check "the same report" cmp "$T/first" "$T/out"
exits "without a sandbox" 0 "$GRADE" run --lab rendezvous --submission @reference --no-sandbox
check "the same report without a sandbox" cmp "$T/first" "$T/out"

submission good </dev/null
exits "a directory" 0 grade --submission "$T/good"
all_points "a directory"
mv "$T/out" "$T/first"
tar -czf "$T/good.tar.gz" -C "$T/good" kernel
exits "an archive" 0 grade --submission "$T/good.tar.gz" --name good
check "an archive: the same report" cmp "$T/first" "$T/out"
exits "to a file" 0 grade --submission "$T/good" --out "$T/report.txt"
check "to a file: the same report" cmp "$T/first" "$T/report.txt"
exits "as JSON" 0 grade --submission "$T/good" --format json --seed 7
same "as JSON: lab, seed, points, digest" "rendezvous 7 true 64" \
    "$(jq -r '"\(.lab) \(.seed) \(.points > 0) \(.digest | length)"' "$T/out")"
exits "public cases" 0 "$GRADE" run --lab rendezvous --submission @reference --cases public --format json
same "public cases: none is hidden" 0 "$(jq '[.cases[] | select(.hidden)] | length' "$T/out")"

# No compile sees the clock: what a kernel is must not depend on when it was graded.
submission dated <<'END'
_Static_assert(!__builtin_strcmp(__DATE__ " " __TIME__, "Jan  1 2026 00:00:00"), "the clock");
_Static_assert(!__builtin_strcmp(__TIMESTAMP__, "Thu Jan  1 00:00:00 2026"), "the file's date");
END
for sandbox in '' --no-sandbox; do
    exits "the compiler's date${sandbox:+, $sandbox}" 0 grade --submission "$T/dated" $sandbox
    all_points "the compiler's date${sandbox:+, $sandbox}"
done

# ---- what does not build ---------------------------------------------------------------------------------------

submission syntax <<'END'
int f( {
END
gets_nothing syntax
says syntax "does not build" "kernel/ipc.c:" "error: expected"
gets_nothing syntax --no-sandbox
says syntax "does not build" "kernel/ipc.c:" "error: expected"
says_not syntax "$T"

submission undefined <<'END'
extern int nowhere(void);
int user(void);
int user(void) { return nowhere(); }
END
gets_nothing undefined
says undefined "undefined reference to \`nowhere'"
says_not undefined /usr/lib

submission twice <<'END'
void sched_ready(struct process *p) { (void)p; }
END
gets_nothing twice
says twice "multiple definition of \`sched_ready'"

# ---- sections and symbols ---------------------------------------------------------------------------------------

submission constructor <<'END'
extern int started;
int started;
static __attribute__((constructor)) void start(void) { started++; }
END
gets_nothing constructor
says constructor "kernel/ipc.c: a section that no C makes: .init_array"
submission modules <<'END'
extern const int module;
__attribute__((section(".modules"))) const int module = 1;
END
gets_nothing modules
says modules "a section that is not allowed: .modules"
submission boot <<'END'
__asm__(".section .text.boot,\"ax\"\nj .\n.text");
END
gets_nothing boot
says boot "a section that is not allowed: .text.boot"
submission named-boot <<'END'
int boot(void);
int boot(void) { return 1; }
int start(void);
int start(void) { return 2; }
END
exits "functions with the names of special sections" 0 grade --submission "$T/named-boot"
all_points "functions with the names of special sections"
submission absolute <<'END'
__asm__(".globl kernel_end\n.set kernel_end, 0x80001000");
END
gets_nothing absolute
says absolute "an absolute address: kernel_end"
submission weak <<'END'
extern int weak;
int __attribute__((weak)) weak = 1;
END
gets_nothing weak
says weak "a weak symbol: weak"

# ---- what the compiler may not see, and may not be made to do ---------------------------------------------------

submission include <<END
#include "$PWD/lab/rendezvous/hidden.c"
END
gets_nothing include
says include "No such file or directory"
says_not include "$PWD"
submission incbin <<END
__asm__(".section .rodata.x\n.incbin \"$PWD/lab/rendezvous/hidden.c\"\n.text");
END
gets_nothing incbin
says incbin "file not found"
for file in /etc/passwd /proc/self/environ /sys/class/net /grade /case/image.elf /kit/kernel/ipc.o; do
    printf '__asm__(".section .rodata.x\\n.incbin \\"%s\\"\\n.text");\n' "$file" | submission incbin
    gets_nothing incbin
    says incbin "file not found"
done

submission data <<'END'
extern char data[];
char data[1u << 30] = {1};
END
gets_nothing data
submission memory <<'END'
extern char memory[];
char memory[1ul << 36];
END
gets_nothing memory
says memory "more than 4 MiB"
submission assembly <<'END'
__asm__(".rept 1000000000\nnop\n.endr");
END
gets_nothing assembly
submission macros <<'END'
#define A(x) x x x x x x x x x x
#define B(x) A(A(A(A(A(x)))))
int f(void);
int f(void) { return 0 B(B(+1)); }
END
gets_nothing macros
submission itself <<'END'
#include __FILE__
END
gets_nothing itself
check "a report is short" [ "$(wc -l <"$T/report")" -le 60 ]

awk 'BEGIN { for (i = 0; i < 20000; i++) print "#warning \"flood\"" }' | submission flood
gets_nothing flood
says flood "too much to say"
check "a report of a flood is short" [ "$(wc -c <"$T/report")" -le 10000 ]

printf '#error "\033]0;title\007\033[31mred \342\200\256 evil"\n' | submission escape
gets_nothing escape
same "no escapes" "" "$(tr -d '\n -~' <"$T/report")"

same "no temporary file is left" "" "$(ls -A "$TMPDIR")"

# ---- what is no submission -------------------------------------------------------------------------------------

mkdir "$T/wrong"
echo 'int x;' >"$T/wrong/ipc.cpp"
gets_nothing wrong
says wrong "kernel/ipc.c: not in the submission; expected: kernel/ipc.c"
mkdir "$T/empty"
gets_nothing empty
says empty "the submission is empty"
echo 'no archive' >"$T/text"
gets_nothing text
says text "no whole .tar.gz or .zip archive"

refuses "no such submission" 1 grade --submission "$T/nowhere"
refuses "no such lab" 2 "$GRADE" run --lab nowhere --submission @reference
contains "no such lab: which there are" "$(cat "$T/err")" rendezvous
refuses "no such case" 2 "$GRADE" run --lab rendezvous --submission @reference --case nowhere
refuses "no lab" 2 "$GRADE" run --submission @reference
refuses "no submission" 2 "$GRADE" run --lab rendezvous
refuses "no such format" 2 grade --submission @reference --format html
refuses "no seed" 2 grade --submission @reference --seed -1
refuses "a seed is a plain number" 2 grade --submission @reference --seed 0x10
exits "... with zeros before it, too" 0 grade --submission @reference --seed 010 --format json
same "... which is what a person reads" 10 "$(jq -r .seed "$T/out")"
cp "$T/good.tar.gz" "$T/jane.tar.gz"
refuses "a report in place of what is graded" 2 grade --submission "$T/jane.tar.gz" --out "$T/jane.tar.gz"
refuses "... of a file in it" 2 grade --submission "$T/good" --out "$T/good/./kernel/ipc.c"
check "... nothing is overwritten" cmp "$T/good.tar.gz" "$T/jane.tar.gz"
exits "a report beside it" 0 grade --submission "$T/good" --out "$T/good/report.txt"
refuses "no such option" 2 grade --submission @reference --fast yes
refuses "no value" 2 grade --submission @reference --seed
refuses "no such command" 2 "$GRADE" fly
exits "help" 0 "$GRADE" --help
refuses "no place for the report" 1 grade --submission @reference --out "$T/nowhere/report"

# Without bubblewrap there is no grade, unless one says so.
mkdir "$T/bin"
refuses "no bubblewrap" 1 env PATH="$T/bin" "$GRADE" run --lab rendezvous --submission @reference
contains "no bubblewrap: what is missing" "$(cat "$T/err")" "bubblewrap is not installed; --no-sandbox"
printf '#!/bin/sh\necho "bwrap: No permissions to create new namespace" >&2\nexit 1\n' >"$T/bin/bwrap"
chmod +x "$T/bin/bwrap"
refuses "a bubblewrap that may not" 1 env PATH="$T/bin:$PATH" "$GRADE" run --lab rendezvous --submission @reference
contains "a bubblewrap that may not: why" "$(cat "$T/err")" "No permissions to create new namespace"

# Interrupted, it leaves nothing behind.
"$GRADE" run --lab rendezvous --submission @reference >"$T/out" 2>"$T/err" &
pid=$!
while [ -z "$(ls -A "$TMPDIR")" ] && kill -0 $pid 2>/dev/null; do :; done
kill -TERM $pid
wait $pid
same "interrupted: status" 143 $?
same "interrupted: no report" "" "$(cat "$T/out")"
same "interrupted: no temporary file" "" "$(ls -A "$TMPDIR")"

contains "list" "$("$GRADE" list)" "Lab 1: Rendezvous: "
contains "list of a lab: its cases" "$("$GRADE" list rendezvous)" "Who sends first waits"
contains "list of a lab: what is handed in" "$("$GRADE" list rendezvous)" "hand in kernel/ipc.c"
finish
