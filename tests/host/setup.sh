#!/bin/sh
# tools/setup on systems that are not this one: a made-up /etc/os-release, and a PATH on which there
# is no compiler, and an apt-get, sudo and id that only write down how they were called.
. tests/lib.sh

mkdir "$T/bin"
for tool in awk cat cut dirname env grep make mkdir mktemp rm sed sh tr; do
    ln -s "$(command -v $tool)" "$T/bin/"
done

stub() { # NAME COMMANDS
    printf '#!/bin/sh\n%s\n' "$2" >"$T/bin/$1"
    chmod +x "$T/bin/$1"
}

system() { # ID [VERSION_ID [ID_LIKE]]
    printf 'NAME="x"\nID=%s\n' "$1" >"$T/os-release"
    [ -z "${2:-}" ] || echo "VERSION_ID=\"$2\"" >>"$T/os-release"
    [ -z "${3:-}" ] || echo "ID_LIKE=\"$3\"" >>"$T/os-release"
    : >"$T/calls"
}

bare() { env -i PATH="$T/bin" OS_RELEASE="$T/os-release" tools/setup "$@"; }

names() { # NAME PART...: the last command's stderr contains each part
    name=$1
    shift
    for part; do contains "$name: $part" "$(cat "$T/err")" "$part"; done
}

here() {
    exits "nothing missing: status" 0 tools/setup test
    same "nothing missing: silent" "" "$(cat "$T/out" "$T/err")"
    exits "nothing missing for a build" 0 tools/setup check
    refuses "no command" 2 tools/setup
    refuses "unknown command" 2 tools/setup everything
    refuses "two commands" 2 tools/setup run test
}

elsewhere() {
    system fedora 41
    exits "Fedora" 1 bare run
    names "Fedora" "dnf install" gcc-riscv64-linux-gnu libfdt-devel unicorn-devel UNICORN_PREFIX=
    system ubuntu 24.04 debian
    exits "Ubuntu" 1 bare test
    names "Ubuntu" "apt install" gcc-riscv64-unknown-elf libunicorn-dev qemu-system-misc
    system raspbian 12 debian
    exits "a derivative with Debian's number" 1 bare run
    names "a derivative" "apt install" libunicorn-dev
    system manjaro "" arch
    exits "Arch" 1 bare run
    names "Arch" "pacman -S" riscv64-elf-gcc
    system debian 11
    exits "a Debian that is too old" 1 bare run
    names "a Debian that is too old" "not Debian 12 or newer"
    system other
    exits "an unknown system" 1 bare run
    names "an unknown system" "apt install" "dnf install" "pacman -S" "brew install"
    same "nothing was called" "" "$(cat "$T/calls")"
    refuses "a build without tools" 1 bare check
    names "a build without tools" "make run" gcc-riscv64-unknown-elf
}

# The stubs' apt-get succeeds unless it is asked for something in $T/refuse.
debian() {
    stub id 'echo 1000'
    system debian 13
    refuses "not root, no sudo" 1 bare run
    names "not root, no sudo" "as root: apt-get install --no-install-recommends gcc libc6-dev"

    stub sudo "echo sudo \"\$@\" >>$T/calls; exit 1"
    refuses "sudo says no" 1 bare run
    names "sudo says no" "as root: apt-get install"

    stub id 'echo 0'
    : >"$T/refuse"
    stub apt-get "echo apt-get \"\$@\" >>$T/calls
                  ! echo \"\$@\" | grep -qf $T/refuse || { echo 'E: no such luck'; exit 100; }"
    system debian 13
    refuses "installed, and still missing" 1 bare run
    names "installed, and still missing" "still not usable" libunicorn-dev
    same "root needs no sudo" 0 "$(grep -c sudo "$T/calls")"
    same "lists are not fetched without need" 0 "$(grep -c update "$T/calls")"
    contains "one line on what is installed" "$(cat "$T/out")" "setup: installing gcc libc6-dev"
    contains "no recommended packages" "$(cat "$T/calls")" "--no-install-recommends install gcc"

    system debian "" # testing has no number
    echo install >"$T/refuse"
    refuses "apt-get fails" 1 bare test
    names "apt-get fails" "could not install" qemu-system-riscv "no such luck"
    same "lists are fetched once before giving up" 1 "$(grep -c update "$T/calls")"
}

# A Unicorn that says it is 2.0.1, in header and library.
old_prefix() {
    mkdir -p "$T/old/include/unicorn" "$T/old/lib"
    echo 'unsigned uc_version(unsigned *major, unsigned *minor);' >"$T/old/include/unicorn/unicorn.h"
    echo 'unsigned uc_version(void) { return 0x020001ff; }' >"$T/old.c"
    "${CC:-cc}" -shared -fPIC -o "$T/old/lib/libunicorn.so" "$T/old.c"
}

prefixes() {
    refuses "prefix: nothing there" 1 env UNICORN_PREFIX="$T/nowhere" tools/setup run
    old_prefix
    refuses "prefix: too old" 1 env UNICORN_PREFIX="$T/old" tools/setup run
    names "prefix: too old" "Unicorn 2.0.1, but 2.1.1 or newer is needed"
    : >"$T/old/lib/libunicorn.so"
    refuses "prefix: not a library" 1 env UNICORN_PREFIX="$T/old" tools/setup run
    names "prefix: not a library" "does not work"
    rm "$T/old/lib/libunicorn.so"
    refuses "prefix: no library" 1 env UNICORN_PREFIX="$T/old" tools/setup run
    names "prefix: no library" "no libunicorn in its lib"
}

here
elsewhere
debian
prefixes
finish
