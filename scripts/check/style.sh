#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What a reviewer should not have to say: formatting, licence lines, unfinished words, addresses and paths that must not be committed.
set -euo pipefail
cd "$(dirname "$0")/../.."
failed=0
complain() { echo "$1" >&2; failed=1; }
ours() { git ls-files -co --exclude-standard "$@" | while read -r f; do [ -f "$f" ] && echo "$f"; done; }

# The formatter's own taste changes between versions: only the version of Debian 12 judges.
if clang-format --version 2>/dev/null | grep -q 'version 14\.'; then
  # Several files a process, on all cores; a name is told from "FILE:LINE:COLUMN: error:".
  while read -r file; do
    complain "$file: not formatted; run clang-format -i $file"
  done < <(ours '*.h' '*.cc' '*.c' | xargs -r -P "$(nproc)" -n 40 clang-format --dry-run -Werror 2>&1 | sed -nE 's/^([^:]+):[0-9]+:[0-9]+: error:.*/\1/p' | sort -u)
else
  echo "style: clang-format 14 not found, formatting not checked"
fi

while read -r file; do
  head -3 "$file" | grep -q 'SPDX-License-Identifier' || complain "$file: no SPDX line in the first three"
done < <(ours '*.h' '*.cc' '*.c' '*.sh' '*.ts' '*.mjs' '*CMakeLists.txt')

while read -r hit; do complain "$hit: unfinished"; done < <(ours '*.h' '*.cc' '*.c' '*.ts' '*.mjs' '*.sh' | grep -v '^scripts/check/' | xargs -r grep -nwE 'TODO|FIXME|XXX' /dev/null || true)
while read -r hit; do complain "$hit: a lock file holds no download address"; done < <(ours '*package-lock.json' | xargs -r grep -nE '"resolved"|https?://[^"]*registry' /dev/null | head -3 || true)
while read -r hit; do complain "$hit: a path of one machine"; done < <(ours | xargs -r grep -nIE '(^|[^[:alnum:]])/(work|root)/' /dev/null | grep -v '^scripts/check/' | head -5 || true)

echo "the ten longest files:"
ours '*.h' '*.cc' '*.c' '*.ts' '*.mjs' '*.sh' | xargs wc -l | grep -v ' total$' | sort -rn | sed -n 1,10p  # not head: sort dies of a closed pipe now and then
while read -r lines file; do
  [ "$lines" -gt 500 ] && complain "$file: $lines lines; which noun wants a file of its own?"
done < <(ours '*.h' '*.cc' '*.c' '*.ts' '*.mjs' | xargs wc -l | grep -v ' total$' || true)
exit $failed
