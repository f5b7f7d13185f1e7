#!/bin/sh
# starter RUNNER_PID FILE FOLDER STDOUT STDERR PROGRAM ARGS… : waits under its keeper for the line "start" on stdin, and
# becomes the calibration then, in its folder and printing into its logs. Where the line does not come, for the runner has
# died or does not want it any more, it starts nothing: exit code 125.
read -r word && [ "$word" = start ] || exit 125
runner=$1 file=$2
command exec >>"$4" 2>>"$5" && cd "$3" || exit 126
unset OLDPWD
shift 5

# FILE says who keeps it, so that the guardian finds the calibration whenever the runner dies; in the end also the exit
# code, and whether it was asked to end before (keeper.sh).
echo "$PPID" >"$file" || exit 126
# Looked at after that is written: a guardian that found no file has seen the runner dead before, and so does this.
read -r stat <"/proc/$PPID/stat" || exit 125
parent=${stat##*) ? }
[ "${parent%% *}" = "$runner" ] || exit 125
exec "$@"
