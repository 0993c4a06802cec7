# Sourced by the scripts beside it: go to the project's root, say what happens, ask for rights.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
target=${CARGO_TARGET_DIR:-target}
# Queries are checked against the data in .sqlx: building needs no database.
export SQLX_OFFLINE=${SQLX_OFFLINE:-true}
# What tools/prepare installs for the project alone.
export PATH="$PATH:$(realpath -m "$target")/tools/bin"

say() { printf '==> %s\n' "$*" >&2; }
fail() { printf 'error: %s\n' "$*" >&2; exit 1; }

# install_packages WHAT PACKAGE…: Debian packages when root, else the command to run.
install_packages() {
  local what=$1 command="apt-get install -y --no-install-recommends ${*:2}"
  command -v apt-get >/dev/null || fail "$what is missing; install it (on Debian: ${*:2})"
  [ "$(id -u)" = 0 ] || fail "$what is missing; run: sudo $command"
  say "installing $what: $command"
  apt-get update -qq || say "the package lists could not be refreshed; going on with those at hand"
  DEBIAN_FRONTEND=noninteractive $command >/dev/null || fail "$what could not be installed; run: $command"
}

# The folder of the newest PostgreSQL server programs of version 15 or later; nothing without.
postgres_programs() {
  local folder
  for folder in $(compgen -G '/usr/lib/postgresql/*/bin' | sort -rV) $(dirname "$(command -v initdb || echo /)"); do
    [ -x "$folder/initdb" ] || continue
    [ "$("$folder/postgres" --version | grep -oE '[0-9]+' | head -1)" -ge 15 ] || continue
    echo "$folder"
    return
  done
}

# From here on, builds of the project's own crates fail with what `make lint` finds.
with_lints() {
  export RUSTC_WORKSPACE_WRAPPER=$PWD/tools/lints
  # cargo compiles anew what was compiled with other ones.
  export CLIPPY_ARGS=-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__
}
