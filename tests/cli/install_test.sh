#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# `make install` into an empty folder: `segue` and its verbs run from there, and each has a manual page that man(1) can set.
set -euo pipefail
cmake=$1 build=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
DESTDIR="$folder" "$cmake" --install "$build" --prefix /usr >/dev/null
segue=$folder/usr/bin/segue man=$folder/usr/share/man/man1
"$segue" --help | grep -q '^  ingest '
[ "$(ls "$folder/usr/bin")" = segue ] || { echo "usr/bin: expected segue alone, found: $(ls "$folder/usr/bin")" >&2; exit 1; }
verbs=$("$segue" --help | sed -n '/^Verbs:/,/^$/s/^  \([a-z]*\) .*/\1/p')
[ "$(wc -l <<<"$verbs")" -ge 10 ] || { echo "expected 10 verbs and more, found: $verbs" >&2; exit 1; }
for page in segue $(sed 's/^/segue-/' <<<"$verbs"); do
  [ -s "$man/$page.1" ] || { echo "$page.1: no manual page" >&2; exit 1; }
  head -3 "$man/$page.1" | grep -q '^\.TH SEGUE' || { echo "$page.1: expected .TH SEGUE…" >&2; exit 1; }
  if command -v groff >/dev/null; then
    said=$(groff -man -Tutf8 -W break -K utf8 "$man/$page.1" 2>&1 >/dev/null)
    [ -z "$said" ] || { echo "$page.1: groff: $said" >&2; exit 1; }
  fi
done
