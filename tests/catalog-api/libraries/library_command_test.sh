#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# segue library and segue ingest --library beside a running catalog: what is in which library, who sees it, and that both happen at once.
set -euo pipefail
bin=$1
home=$(mktemp -d)
started=()
trap '[ ${#started[@]} -eq 0 ] || kill "${started[@]}" 2>/dev/null || true; wait; rm -rf "$home"' EXIT
export SEGUE_HOME=$home
source "$(dirname "$0")/../expect.sh"
says() { grep -qF -- "$1" "$home/out" || fail "expected $1, found $(cat "$home/out")"; }
until_so() { # until_so COMMAND…: ctest ends what lasts for ever
  until "$@"; do sleep 0.05; done
}

# Usage.
expect 2 "$bin/segue-library"
expect 2 "$bin/segue-library" paint Kids
expect 2 "$bin/segue-library" add
expect 2 "$bin/segue-library" add Kids --open --closed
expect 2 "$bin/segue-library" add Kids --rule genre
expect 2 "$bin/segue-library" give Kids
expect 2 "$bin/segue-ingest" --library '' song.flac
expect 2 "$bin/segue-ingest" --library $'a\nb' song.flac

# Without a catalog.
expect 0 "$bin/segue-library" list --json
[ "$(cat "$home/out")" = '{"id":0,"name":"Music","open":true,"rules":[],"users":[]}' ] || fail "list: $(cat "$home/out")"
expect 0 "$bin/segue-library" add Kids --json
[ "$(cat "$home/out")" = '{"id":1,"name":"Kids","open":false,"rules":[],"users":[]}' ] || fail "add: $(cat "$home/out")"
expect 1 "$bin/segue-library" add kids
expect 1 "$bin/segue-library" change Nobody --open
expect 1 "$bin/segue-library" remove Music
expect 1 "$bin/segue-library" give Kids nobody
expect 1 "$bin/segue-library" change Music --rule a=b

song() { # song NAME SEED OPTION…
  local name=$1 seed=$2
  shift 2
  ffmpeg -nostdin -v error -f lavfi -i "anoisesrc=a=0.2:s=$seed:r=44100:d=1" "$@" "$home/$name.flac"
}
song story 1 -metadata title=Story
song metal 2 -metadata title=Metal -metadata genre=Metal
printf 'ladder tiny\naac 64k\n' >"$home/tiny.ladder"
ingest() { expect 0 "$bin/segue-ingest" --json --ladder "$home/tiny.ladder" "$@"; }
ingest --library Kids "$home/story.flac"
says '"state":"published"'
ingest "$home/story.flac" "$home/metal.flac" # who says nothing changes nothing
grep -q 'story.*"unchanged"' "$home/out" || fail "the same again: $(cat "$home/out")"
ingest --library Kids "$home/story.flac"
says '"state":"unchanged"'

mkdir -p "$home/run"
redis-server --port 0 --unixsocket "$home/run/redis.sock" --save '' --dir "$home" >"$home/redis.log" 2>&1 &
started+=($!)
until_so test -S "$home/run/redis.sock"
"$bin/segue-catalog" --listen 127.0.0.1:0 2>"$home/log" &
started+=($!)
until_so grep -q 'follows the event stream' "$home/log"
port=$(sed -nE 's/.*listens on 127.0.0.1:([0-9]+).*/\1/p' "$home/log")
titles() { curl -sf "http://127.0.0.1:$port/api/v1/tracks?order=newest$1" "${@:2}" | grep -oE '"title":"(Story|Metal)"' | sort -u | sed -E 's/.*:"(.*)"/\1/' | paste -sd ' '; }
sees() { [ "$(titles "$1" "${@:3}")" = "$2" ]; }

# A guest sees what is open.
until_so sees '' Metal
expect 0 "$bin/segue-library" change Kids --open --json
says '"open":true'
until_so sees '' 'Metal Story'
expect 0 "$bin/segue-library" change Kids --closed --name Children --json
says '"name":"Children"'
says 'library' # the tag still says Kids: that is a rule now, or what was closed would be everybody's
until_so sees '' Metal
expect 0 "$bin/segue-library" change Children --name Kids
until_so sees '' Metal

# Rules sort what is there anew.
expect 0 "$bin/segue-library" add Loud --open --rule genre=metal
until_so sees '&library=2' Metal
expect 0 "$bin/segue-library" change Loud --no-rules --json
says '"rules":[]'
until_so sees '&library=0' Metal
# Into another library: the same sound, its next generation.
ingest --library Loud "$home/story.flac"
says '/g2"'
until_so sees '&library=2' Story

# Given to one, taken again.
"$bin/segue-user" add root >/dev/null
"$bin/segue-user" add ada >/dev/null
key=$("$bin/segue-user" api-key --create --user ada --scope read)
expect 0 "$bin/segue-library" change Loud --closed
until_so sees '' Metal
expect 0 "$bin/segue-library" give Loud ada --json
says '"users":["ada"]'
until_so sees '' 'Metal Story' -H "Authorization: Bearer $key"
sees '' Metal || fail "a guest sees what was given to ada"
expect 0 "$bin/segue-library" take Loud ada
until_so sees '' Metal -H "Authorization: Bearer $key"
expect 0 "$bin/segue-library" remove Loud
until_so sees '' 'Metal Story'
echo "libraries by command: hold"
