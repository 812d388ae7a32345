#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A server that a test was given does not outlive the test, however that ends.
#   with_postgres_test.sh
set -euo pipefail
here=$(dirname "$(realpath "$0")")
said=$(mktemp)
trap 'rm -f "$said"' EXIT
fail() { echo "with_postgres_test: $1" >&2; exit 1; }
# "PID (name) STATE …": a zombie runs no more.
is_running() { [ -e "/proc/$1/stat" ] && ! sed -E 's/.*\) //' "/proc/$1/stat" 2>/dev/null | grep -q '^[ZX]'; }
# "FOLDER POSTMASTER SCRIPT" once the server runs; the script waits for its command.
ask='folder=${SEGUE_TEST_POSTGRES##* }; echo "$folder $(head -1 "$folder/data/postmaster.pid") $PPID" >"$0.new"; mv "$0.new" "$0"'

# A command that ends: at once.
"$here/with_postgres.sh" bash -c "$ask; exit 3" "$said" && fail "the command's exit status is lost" || status=$?
[ "$status" -ne 77 ] || exit 77
[ "$status" -eq 3 ] || fail "expected exit status 3, found $status"
read -r folder postmaster script <"$said"
[ ! -e "$folder" ] && ! is_running "$postmaster" || fail "still there: $folder, $postmaster"

# Killed with all below it, as by ctest's time limit: soon.
: >"$said"
"$here/with_postgres.sh" bash -c "$ask; exec sleep 600" "$said" &
until [ -s "$said" ]; do kill -0 $! || fail "no server"; sleep 0.05; done
read -r folder postmaster script <"$said"
is_running "$postmaster" || fail "the server does not run"
below=$(cat "/proc/$script/task/$script/children")
# shellcheck disable=SC2086
kill -9 "$script" $below
wait "$script" 2>/dev/null || true
for _ in $(seq 600); do
  [ -e "$folder" ] || is_running "$postmaster" || exit 0
  sleep 0.05
done
fail "30 s later: $(ls -d "$folder" 2>&1), $(ps -o pid,stat,args -p "$postmaster" 2>&1 | tail -1)"
