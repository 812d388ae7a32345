#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `segue package` as a user meets it: what it makes passes our own validator, what it refuses leaves nothing.
#   package_command_test.sh FOLDER-OF-PROGRAMS
set -euo pipefail
bin=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch"
fail() { echo "$1" >&2; exit 1; }
expect() {  # CODE COMMAND…: the exit code, one line on stderr when it is not 0
  local wanted=$1 got=0
  shift
  "$@" >stdout 2>stderr || got=$?
  [ "$got" = "$wanted" ] || fail "$*: exit code $got, expected $wanted: $(cat stderr)"
  [ "$got" != 1 ] || [ "$(wc -l <stderr)" = 1 ] || fail "$*: expected one line on stderr, found: $(cat stderr)"
}

ffmpeg -nostdin -loglevel error -f lavfi -i anoisesrc=r=48000:d=9 -f lavfi -i testsrc2=s=320x180:r=25:d=9 -ac 2 \
  -c:a aac -b:a 96k -c:v libx264 -preset ultrafast -g 50 -sc_threshold 0 source.mp4

expect 0 "$bin/segue-package" source.mp4 --out made --title 'One & <two>' --json
python3 -c "import json; line = json.load(open('stdout')); assert line['state'] == 'packaged' and line['seconds'] == 9.0, line"
expect 0 "$bin/segue-validate" made
[ -z "$(find . -name '.*' -mindepth 1)" ] || fail "staging left behind: $(ls -A)"

expect 1 "$bin/segue-package" source.mp4 --out made
expect 0 "$bin/segue-package" source.mp4 --out made --replace --even-start --segment-seconds 6
expect 0 "$bin/segue-validate" made

head -c 5000 source.mp4 >cut.mp4
head -c 5000 /dev/urandom >noise.m4a
: >empty.mp4
mkdir folder.mp4
for bad in cut.mp4 noise.m4a empty.mp4 folder.mp4 missing.mp4; do
  expect 1 "$bin/segue-package" source.mp4 $bad --out none
  grep -q "$bad" stderr || fail "$bad is not named: $(cat stderr)"
  [ ! -e none ] || fail "$bad: a folder was left behind"
done
expect 1 "$bin/segue-package" source.mp4 --out missing/folder/none
expect 2 "$bin/segue-package" source.mp4
expect 2 "$bin/segue-package" --out none
[ -z "$(find . -name '.*' -mindepth 1)" ] || fail "staging left behind: $(ls -A)"
