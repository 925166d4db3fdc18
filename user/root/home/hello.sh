#!/bin/sh
# A script: /home/hello.sh [NAME...]
for name in "$@"; do
    echo "hello, $name"
done
if [ $# = 0 ]; then
    echo "hello, world, it is $(date +%F)"
fi
