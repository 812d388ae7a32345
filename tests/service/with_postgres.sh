#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Runs a command with a PostgreSQL server of its own: a cluster in a temporary folder, one unix socket, no port; gone afterwards. Its
# default collation is a language's, so that what relies on byte order must say so. The command finds
#   SEGUE_TEST_DATABASE   the address
#   SEGUE_TEST_POSTGRES   this script and the folder: "$SEGUE_TEST_POSTGRES start|stop|crash|freeze|thaw" is for tests of faults
# Exit status: the command's; 77 where the server is not installed.
set -euo pipefail
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$bin" ] && [ -x "$bin/initdb" ] || { echo "skipped: no PostgreSQL server in /usr/lib/postgresql (Debian: postgresql)"; exit 77; }

# The server refuses to run as root.
as_user=()
[ "$(id -u)" -ne 0 ] || as_user=(setpriv --reuid=nobody --regid=nogroup --clear-groups)
run() { (cd "$folder" && HOME=$folder exec "${as_user[@]}" "$@"); }
start() {
  run "$bin/pg_ctl" -D "$folder/data" -l "$folder/log" -w -t 60 start >/dev/null || { cat "$folder/log" >&2; exit 1; }
}
# The postmaster and all its workers, signalled.
signal() {
  local postmaster
  postmaster=$(head -1 "$folder/data/postmaster.pid")
  # shellcheck disable=SC2046
  kill "$1" "$postmaster" $(cat "/proc/$postmaster/task/$postmaster/children")
}
# kill -9 of the postmaster and all its workers. Where nobody collects the dead, its number would still count as a running server.
crash() {
  local postmaster workers process
  postmaster=$(head -1 "$folder/data/postmaster.pid")
  workers=$(cat "/proc/$postmaster/task/$postmaster/children")
  # shellcheck disable=SC2086
  kill -9 "$postmaster" $workers 2>/dev/null || true
  for process in $postmaster $workers; do
    while is_running "$process"; do sleep 0.02; done
  done
  rm -f "$folder/data/postmaster.pid" "$folder"/.s.PGSQL.*
}
# "PID (name) STATE …": a zombie runs no more.
is_running() { [ -e "/proc/$1/stat" ] && ! sed -E 's/.*\) //' "/proc/$1/stat" 2>/dev/null | grep -q '^[ZX]'; }

if [ "${1:-}" = --folder ]; then
  folder=$2
  case $3 in
    start) start ;;
    stop) run "$bin/pg_ctl" -D "$folder/data" -m fast -w stop >/dev/null ;;
    crash) crash ;;
    freeze) signal -STOP ;;
    thaw) signal -CONT ;;
    *) echo "with_postgres: expected start, stop, crash, freeze or thaw, found $3" >&2; exit 2 ;;
  esac
  exit 0
fi

remove() {
  run "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
# Where the machine itself went down meanwhile: folders of an hour and more whose owner runs no more.
sweep() {
  local old owner
  while read -r old; do
    owner=${old##*/segue-postgres-}
    [ -e "/proc/${owner%%-*}" ] || (folder=$old && remove)
  done < <(find "${TMPDIR:-/tmp}" -maxdepth 1 -type d -name 'segue-postgres-*-*' -mmin +60 -user "$(stat -c %U "$folder")" 2>/dev/null)
}

folder=$(mktemp -d "${TMPDIR:-/tmp}/segue-postgres-$$-XXXXXX")
trap remove EXIT
[ ${#as_user[@]} -eq 0 ] || chown nobody:nogroup "$folder"
sweep
# ctest ends what takes too long with SIGKILL, this script and all below it; the server is nobody's child. So is who waits for that.
export -f run remove
folder=$folder bin=$bin setsid -f bash -c 'as_user=("${@:2}"); tail --pid="$1" -f /dev/null; [ ! -d "$folder" ] || remove' \
  guard $$ "${as_user[@]}" </dev/null >/dev/null 2>&1
run "$bin/initdb" -D "$folder/data" -U segue -A trust -E UTF8 --locale=C.UTF-8 --locale-provider=icu --icu-locale=en -N >/dev/null
# fsync guards against a loss of power, which no test makes; a measurement sets SEGUE_TEST_FSYNC=on.
printf '%s\n' "listen_addresses = ''" "unix_socket_directories = '$folder'" "fsync = ${SEGUE_TEST_FSYNC:-off}" "max_connections = 200" \
  >>"$folder/data/postgresql.conf"
start
export SEGUE_TEST_DATABASE="postgresql://segue@/postgres?host=$folder"
export SEGUE_TEST_POSTGRES="$(realpath "$0") --folder $folder"
status=0
"$@" || status=$?
exit $status
