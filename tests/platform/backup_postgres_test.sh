#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The restore drill on PostgreSQL: a dump while somebody writes, the server's data lost, and put back; what does not fit is refused.
#   with_postgres.sh backup_postgres_test.sh BIN
. "$(dirname "$0")/drill.sh"
names() { call getPlaylists "" | grep -o '"name":"before-[0-9]' | sort -u | wc -l; }

# Said once, remembered by the home.
SEGUE_DATABASE=$SEGUE_TEST_DATABASE "$bin/segue-user" add ada >/dev/null
export SEGUE_DATABASE=$SEGUE_TEST_DATABASE
start
unset SEGUE_DATABASE
[ "$(stat -c %a "$SEGUE_HOME/catalog/database")" = 600 ] || fail "the address can be read by others"
password=$(app_password)
ls "$SEGUE_HOME"/catalog/*.sqlite3 2>/dev/null && fail "files beside the server"

for n in 1 2 3; do make "before-$n" || fail "a playlist"; done
( while make during; do :; done ) & writer=$!
expect 0 "$bin/segue-backup" "$root/backup" --json
[ -s "$root/backup/catalog/postgresql.dump" ] || fail "no dump: $(cat "$root/out")"
kill "$writer"; wait "$writer" 2>/dev/null || true
make after || fail "a playlist after the backup"
stop

incarnation() { psql -X -At "$SEGUE_TEST_DATABASE" -c "SELECT value FROM segue_library.meta WHERE name = 'incarnation'"; }
before=$(incarnation)
# On the same server: what was there is kept aside, what came after the backup is gone.
expect 0 "$bin/segue-restore" "$root/backup"
[ -s "$SEGUE_HOME"/before-restore-*/catalog/postgresql.dump ] || fail "what was there is lost"
start
[ -n "$before" ] && [ -n "$(incarnation)" ] && [ "$(incarnation)" != "$before" ] || fail "other nodes take the library for the one they know: $before, $(incarnation)"
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

# Two installations in one database: a dump has one's schemas and no other's, also where the names begin alike, and goes nowhere else.
playlists() { psql -X -At "$SEGUE_TEST_DATABASE" -c "SELECT count(*) FROM $1.playlist" 2>&1; }
for one in segue_test drill; do
  SEGUE_HOME=$root/$one SEGUE_DATABASE=$SEGUE_TEST_DATABASE#$one "$bin/segue-user" add ada >/dev/null
  psql -X -q "$SEGUE_TEST_DATABASE" -c "CREATE SCHEMA ${one}_playlists; CREATE TABLE ${one}_playlists.playlist (n integer); INSERT INTO ${one}_playlists.playlist VALUES (1)"
done
expect 0 "$bin/segue-backup" "$root/mine"
held=$(pg_restore --list "$root/mine/catalog/postgresql.dump" | sed -nE 's/.* SCHEMA - ([a-z_]+) .*/\1/p' | sort | tr '\n' ' ')
there=$(psql -X -At "$SEGUE_TEST_DATABASE" -c "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'segue\\_%' AND nspname NOT LIKE 'segue\\_test\\_%'" | sort | tr '\n' ' ')
[ -n "$held" ] && [ "$held" = "$there" ] || fail "the dump holds: $held, the server: $there"
export SEGUE_HOME=$root/drill SEGUE_DATABASE=$SEGUE_TEST_DATABASE#drill
expect 1 "$bin/segue-restore" "$root/mine"
grep -q 'backup is of schemas segue_\*, and this home.s are drill_\*' "$root/err" || fail "another prefix: $(cat "$root/err")"
# A record without the prefix does not open the way: the dump itself says whose it is.
sed -i '/"schemas"/d' "$root/mine/backup.json"
expect 1 "$bin/segue-restore" "$root/mine"
grep -q 'holds the schema segue_' "$root/err" || fail "another prefix, not recorded: $(cat "$root/err")"
[ "$(playlists drill_playlists) $(playlists segue_test_playlists)" = "1 1" ] || fail "another installation was touched"
unset SEGUE_DATABASE
export SEGUE_HOME=$root/other

# The tools connect as the catalog does: by the caller's variables where the address says nothing.
socket=${SEGUE_TEST_DATABASE#*host=}
PGHOST=$socket PGUSER=segue SEGUE_DATABASE=postgresql:///postgres expect 0 "$bin/segue-backup" "$root/by-variables"

# A tool that fails is a failure, also for a caller who ignores the ends of children; nothing is changed.
mkdir "$root/tools"
printf '#!/bin/sh\ncase " $* " in *" --list "*) exec %s "$@";; esac\necho "pg_restore: no luck" >&2\nexit 1\n' "$(command -v pg_restore)" >"$root/tools/pg_restore"
chmod +x "$root/tools/pg_restore"
PATH=$root/tools:$PATH expect 1 "$bin/segue-restore" "$root/backup"
grep -q 'no luck' "$root/err" || fail "a tool that fails: $(cat "$root/err")"
PATH=$root/tools:$PATH expect 1 env --ignore-signal=CHLD "$bin/segue-restore" "$root/backup"
grep -q 'no luck' "$root/err" || fail "a tool that fails, ends ignored: $(cat "$root/err")"
start
[ "$(names)" = 3 ] || fail "after a tool that failed: $(call getPlaylists "")"
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
