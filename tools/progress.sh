# Sourced by scripts that build: runs several builds of cargo side by side and tells how far they are. On a
# terminal that is one line that moves, elsewhere a line every half minute.

# What each says and how it ended, and how long each step took the last time.
progress=$target/progress
mkdir -p "$progress"

# 192 → 3:12
clock() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }

# alongside TITLE NAME COMMAND…: runs each COMMAND, a line for the shell, at the same time. The first one that
# fails ends the others, and what it said is shown.
alongside() {
  local title=$1 begun=$SECONDS names=() pids=() last='' told=0 name
  local times="$progress/${1//[^a-z]/-}.seconds"
  shift
  [ ! -s "$times" ] || last=", $(clock "$(cat "$times")") the last time"
  # Each in a process group of its own, so that all of it can be ended.
  set -m
  while [ $# -gt 0 ]; do
    names+=("$1")
    rm -f "$progress/$1.status"
    (
      trap 'echo $? >"$progress/'"$1"'.status"' EXIT
      export CARGO_TERM_PROGRESS_WHEN=always CARGO_TERM_PROGRESS_WIDTH=80 CARGO_TERM_COLOR=never
      eval "$2"
    ) </dev/null >"$progress/$1.log" 2>&1 &
    pids+=($!)
    shift 2
  done
  set +m
  trap 'end_all "${pids[@]}"' EXIT
  until name=$(over "${names[@]}"); do
    tell "$title" $((SECONDS - begun))
    sleep 0.5
  done
  [ ! -t 2 ] || printf '\r\033[K' >&2
  if [ -n "$name" ]; then
    tr '\r' '\n' <"$progress/$name.log" | grep -vE '^ +(Building|Compiling|Downloaded) ' >&2 || true
    fail "$title: the $name failed"
  fi
  trap - EXIT
  echo $((SECONDS - begun)) >"$times"
  say "$title: $(clock $((SECONDS - begun)))"
}

# over NAME…: succeeds when all are done, without a word, or when one has failed, with its name.
over() {
  local name open=0
  for name in "$@"; do
    [ -s "$progress/$name.status" ] || { open=1; continue; }
    [ "$(cat "$progress/$name.status")" = 0 ] || { echo "$name"; return 0; }
  done
  return "$open"
}

end_all() {
  local pid
  for pid in "$@"; do kill -- "-$pid" 2>/dev/null || true; done
}

# tell TITLE SECONDS: how far the builds of `names` are.
tell() {
  local title=$1 seconds=$2 ready all log
  read -r ready all < <(
    for log in "${names[@]/%/.log}"; do
      tail -c 2000 "$progress/$log" | tr '\r' '\n' | grep -oE '[0-9]+/[0-9]+' | tail -n 1 || true
    done | awk -F/ '{ready += $1; all += $2} END {print ready + 0, all + 0}'
  )
  if [ -t 2 ]; then
    printf '\r\033[K==> %s: %s of %s crates, %s%s' "$title" "$ready" "$all" "$(clock "$seconds")" "$last" >&2
  elif [ $((seconds / 30)) -gt "$told" ]; then
    told=$((seconds / 30))
    say "$title: $ready of $all crates, $(clock "$seconds")$last"
  fi
}
