#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# segue-catalog and segue-user as programs: ports, exit codes, a stop by SIGTERM, and a login that a user of the command line has made.
set -euo pipefail
bin=$1
home=$(mktemp -d)
catalog=
trap '[ -z "$catalog" ] || kill "$catalog" 2>/dev/null || true; rm -rf "$home"' EXIT
export SEGUE_HOME=$home
source "$(dirname "$0")/../expect.sh"

expect 2 "$bin/segue-user"
expect 2 "$bin/segue-user" promote ada
expect 2 "$bin/segue-catalog" --listen nowhere
expect 1 "$bin/segue-user" app-password --create --user nobody
expect 0 "$bin/segue-user" setup --json
expect 0 "$bin/segue-user" add ada --json
grep -q '"user":"ada","role":"admin","password":"' "$home/out" || fail "add: $(cat "$home/out")"
expect 1 "$bin/segue-user" add ada
expect 1 "$bin/segue-user" disable ada
expect 1 "$bin/segue-user" setup
expect 0 "$bin/segue-user" app-password --create --user ada --json
password=$(sed -E 's/.*"password":"([^"]*)".*/\1/' "$home/out")
expect 0 "$bin/segue-user" invitation --create --json
code=$(sed -E 's/.*"code":"([^"]*)".*/\1/' "$home/out")
grep -q "\"url\":\"http://127.0.0.1:[0-9]*/#invitation=$code\"" "$home/out" || fail "invitation: $(cat "$home/out")"
expect 0 "$bin/segue-user" invitation --create --role admin --json
expect 0 "$bin/segue-user" invitation --revoke --id "$(sed -E 's/.*"id":"([^"]*)".*/\1/' "$home/out")"
expect 1 "$bin/segue-user" invitation --revoke --id none
expect 0 "$bin/segue-user" invitation --json
[ "$(wc -l <"$home/out")" = 1 ] && ! grep -q "$code" "$home/out" || fail "invitations: $(cat "$home/out")"
echo "long enough" | "$bin/segue-user" add bob --password-stdin >/dev/null

"$bin/segue-catalog" --listen 127.0.0.1:0 2>"$home/log" &
catalog=$!
until grep -q 'listens on' "$home/log"; do kill -0 "$catalog" 2>/dev/null || fail "catalog: $(cat "$home/log")"; sleep 0.02; done
port=$(sed -nE 's/.*listens on 127.0.0.1:([0-9]+).*/\1/p' "$home/log")
expect 1 "$bin/segue-catalog" --listen "127.0.0.1:$port"
curl -sf "http://127.0.0.1:$port/api/v1/assets" | grep -q '"assets":\[\]' || fail "assets"
curl -sf "http://127.0.0.1:$port/rest/ping?f=json&u=ada&p=$password" | grep -q '"status":"ok"' || fail "ping with an app password"
curl -sf -d '{"user":"bob","password":"long enough"}' -H 'Content-Type: application/json' "http://127.0.0.1:$port/api/v1/sessions" | grep -q access_token ||
  fail "log in with the password of standard input"
curl -sf -d "{\"code\":\"$code\",\"user\":\"eve\",\"password\":\"long enough\"}" -H 'Content-Type: application/json' "http://127.0.0.1:$port/api/v1/sign-up" |
  grep -q '"role":"listener"' || fail "sign up by an invitation of the command line"
"$bin/segue-user" disable bob >/dev/null
curl -s -d '{"user":"bob","password":"long enough"}' -H 'Content-Type: application/json' "http://127.0.0.1:$port/api/v1/sessions" | grep -q '"status":401' ||
  fail "a disabled user logged in"
kill -TERM "$catalog"
wait "$catalog" || fail "catalog: exit status $? after SIGTERM"
catalog=
[ "$(stat -c %a "$home/catalog")" = 700 ] || fail "catalog/: readable by others"
grep -vq '^{' "$home/log" && fail "log: $(grep -v '^{' "$home/log")"
echo "the catalog's commands: hold"
