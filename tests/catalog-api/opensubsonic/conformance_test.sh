#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The running service, with music that ingest made, before two outside judges: our conformance suite, which knows nothing of Segue, and a
# client of others from npm.
#   conformance_test.sh BIN [split]     split: the same service as a process for each role
set -euo pipefail
bin=$1
split=${2:-}
here=$(cd "$(dirname "$0")" && pwd)
home=$(mktemp -d)
running=()
trap 'kill "${running[@]}" 2>/dev/null || true; rm -rf "$home"' EXIT
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

# start NAME OPTIONS…: runs until the end, its log in $home/NAME.
start() {
  "$bin/segue-catalog" "${@:2}" 2>"$home/$1" &
  running+=($!)
}
listens() {
  until grep -q 'listens on' "$home/$1"; do kill -0 "${running[-1]}" 2>/dev/null || { cat "$home/$1"; exit 1; }; sleep 0.02; done
}
if [ -z "$split" ]; then
  start log --listen 127.0.0.1:0
  listens log
  url=http://127.0.0.1:$(sed -nE 's/.*listens on 127.0.0.1:([0-9]+).*/\1/p' "$home/log")
else
  # Each is told where the others will be: ports that are free, held together until all are known.
  read -r one two three four < <(node -e 'const all = [1, 2, 3, 4].map(() => require("net").createServer().listen(0, "127.0.0.1"));
    Promise.all(all.map((s) => new Promise((done) => s.on("listening", done)))).then(() => {
      console.log(all.map((s) => s.address().port).join(" "));
      all.forEach((s) => s.close()); })')
  at=http://127.0.0.1
  start accounts --roles accounts --listen "127.0.0.1:$one"
  listens accounts
  start playlists --roles playlists --listen "127.0.0.1:$two" --accounts "$at:$one" --library "$at:$three"
  start log --roles library --listen "127.0.0.1:$three" --accounts "$at:$one" --playlists "$at:$two" --search "$at:$four"
  start search --roles search --listen "127.0.0.1:$four" --accounts "$at:$one" --library "$at:$three"
  for name in playlists log search; do listens "$name"; done
  url=$at:$three
fi
until curl -sf "$url/health" | grep -q '"scanned":true'; do sleep 0.02; done
# What a divided catalog has read is found a moment later.
token="u=ada&p=$password&f=json"
until curl -sf "$url/rest/search3?$token&query=song" | grep -q '"title":"Song'; do sleep 0.02; done

node "$here/conformance/opensubsonic.mjs" --url "$url" --user ada --password "$password" --api-key "$password" || { cat "$home/log"; exit 1; }

[ -z "$split" ] || exit 0
cd "$here/client"
[ -e node_modules/subsonic-api ] || npm ci --loglevel error
node client.test.mjs "$url" ada "$password"
