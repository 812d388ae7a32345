#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The restore drill on PostgreSQL: a dump while somebody writes, the server's data lost, and put back; what does not fit is refused.
#   with_postgres.sh backup_postgres_test.sh BIN
set -euo pipefail
bin=$1
root=$(mktemp -d)
catalog=
trap '[ -z "$catalog" ] || kill -9 "$catalog" 2>/dev/null || true; rm -rf "$root"' EXIT
export SEGUE_HOME=$root/home
fail() { echo "$1" >&2; [ ! -e "$root/log" ] || tail -5 "$root/log" >&2; exit 1; }
expect() { # expect STATUS COMMAND…
  local want=$1 got=0
  shift
  "$@" >"$root/out" 2>"$root/err" || got=$?
  [ "$got" = "$want" ] || fail "$*: exit status $got, expected $want; $(cat "$root/out" "$root/err")"
}
start() {
  "$bin/segue-catalog" --listen 127.0.0.1:0 2>"$root/log" &
  catalog=$!
  until grep -q 'listens on' "$root/log" 2>/dev/null; do kill -0 "$catalog" 2>/dev/null || fail "the catalog does not start"; sleep 0.02; done
  rest=http://127.0.0.1:$(sed -nE 's/.*listens on 127.0.0.1:([0-9]+).*/\1/p' "$root/log")/rest
}
stop() { kill -TERM "$catalog"; wait "$catalog" 2>/dev/null || true; catalog=; rm -f "$root/log"; }
call() { curl -sf "$rest/$1?f=json&u=ada&p=$password&$2"; }
make() { call createPlaylist "name=$1" | grep -q '"status":"ok"'; }
names() { call getPlaylists "" | grep -o '"name":"before-[0-9]' | sort -u | wc -l; }

# Said once, remembered by the home.
SEGUE_DATABASE=$SEGUE_TEST_DATABASE "$bin/segue-user" add ada >/dev/null
export SEGUE_DATABASE=$SEGUE_TEST_DATABASE
start
unset SEGUE_DATABASE
[ "$(stat -c %a "$SEGUE_HOME/catalog/database")" = 600 ] || fail "the address can be read by others"
password=$("$bin/segue-user" app-password --create --user ada --json | sed -E 's/.*"password":"([^"]*)".*/\1/')
ls "$SEGUE_HOME"/catalog/*.sqlite3 2>/dev/null && fail "files beside the server"

for n in 1 2 3; do make "before-$n" || fail "a playlist"; done
( while make during; do :; done ) & writer=$!
expect 0 "$bin/segue-backup" "$root/backup" --json
[ -s "$root/backup/catalog/postgresql.dump" ] || fail "no dump: $(cat "$root/out")"
kill "$writer"; wait "$writer" 2>/dev/null || true
make after || fail "a playlist after the backup"
stop

# On the same server: what was there is kept aside, what came after the backup is gone.
expect 0 "$bin/segue-restore" "$root/backup"
[ -s "$SEGUE_HOME"/before-restore-*/catalog/postgresql.dump ] || fail "what was there is lost"
start
[ "$(names)" = 3 ] || fail "restored: $(call getPlaylists "")"
call getPlaylists "" | grep -q '"name":"after"' && fail "a playlist that was made after the backup"
stop

# Another home and a server that has nothing yet: its keys open what the dump holds.
schemas=$(psql -X -At "$SEGUE_TEST_DATABASE" -c "SELECT string_agg(nspname, ', ') FROM pg_namespace WHERE nspname LIKE 'segue\\_%'")
psql -X -q "$SEGUE_TEST_DATABASE" -c "SET client_min_messages = warning; DROP SCHEMA $schemas CASCADE"
export SEGUE_HOME=$root/other
expect 1 "$bin/segue-restore" "$root/backup"
grep -q 'SEGUE_DATABASE=postgresql' "$root/err" || fail "no server told: $(cat "$root/err")"
SEGUE_DATABASE=$SEGUE_TEST_DATABASE expect 0 "$bin/segue-restore" "$root/backup"
start
[ "$(names)" = 3 ] || fail "restored elsewhere: $(call getPlaylists "")"
stop

# A dump that the server refuses changes nothing; a tool that is missing is named.
$SEGUE_TEST_POSTGRES stop
expect 1 "$bin/segue-backup" "$root/refused"
[ ! -e "$root/refused" ] || fail "half a backup is left"
grep -q 'pg_dump: ' "$root/err" || fail "server away: $(cat "$root/err")"
expect 1 "$bin/segue-restore" "$root/backup"
$SEGUE_TEST_POSTGRES start
start
[ "$(names)" = 3 ] || fail "after a restore that failed: $(call getPlaylists "")"
stop
echo "the drill on PostgreSQL: holds"
