#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A restore drill with the real programs: a backup while somebody writes, kill -9, a full disk, a lost home, a damaged backup.
#   backup_test.sh BIN
. "$(dirname "$0")/drill.sh"
count() { call getPlaylists "" | grep -o '"id":"pl-' | wc -l; }

expect 2 "$bin/segue-backup"
expect 1 "$bin/segue-backup" "$root/too-early"
"$bin/segue-user" add ada >/dev/null
password=$(app_password)
asset=$SEGUE_HOME/store/aaaaaaaaaaaaaaaaaaaaaaaaaa
mkdir -p "$asset/g1" && echo '{}' >"$asset/g1/asset.json" && ln -s g1 "$asset/current"

# Somebody writes all the while: what is acknowledged before the backup begins is in it.
start
for n in 1 2 3; do make "before-$n" || fail "a playlist"; done
( while make during; do :; done ) & writer=$!
expect 0 "$bin/segue-backup" "$root/backup" --json
grep -q '"assets":1' "$root/out" || fail "backup: $(cat "$root/out")"
expect 1 "$bin/segue-backup" "$root/backup"
[ "$(stat -c %a "$root/backup")" = 700 ] || fail "the backup is open to others"

# kill -9 loses nothing that was acknowledged.
kill "$writer"; wait "$writer" 2>/dev/null || true
make acknowledged || fail "a playlist before the kill"
acknowledged=$(count)
stop -9
start
[ "$(count)" = "$acknowledged" ] || fail "kill -9: $(count) playlists, acknowledged $acknowledged"
stop

# A full disk: files may not grow beyond what they have. Refused, and what was there stays.
start $(($(stat -c %s "$SEGUE_HOME"/catalog/*.sqlite3 | sort -n | tail -1) / 1024 + 64))
full=0
for n in $(seq 400); do make "full-$n" && acknowledged=$((acknowledged + 1)) || { full=1; break; }; done
[ "$full" = 1 ] || fail "the disk never was full"
call getPlaylists "" >/dev/null || fail "reading on a full disk"
stop -9
start
[ "$(count)" = "$acknowledged" ] || fail "full disk: $(count) playlists, acknowledged $acknowledged"

# The drill. Nothing is put back while it runs from a supervisor, nor from a damaged backup, and nothing is touched then.
stop
cp -a "$root/backup" "$root/damaged"
printf 'x' | dd of="$root/damaged/catalog/playlists.sqlite3" bs=1 seek=5000 conv=notrunc status=none
expect 1 "$bin/segue-restore" "$root/damaged"
grep -q 'playlists.sqlite3: not as it was written' "$root/err" || fail "damaged: $(cat "$root/err")"
[ -z "$(ls -d "$SEGUE_HOME"/before-restore-* 2>/dev/null)" ] || fail "a damaged backup touched the home"
expect 0 "$bin/segue-restore" "$root/backup" --json
grep -q '"missing":\[\]' "$root/out" || fail "restore: $(cat "$root/out")"
[ -e "$SEGUE_HOME"/before-restore-*/catalog/playlists.sqlite3 ] || fail "what was there is lost"
start
call getPlaylists "" | grep -q '"name":"before-3"' || fail "what was acknowledged before the backup is not in it"
! call getPlaylists "" | grep -q '"name":"acknowledged"' || fail "not as it was at the backup"
stop

# A new machine: nothing but the backup; the store's asset is missing, which is told.
rm -rf "$SEGUE_HOME"
expect 1 "$bin/segue-restore" "$root/backup"
grep -q 'lacks 1 of 1 assets, the first is aaaaaaaaaaaaaaaaaaaaaaaaaa' "$root/out" || fail "missing: $(cat "$root/out")"
start
[ "$(count)" -ge 3 ] || fail "a new machine: $(count) playlists"
stop
