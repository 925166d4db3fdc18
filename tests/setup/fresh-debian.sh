#!/bin/bash
# The proof of the two commands: a fresh Debian with only git, make and a network, an empty clone,
# `make run`, `make test`, and both once more without a network. `fresh-debian.sh [SUITE]...` does
# this for bookworm and trixie as root and as a user with sudo, and tries what can go wrong.
#
# Needs root, debootstrap and some 5 GB in $FRESH (the untouched systems are kept there for the next
# time). The mirror is the one that this machine's apt uses. Takes an hour or so, so it is not
# part of `make test`; QUICK=1 leaves out `make test` and takes ten minutes.

set -u
if [ "$(id -u)" -ne 0 ] || ! command -v debootstrap >/dev/null; then
    echo "fresh-debian: needs root and debootstrap" >&2
    exit 1
fi
# In a mount namespace of its own, so that nothing stays mounted however this ends.
[ -n "${FRESH_INSIDE:-}" ] || FRESH_INSIDE=1 exec unshare -m --propagation private "$0" "$@"

cd "$(dirname "$0")/../.." || exit 1
. tests/lib.sh
FRESH=${FRESH:-/var/tmp/courier-fresh}
KEEP=$FRESH/log
ROOT=$T/root
mkdir -p "$FRESH" "$KEEP"
at_exit() { umount -R "$ROOT" 2>/dev/null; }

mirror() {
    apt-get indextargets --format '$(COMPONENT) $(RELEASE) $(REPO_URI)' 'Created-By: Packages' |
        awk '$1 == "main" && $2 !~ /[-\/]/ { print $3; exit }'
}

# An untouched system, made once.
base() { # SUITE
    [ ! -d "$FRESH/$1" ] || return 0
    rm -rf "$FRESH/$1.new"
    debootstrap --variant=minbase --include=git,make,ca-certificates "$1" "$FRESH/$1.new" \
        "$(mirror)" >"$KEEP/$1-debootstrap.log" 2>&1 && mv "$FRESH/$1.new" "$FRESH/$1"
}

# A new $ROOT: the untouched system, how this machine reaches its mirror, a user, an empty clone.
fresh() { # SUITE
    umount -R "$ROOT" 2>/dev/null
    rm -rf "$T/upper" "$T/work"
    mkdir -p "$ROOT" "$T/upper" "$T/work"
    mount -t overlay -o "lowerdir=$FRESH/$1,upperdir=$T/upper,workdir=$T/work" none "$ROOT" || exit 1
    mount -t proc none "$ROOT/proc"
    mount -t sysfs none "$ROOT/sys"
    mount --rbind /dev "$ROOT/dev"
    cp /etc/resolv.conf "$ROOT/etc/"
    apt-config dump | grep -E '^Acquire::(Check|[a-z]+::Proxy)' >"$ROOT/etc/apt/apt.conf.d/90fresh"
    chroot "$ROOT" useradd -m -s /bin/bash student
    chroot "$ROOT" git config --system --add safe.directory '*'
    git clone -q --no-local . "$ROOT/home/student/courier"
    chroot "$ROOT" chown -R student:student /home/student
}

# What was downloaded once is not downloaded again.
keep_packages() { # SUITE
    mkdir -p "$FRESH/packages/$1/partial"
    mount --bind "$FRESH/packages/$1" "$ROOT/var/cache/apt/archives"
}

# A root of one's own, not chroot's: below that no user may make the name spaces of the grader's sandbox.
# shellcheck disable=SC2016 # the inner shell's
enter=(unshare -m --propagation private sh -c 'cd "$0" && pivot_root . mnt && umount -l /mnt && exec "$@"' "$ROOT")

# Runs a shell line in the clone as a user; its output goes to a log, and to $OUT.
inside() { run_inside "$SYSTEM" "${enter[@]}" "$@"; } # USER LINE
offline() { run_inside "$SYSTEM, offline" unshare -n "${enter[@]}" "$@"; }

run_inside() { # TITLE ENTER... USER LINE
    title=$1 user=${*: -2:1} line=${*: -1}
    "${@:2:$#-3}" su -l "$user" -c "cd /home/student/courier && { $line; }" >"$T/out" 2>&1 </dev/null
    status=$?
    OUT=$(cat "$T/out")
    { echo "== $title, $user: $line (status $status)"; cat "$T/out"; } >>"$KEEP/$SYSTEM.log"
    return $status
}

# What must fail: status 1, one line from set-up, and nothing left behind.
fails() { # NAME PART COMMAND...
    name=$1 part=$2
    shift 2
    "$@"
    same "$name: status" 1 "$?"
    contains "$name: says why" "$OUT" "$part"
    same "$name: one line, besides what it wanted to install" 1 \
        "$(echo "$OUT" | grep -vc '^setup: installing')"
    same "$name: nothing half-done" "" "$(ls "$ROOT/home/student/courier/.deps" 2>/dev/null)"
}

both_commands() { # USER
    check "$SYSTEM, $1: make run" inside "$1" "make run"
    same "$SYSTEM, $1: one line on what is installed" 1 "$(echo "$OUT" | grep -c '^setup: installing')"
    [ -z "${QUICK:-}" ] && check "$SYSTEM, $1: make test" inside "$1" "make test"
    check "$SYSTEM, $1: tools/setup test" inside "$1" "tools/setup test"
    check "$SYSTEM, $1: offline, make run" offline "$1" "make run"
    same "$SYSTEM, $1: offline, nothing to set up" 0 "$(echo "$OUT" | grep -c '^setup:')"
    check "$SYSTEM, $1: offline, set-up for tests" offline "$1" "tools/setup test"
    same "$SYSTEM, $1: offline, and silent" "" "$OUT"
}

apt_sources() { (cd "$ROOT/etc/apt" && find . -type f -exec cksum {} + | sort); }

grant_sudo() {
    chroot "$ROOT" sh -c 'apt-get -qq update && apt-get -qq install -y --no-install-recommends sudo' \
        >>"$KEEP/$SYSTEM.log" 2>&1
    echo 'student ALL=(ALL) NOPASSWD: ALL' >"$ROOT/etc/sudoers.d/student"
}

try() { # SYSTEM
    SYSTEM=$1
    : >"$KEEP/$SYSTEM.log"
    check "$SYSTEM: debootstrap" base "$SYSTEM" || return

    fresh "$SYSTEM"
    sources=$(apt_sources)
    fails "$SYSTEM, no sudo" "as root: apt-get install" inside student "tools/setup run"
    fails "$SYSTEM, no network" "could not" offline root "tools/setup run"
    fails "$SYSTEM, no such prefix" "UNICORN_PREFIX=/nowhere" inside root "UNICORN_PREFIX=/nowhere tools/setup check"
    keep_packages "$SYSTEM"
    both_commands root
    same "$SYSTEM: apt's sources are as they were" "$sources" "$(apt_sources)"

    fresh "$SYSTEM"
    keep_packages "$SYSTEM"
    grant_sudo
    inside root "apt-get -qq install -y --no-install-recommends libunicorn-dev"
    both_commands student
}

[ $# -gt 0 ] || set -- bookworm trixie
for system in "$@"; do
    try "$system"
done
finish
