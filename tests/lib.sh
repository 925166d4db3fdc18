# shellcheck shell=sh disable=SC2034,SC2154
# Helpers for test suites in shell. A suite begins with `. tests/lib.sh`, makes its checks, and ends
# with `finish`. It runs from the repository's root, and may also be started by hand there.
#
#   $COURIER $MKDISK $BUILD   what is tested: the emulator, the disk's maker, where the images are
#   $T                        a directory of its own, gone when the suite ends
#   $FSCK_MINIX $MKFS_MINIX   util-linux's tools, wherever the distribution keeps them

: "${BUILD:=build}" "${COURIER:=build/courier}" "${MKDISK:=build/mkdisk}" "${SAN:=}"
: "${CROSS:=riscv64-unknown-elf-}"
export LSAN_OPTIONS="${LSAN_OPTIONS:-suppressions=tests/lsan.supp:print_suppressions=0}"
SUITE=$(basename "$0" .sh)
PASSED=0 FAILED=0
PATH=$PATH:/usr/sbin:/sbin
FSCK_MINIX=$(command -v fsck.minix || echo fsck.minix)
MKFS_MINIX=$(command -v mkfs.minix || echo mkfs.minix)

T=$(mktemp -d "${TMPDIR:-/tmp}/courier-$SUITE.XXXXXX") || exit 1
at_exit() { :; } # a suite that starts something redefines this to stop it
trap 'status=$?; at_exit; rm -rf "$T"; exit $status' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

ok() { # NAME
    PASSED=$((PASSED + 1))
    echo "ok: $1"
}

not_ok() { # NAME [WHY]
    FAILED=$((FAILED + 1))
    echo "NOT OK: $1${2:+: $2}"
}

# check NAME COMMAND...: the command succeeds.
check() {
    name=$1
    shift
    if "$@"; then ok "$name"; else not_ok "$name" "exit status $?: $*"; fi
}

# same NAME WANTED GOT: two texts are equal.
same() {
    if [ "$2" = "$3" ]; then
        ok "$1"
    else
        not_ok "$1" "wanted '$2', got '$3'"
    fi
}

# contains NAME TEXT PART: the part, taken literally, is somewhere in the text.
contains() {
    case $2 in
    *"$3"*) ok "$1" ;;
    *) not_ok "$1" "no '$3' in '$2'" ;;
    esac
}

# exits NAME STATUS COMMAND...: the command ends with this status. Its output is left in $T/out and
# $T/err.
exits() {
    name=$1 wanted=$2
    shift 2
    "$@" >"$T/out" 2>"$T/err" </dev/null
    got=$?
    if [ "$got" -eq "$wanted" ]; then
        ok "$name"
    else
        not_ok "$name" "wanted exit status $wanted, got $got: $*: $(head -c 300 "$T/err")"
    fi
}

# refuses NAME STATUS COMMAND...: the command ends with this status and exactly one line on stderr.
refuses() {
    exits "$@"
    same "$1: one line" 1 "$(wc -l <"$T/err" | tr -d ' ')"
}

finish() {
    echo "$SUITE: $PASSED passed, $FAILED failed"
    [ "$FAILED" -eq 0 ]
    exit
}
