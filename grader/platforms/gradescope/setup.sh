#!/bin/sh
# Gradescope runs this once, as root, when it makes the image of an assignment.
exec "$(dirname "$0")/courier/grader/platforms/install"
