#!/bin/sh
# keeper RUNNER_PID FILE FOLDER STDOUT STDERR PROGRAM ARGS… : leads the process group of a calibration, so that it gets
# exactly one SIGINT in its life, whoever asks: the runner, the guardian, or the kernel when the runner dies (this script
# runs under `setpriv --pdeathsig INT`). A second one would cut the calibration's own ramp-down short. Signal this process,
# not the group. It ends as the calibration does, with 128 + n where that was killed by signal n.
# It may be made long before: starter.sh, its child, waits for the runner's word and then becomes the calibration.

# The death signal is armed after the fork: if the runner died before that, nobody would ever be told.
[ "$PPID" = "$1" ] || exit 125
file=$2
set -- /bin/sh "${0%/*}/starter.sh" "$@"

# A background job of sh gets /dev/null as stdin and ignores SIGINT; fd 3 and env give both back.
exec 3<&0
asked=
trap 'trap "" INT; asked=" interrupted"; kill -INT 0' INT
trap 'trap "" TERM; asked=" interrupted"; kill -TERM 0' TERM
trap "" HUP QUIT
# The programs around the calibration read no files of a language (LC_ALL=C); it gets back what it would have had.
if [ -n "${BATON_LC_ALL+given}" ]; then set -- "LC_ALL=$BATON_LC_ALL" "$@"; else set -- -u LC_ALL "$@"; fi
env --default-signal=INT,QUIT,HUP,TERM -u BATON_LC_ALL "$@" <&3 3<&- &
calibration=$!
exec 3<&-

# A trapped signal interrupts `wait`; the calibration has ended only when it is nobody's child any more.
while :; do
  wait "$calibration"
  code=$?
  kill -0 "$calibration" 2>/dev/null && continue
  # Of one that was never started there is no file, and nothing to tell.
  if [ -e "$file" ]; then echo "$$ $code$asked" >"$file"; fi
  exit "$code"
done
