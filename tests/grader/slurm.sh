#!/bin/sh
# A class handed to Slurm as an array job gets the same reports as on this machine: with a munged, slurmctld and slurmd of
# our own, in a directory of their own, on ports of their own. What the machine runs of these is not touched.
# timeout: 600
# sanitizers: no
. tests/lib.sh

GRADE=${GRADE:-build/grade}
LAB=rendezvous
for tool in munged slurmctld slurmd sbatch squeue scancel; do
    if ! command -v $tool >/dev/null 2>&1; then
        echo "not looked at: $tool is not installed (Debian: munge slurmctld slurmd slurm-client)"
        finish
    fi
done

# ---- a cluster of one node ---------------------------------------------------------------------------

daemons=
at_exit() { # the controller first, so that it gives no more work
    for daemon in $daemons; do
        kill "$daemon" 2>/dev/null && wait "$daemon" 2>/dev/null
    done
}

port=$((20000 + $$ % 12000))
export SLURM_CONF="$T/slurm.conf"
cluster() {
    chmod 711 "$T"
    mkdir "$T/state" "$T/spool"
    (umask 077 && head -c 1024 /dev/urandom >"$T/munge.key")
    cat >"$SLURM_CONF" <<CONF
ClusterName=courier
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmUser=$(id -un)
SlurmdUser=$(id -un)
SlurmctldPort=$port
SlurmdPort=$((port + 1))
AuthType=auth/munge
AuthInfo=socket=$T/munge.socket
CredType=cred/munge
MessageTimeout=2
StateSaveLocation=$T/state
SlurmdSpoolDir=$T/spool
SlurmctldPidFile=$T/slurmctld.pid
SlurmdPidFile=$T/slurmd.pid
SlurmctldLogFile=$T/slurmctld.log
SlurmdLogFile=$T/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=1,bf_interval=1
MaxArraySize=${1:-1001}
NodeName=$(hostname -s) NodeAddr=127.0.0.1 CPUs=$(getconf _NPROCESSORS_ONLN) State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
    munged --foreground --force --key-file="$T/munge.key" --socket="$T/munge.socket" --pid-file="$T/munged.pid" \
        --log-file="$T/munged.log" --seed-file="$T/munge.seed" >"$T/munged.out" 2>&1 &
    munge_daemon=$!
    until [ -S "$T/munge.socket" ] || ! kill -0 $munge_daemon 2>/dev/null; do :; done
    slurmctld -D >"$T/slurmctld.out" 2>&1 &
    controller=$!
    slurmd -D >"$T/slurmd.out" 2>&1 &
    daemons="$controller $! $munge_daemon"
}

# Until the node is idle, or the daemons have given up.
ready() {
    until [ "$(timeout 5 sinfo --noheader --format=%t 2>/dev/null)" = idle ]; do
        kill -0 "$controller" 2>/dev/null || return 1
    done
}

cluster 3
if ! ready; then
    echo "not looked at: no cluster of our own can be started here: $(tail -n 1 "$T/slurmctld.out")"
    finish
fi

# ---- a class -----------------------------------------------------------------------------------------

mkdir "$T/in" "$T/in/jane" "$T/in/eve" "$T/in/it's max"
cp kernel/ipc.c "$T/in/jane/"
echo '#error no' >"$T/in/eve/ipc.c"
cp kernel/ipc.c "$T/in/it's max/"
echo 'this is no archive' >"$T/in/notes.zip"

class() { timeout 300 "$GRADE" batch --lab $LAB --submissions "$T/in" "$@"; }

# MaxArraySize is 3 here, so three tasks share the four submissions.
exits "as an array job" 0 class --engine slurm --out "$T/o"
same "... nothing is said" "" "$(cat "$T/err")"
contains "... all are graded" "$(cat "$T/out")" "4 submissions, 4 graded now, 0 kept from before, 0 without a grade"
contains "... by Slurm" "$(cat "$T/slurmctld.log")" "JobId=1_0"
exits "on this machine" 0 class --out "$T/local"
check "the same reports, gradebook and summary" diff -r "$T/o" "$T/local"
exits "the same command again" 0 class --engine slurm --out "$T/o"
contains "... keeps the grades" "$(cat "$T/out")" "1 graded now, 3 kept from before"

# ---- what can go wrong -------------------------------------------------------------------------------

# A task that is cancelled leaves no grade, and Slurm's word for it.
scontrol update NodeName="$(hostname -s)" State=DRAIN Reason=test
class --engine slurm --out "$T/cancelled" >"$T/out" 2>"$T/err" &
batch=$!
until job=$(squeue --noheader --array --format=%A --states=PD | head -n 1) && [ -n "$job" ]; do :; done
scancel "$job"
wait $batch
same "a cancelled job" 1 $?
same "... is no grade for anyone" 4 "$(grep -c 'no grade, the grader failed' "$T/err")"
same "... in the gradebook, either" 4 "$(tail -n 4 "$T/cancelled/grades.csv" | grep -c ',$')"

# An interrupt takes the job back.
"$GRADE" batch --lab $LAB --submissions "$T/in" --engine slurm --out "$T/interrupted" >"$T/out" 2>"$T/err" &
batch=$!
until [ -n "$(squeue --noheader)" ]; do :; done
kill -TERM $batch
wait $batch
same "interrupted" 130 $?
contains "... says so" "$(cat "$T/err")" "the same command goes on"
same "... and cancels the job" "" "$(squeue --noheader)"
scontrol update NodeName="$(hostname -s)" State=RESUME
exits "it goes on" 0 class --engine slurm --out "$T/interrupted"
check "... to the same end" diff -r "$T/interrupted" "$T/local"

kill "$controller"
wait "$controller"
exits "no controller" 1 timeout 300 "$GRADE" batch --lab $LAB --submissions "$T/in" --engine slurm --out "$T/none"
contains "... is said in Slurm's words" "$(head -n 1 "$T/err")" "Unable to contact slurm controller"
same "... in one line" 1 "$(wc -l <"$T/err" | tr -d ' ')"
mkdir "$T/bin" # without sbatch on the way
refuses "no Slurm here" 1 env PATH="$T/bin" "$PWD/$GRADE" batch --lab $LAB --submissions "$T/in" --engine slurm --out "$T/none"
contains "... is said" "$(cat "$T/err")" "scontrol: No such file or directory"
finish
