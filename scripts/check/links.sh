#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every relative link and picture in the Markdown pages leads to a file that exists.
set -euo pipefail
cd "$(dirname "$0")/../.."
failed=0
while read -r page; do
  folder=$(dirname "$page")
  while read -r target; do
    target=${target%%#*}
    case $target in ''|http:*|https:*|mailto:*) continue ;; esac
    [ -e "$folder/$target" ] || { echo "$page: links to $target, which does not exist" >&2; failed=1; }
  done < <(grep -oE '\]\([^) ]+\)' "$page" | sed -E 's/^\]\((.*)\)$/\1/' || true)
done < <(git ls-files -co --exclude-standard '*.md')
[ "$failed" = 0 ] && echo "links: all lead somewhere"
exit $failed
