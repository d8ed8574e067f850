# shellcheck shell=bash
# Steps of a script that run side by side, with what they print in files. Sourced, not run.
#
#   steps 3                        how many there are
#   begin fetch "the files" cmd    starts cmd in the background
#   finish [NAME...]               waits for these, or for all that have begun; one that fails ends the script, and the
#                                  others with it

STEP_LOGS=build/quickstart
step_count=0 step_last=0
declare -A step_title=() step_pid=() step_number=() step_begin=()

steps() {
  step_count=$1
  mkdir -p "$STEP_LOGS"
  trap step_stop EXIT
  trap 'exit 130' INT TERM
}

begin() {
  local name=$1 times
  times=$(cd "$STEP_LOGS" && pwd)/$1.times # a step may go elsewhere
  step_title[$name]=$2
  shift 2
  step_last=$((step_last + 1))
  step_number[$name]=$step_last
  step_begin[$name]=$SECONDS
  say "[$step_last/$step_count] ${step_title[$name]} ..."
  set -m # a process group of its own, to be stopped whole
  (
    set -e
    trap 'times >"$times"' EXIT
    "$@"
  ) >"$STEP_LOGS/$name.log" 2>&1 </dev/null &
  step_pid[$name]=$!
  set +m
}

step_stop() {
  local name
  for name in "${!step_pid[@]}"; do kill -- "-${step_pid[$name]}" 2>/dev/null || true; done
  wait
}

step_time() {
  local seconds=$((SECONDS - step_begin[$1]))
  printf '%d:%02d' $((seconds / 60)) $((seconds % 60))
}

# The processor time of a step that has ended: its own processes, not what the Docker Engine did for it.
step_processor() {
  awk -F '[ms ]' '{ all += ($1 + $4) * 60 + $2 + $5 } END { printf "%d:%02d", all / 60, all % 60 }' \
    "$STEP_LOGS/$1.times" 2>/dev/null
}

# What runs, how long already, and how far the compiler is.
step_state() {
  local name counted state=""
  for name in "${!step_pid[@]}"; do
    counted=$(tail -c 4096 "$STEP_LOGS/$name.log" | grep -oE '^\[[0-9]+/[0-9]+\]' | tail -n 1 | tr -d '[]' || true)
    state+="${state:+, }${step_title[$name]} ${counted:+$counted, }$(step_time "$name")"
  done
  printf '%s' "$state"
}

step_ended() {
  local name=$1 status=0
  wait "${step_pid[$name]}" || status=$?
  unset "step_pid[$name]"
  [ ! -t 2 ] || printf '\r\033[K' >&2
  if [ "$status" -eq 0 ]; then
    say "[${step_number[$name]}/$step_count] ${step_title[$name]}: done, $(step_time "$name")" \
      "(processor $(step_processor "$name"))"
    return
  fi
  say "[${step_number[$name]}/$step_count] ${step_title[$name]}: failed, $(step_time "$name"); the end of its output:"
  tail -n 20 "$STEP_LOGS/$name.log" | sed 's/^/  /' >&2
  die "step '${step_title[$name]}' failed; all of its output is in $STEP_LOGS/$name.log"
}

# Whether one of NAME... still runs; without names, any.
step_runs() {
  local name
  [ $# -gt 0 ] || set -- "${!step_pid[@]}"
  for name in "$@"; do
    [ -z "${step_pid[$name]:-}" ] || return 0
  done
  return 1
}

finish() {
  local name told=$SECONDS
  while step_runs "$@"; do
    for name in "${!step_pid[@]}"; do
      kill -0 "${step_pid[$name]}" 2>/dev/null || step_ended "$name"
    done
    if [ -t 2 ]; then
      printf '\r\033[K  %s' "$(step_state | cut -c -"$(($(tput cols 2>/dev/null || echo 80) - 3))")" >&2
    elif [ $((SECONDS - told)) -ge 20 ]; then
      told=$SECONDS
      say "  $(step_state)"
    fi
    ! step_runs "$@" || sleep 0.5
  done
  [ ! -t 2 ] || printf '\r\033[K' >&2
}
