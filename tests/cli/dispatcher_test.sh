#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `segue` with verbs of its own beside it: list, run, suggest, exit codes, and the layout of an installation.
set -euo pipefail
segue=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
expect() { # expect WHAT FOUND EXPECTED
  [ "$2" = "$3" ] || { printf '%s: expected "%s", found "%s"\n' "$1" "$3" "$2" >&2; exit 1; }
}
mkdir -p "$folder/bin" "$folder/libexec/segue" "$folder/elsewhere"
cp "$segue" "$folder/bin/segue"
cat >"$folder/bin/segue-sing" <<'VERB'
#!/bin/sh
[ "$1" = --summary ] && { echo "sing a song"; exit 0; }
[ "$1" = --help ] && { echo "how to sing"; exit 0; }
printf '%s|' "$@"
exit 7
VERB
sed 's/sing a song/dance a dance/' "$folder/bin/segue-sing" >"$folder/libexec/segue/segue-dance"
chmod +x "$folder/bin/segue-sing" "$folder/libexec/segue/segue-dance"
ln -s "$folder/bin/segue" "$folder/elsewhere/segue"
run=$folder/elsewhere/segue

list=$("$run" --help)
grep -q '^  sing         sing a song$' <<<"$list"
grep -q '^  dance        dance a dance$' <<<"$list"
status=0; out=$("$run" sing 'a b' $'new\nline') || status=$?
expect "arguments" "$out" $'a b|new\nline|'
expect "the verb's exit code" "$status" 7
expect "segue help VERB" "$("$run" help sing)" "how to sing"
status=0; out=$("$run" snig 2>&1) || status=$?
expect "unknown verb's exit code" "$status" 2
grep -q 'did you mean sing?' <<<"$out"
status=0; out=$("$run" $'evil\x1b[2J' 2>&1) || status=$?
expect "hostile verb's exit code" "$status" 2
grep -qF 'no verb evil\x1b[2J' <<<"$out"
status=0; out=$("$run" 2>&1 >/dev/null) || status=$?
expect "exit code of segue alone" "$status" 2
expect "what segue alone says" "$out" "$list"
"$run" --man | grep -qF 'segue\-dance(1) segue\-sing(1)'
