#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The running service, with music that ingest made, before two outside judges: our conformance suite, which knows nothing of Segue, and a
# client of others from npm.
#   conformance_test.sh BIN
set -euo pipefail
bin=$1
here=$(cd "$(dirname "$0")" && pwd)
home=$(mktemp -d)
catalog=
trap '[ -z "$catalog" ] || kill "$catalog" 2>/dev/null || true; rm -rf "$home"' EXIT
export SEGUE_HOME=$home/segue

mkdir "$home/album"
ffmpeg -v error -y -f lavfi -i testsrc2=s=300x300 -frames:v 1 "$home/album/cover.png"
for track in 1 2 3; do
  ffmpeg -v error -y -f lavfi -i "anoisesrc=d=6:r=44100:a=0.3:seed=$track" -ac 2 -metadata "title=Song $track & more" -metadata artist=Ána \
    -metadata album=First -metadata "track=$track" -metadata genre=Pop -metadata date=1993 \
    -metadata "lyrics=[00:01.00]<00:01.00>one <00:01.50>word"$'\n'"[00:02.00]two" "$home/album/$track.flac"
done
"$bin/segue-ingest" --album never "$home/album" >"$home/ingest.log" 2>&1 || { cat "$home/ingest.log"; exit 1; }
"$bin/segue-user" add ada >/dev/null
password=$("$bin/segue-user" app-password --create --user ada --json | sed -E 's/.*"password":"([^"]*)".*/\1/')

"$bin/segue-catalog" --listen 127.0.0.1:0 2>"$home/log" &
catalog=$!
until grep -q 'listens on' "$home/log"; do kill -0 "$catalog" 2>/dev/null || { cat "$home/log"; exit 1; }; sleep 0.02; done
url=http://127.0.0.1:$(sed -nE 's/.*listens on 127.0.0.1:([0-9]+).*/\1/p' "$home/log")
until curl -sf "$url/health" | grep -q '"scanned":true'; do sleep 0.02; done

node "$here/conformance/opensubsonic.mjs" --url "$url" --user ada --password "$password" --api-key "$password" || { cat "$home/log"; exit 1; }

cd "$here/client"
[ -e node_modules/subsonic-api ] || npm ci --loglevel error
node client.test.mjs "$url" ada "$password"
