#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `segue token` as a person uses it: keys made, an address printed, a token held against requests, wrong usage named.
set -euo pipefail
token=$1
SEGUE_HOME=$(mktemp -d)
export SEGUE_HOME
unset SEGUE_PORT SEGUE_PUBLIC_URL
trap 'rm -rf "$SEGUE_HOME"' EXIT
expect() { # expect WHAT STATUS TEXT ARGUMENTS…: runs, compares the exit status and the output (a pattern)
  local what=$1 status=$2 text=$3 found=0 out
  shift 3
  out=$("$token" "$@" 2>&1) || found=$?
  [ "$found" = "$status" ] || { printf '%s: exit status %s, expected %s: %s\n' "$what" "$found" "$status" "$out" >&2; exit 1; }
  [[ $out == $text ]] || { printf '%s: found "%s", expected "%s"\n' "$what" "$out" "$text" >&2; exit 1; }
}
expect "no keys yet" 1 "segue token: $SEGUE_HOME/access/keys: No such file or directory (segue token --new-key ID makes a first key)*" --path /v/a/
expect "a first key" 0 "$SEGUE_HOME/access/keys" --new-key k1
expect "a pair" 0 "$SEGUE_HOME/access/keys" --new-key e1 --algorithm ES256
expect "an address" 0 'http://127.0.0.1:8080/t/s1.k1.*/v/a/master.m3u8' --path /v/a/master.m3u8
expect "in the query" 0 'https://x/v/a/?token=s1.k1.*' --path /v/a/ --in query --base https://x
expect "JSON" 0 '{"url":"http://127.0.0.1:8080/t/s1.k1.*","token":"s1.k1.*","path":"/v/a/","expires":*}' --path /v/a/master.m3u8 --json
expect "a public half" 0 'e1 ES256 public B*' --public-keys

s=$("$token" --path /v/a/master.m3u8 --in token --ip 203.0.113.0/24)
expect "its folder" 0 allowed --check "$s" --path /v/a/g1/x/1.m4s --ip 203.0.113.7
link=$("$token" --path /v/a/master.m3u8) query=$("$token" --path /v/a/master.m3u8 --in query)
expect "as it was printed" 0 allowed --check "$link" --path /v/a/master.m3u8
expect "as it was printed, in the query" 0 allowed --check "$query" --path /v/a/master.m3u8
expect "another address" 1 'refused: address' --check "$s" --path /v/a/g1/x/1.m4s --ip 198.51.100.7
expect "another folder" 1 'refused: path' --check "$s" --path /v/b/1.m4s --ip 203.0.113.7
for algorithm in HS256 ES256; do
  c=$("$token" --path /v/a/ --in token --cat --algorithm $algorithm --method GET --renew 10m --issuer me --subject you)
  expect "CAT $algorithm" 0 '{"allowed":true,"reason":"none","key":"[ke]1","expires":*}' --check "$c" --path /v/a/1.m4s --json
  expect "its method" 1 'refused: method' --check "$c" --path /v/a/1.m4s --method PUT
done
expect "a key dropped" 0 "*" --drop-key k1
expect "its tokens" 1 'refused: unknown-key' --check "$s" --path /v/a/1 --ip 203.0.113.7
expect "hostile bytes" 1 'refused: malformed' --check $'s1.\xff\n' --path /v/a/1

expect "no path" 2 '*--path is missing*'
expect "no duration" 2 '*--expires: expected a duration*' --path /v/a/ --expires 1y
expect "no place" 2 '*--in: expected path, query or token*' --path /v/a/ --in body
expect "CAT's options" 2 '*want --cat*' --path /v/a/ --renew 1h
expect "a path that climbs" 1 '*plain absolute path*' --path /v/../a/ --algorithm ES256 --cat
