#!/bin/sh
# mkdisk: what it puts on a disk and reads from one, with util-linux's fsck.minix and mkfs.minix as
# the other side, and what it says about input that is no good.
. tests/lib.sh

fsck() { # IMAGE: accepted without a word
    out=$("$FSCK_MINIX" -f "$1" 2>&1) && [ "$out" = "Forcing filesystem check on $1." ] ||
        { echo "$out"; return 1; }
}

mkdir -p "$T/tree/etc" "$T/tree/home/student/deep/er" "$T/tree/empty"
echo "hello" >"$T/tree/etc/motd"
head -c 700000 /dev/urandom >"$T/tree/home/student/big"
: >"$T/tree/home/student/deep/er/nothing"
printf '#!/bin/sh\n' >"$T/tree/home/student/script"
chmod 700 "$T/tree/home/student/script"
head -c 5000 /dev/urandom >"$T/program"

disk=$T/disk.img
check "makes a disk" "$MKDISK" -o "$disk" --root "$T/tree" "$T/program" /bin/sh
check "fsck.minix accepts it" fsck "$disk"
same "it has 16 MiB" 16777216 "$(wc -c <"$disk" | tr -d ' ')"
same "nothing else is left" "disk.img program tree" "$(cd "$T" && echo *)"

names() { "$MKDISK" --ls "$disk" "$1" | awk '{ print $NF }' | sort | tr '\n' ' '; }
same "the root" ". .. bin dev empty etc home tmp " "$(LC_ALL=C names /)"
same "/bin" ". .. program sh " "$(LC_ALL=C names /bin)"
devices=$("$MKDISK" --ls "$disk" /dev)
contains "console" "$devices" "020666   1      4,  0 console"
contains "tty" "$devices" "020666   1      5,  0 tty"
contains "null" "$devices" "020666   1      1,  3 null"
contains "zero" "$devices" "020666   1      1,  5 zero"
same "a program can be executed" "100755   1       5000 /bin/program" "$("$MKDISK" --ls "$disk" /bin/program)"
same "a plain file cannot" "100644   1          6 /etc/motd" "$("$MKDISK" --ls "$disk" /etc/motd)"
contains "a script can" "$("$MKDISK" --ls "$disk" /home/student)" "100755   1         10 script"

for file in etc/motd home/student/big home/student/deep/er/nothing; do
    "$MKDISK" --cat "$disk" "/$file" >"$T/out"
    check "$file is the same" cmp -s "$T/out" "$T/tree/$file"
done
"$MKDISK" --cat "$disk" /bin/program >"$T/out"
check "the program is the same" cmp -s "$T/out" "$T/program"

# The same input, the same image.
"$MKDISK" -o "$T/again" --root "$T/tree" "$T/program" /bin/sh
check "deterministic" cmp -s "$disk" "$T/again"
SOURCE_DATE_EPOCH=77 "$MKDISK" -o "$T/again" --root "$T/tree" "$T/program" /bin/sh
check "SOURCE_DATE_EPOCH makes a difference" sh -c "! cmp -s $disk $T/again"
check "and a good disk" fsck "$T/again"
rm "$T/again"

for size in 1 2 64; do
    "$MKDISK" -o "$T/sized" --size $size "$T/program"
    check "$size MiB" fsck "$T/sized"
    same "$size MiB it is" $((size * 1048576)) "$(wc -c <"$T/sized" | tr -d ' ')"
done
for block in 2048 4096; do
    "$MKDISK" -o "$T/sized" --block $block --root "$T/tree" "$T/program"
    "$MKDISK" --cat "$T/sized" /home/student/big >"$T/out"
    check "blocks of $block bytes" cmp -s "$T/out" "$T/tree/home/student/big"
done
rm "$T/sized"

# What mkfs.minix makes can be read.
head -c 2097152 /dev/zero >"$T/foreign"
"$MKFS_MINIX" -3 "$T/foreign" >/dev/null
same "an empty foreign disk" "040755   2        128 .
040755   2        128 .." "$("$MKDISK" --ls "$T/foreign")"

# Bad input.
bad() { # NAME STATUS PART COMMAND...
    name=$1 status=$2 part=$3
    shift 3
    refuses "$name" "$status" "$MKDISK" "$@"
    contains "$name: why" "$(cat "$T/err")" "$part"
}
usage() { # NAME COMMAND...
    name=$1
    shift
    exits "$name" 2 "$MKDISK" "$@"
    contains "$name: usage" "$(cat "$T/err")" "usage: mkdisk"
}
usage "no arguments"
usage "an unknown option" --frobnicate
usage "two things at once" -o "$T/x" --ls "$disk"
usage "nothing to cat" --cat "$disk"
bad "size 0" 2 "bad number '0'" -o "$T/x" --size 0
bad "size of letters" 2 "bad number 'many'" -o "$T/x" --size many
bad "negative size" 2 "bad number '-5'" -o "$T/x" --size -5
bad "bad block size" 1 "the block size must be" -o "$T/x" --block 512
bad "no such program" 1 "No such file or directory" -o "$T/x" "$T/none"
bad "a directory as a program" 1 "not a regular file" -o "$T/x" "$T/tree"
bad "no such tree" 1 "No such file or directory" -o "$T/x" --root "$T/none"
bad "the same program twice" 1 "File exists" -o "$T/x" "$T/program" "$T/program"
bad "nowhere to write" 1 "No such file or directory" -o "$T/none/x"
bad "more than fits" 1 "No space left on device" -o "$T/x" --size 1 --root "$T/tree" /bin/sh "$disk"
bad "too small for its inodes" 1 "too many inodes" -o "$T/x" --size 100000
long=$(printf '%061d' 0)
: >"$T/$long"
bad "a name too long" 1 "File name too long" -o "$T/x" "$T/$long"
rm "$T/$long"
bad "no disk" 1 "No such file or directory" --ls "$T/none"
bad "not a disk" 1 "no MINIX file system" --ls "$T/tree/home/student/big"
bad "an empty disk" 1 "too small for a superblock" --ls "$T/tree/home/student/deep/er/nothing"
bad "no such path" 1 "No such file or directory" --ls "$disk" /none
bad "a path through a file" 1 "Not a directory" --cat "$disk" /etc/motd/x
bad "cat of a directory" 1 "Is a directory" --cat "$disk" /etc
head -c 1000000 "$disk" >"$T/short"
bad "a truncated disk" 1 "larger than the disk" --ls "$T/short"
same "failures leave nothing behind" "" "$(ls "$T" | grep '^x')"

echo precious >"$T/kept"
"$MKDISK" -o "$T/kept" "$T/none" 2>/dev/null
same "a failure keeps the old file" precious "$(cat "$T/kept")"
exits "a full standard output" 1 sh -c "$MKDISK --cat $disk /home/student/big >/dev/full"
finish
