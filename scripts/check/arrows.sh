#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Holds the include arrows of docs/architecture.md: a folder may include only what its line below allows, and a third party's
# headers stand in the one folder that owns it.
set -euo pipefail
cd "$(dirname "$0")/../.."

declare -A may=(
  [media]=""
  [machine]=""
  [cli]=""
  [access]="media"
  [service]="media"
  [transcoder]="machine media"
  [packager]="media"
  [manifests]="media"
  [validator]="media manifests"
  [ingest]="access cli machine media transcoder packager manifests validator service"
  [origin]="media manifests"
  [edge-cache]="access machine media service"
  [gateway]="access media"
  # manifests: a playlist plays as one presentation, printed there; XSPF is read with its XML reader, libxml2's only home.
  [catalog-api]="media manifests service access"
  [operator]="access edge-cache media platform service"
  [platform]="access machine media service"
)
# third party header pattern => the folder (prefix) that may include it
declare -A home=(
  ['libav|libsw']="transcoder/ffmpeg"
  ['gst/']="transcoder/gstreamer"
  ['libxml/']="manifests"
  ['hiredis/']="service"
  ['libpq-fe\.h']="service"
  ['sqlite3\.h']="service"
  ['ngx_']="origin/nginx edge-cache/nginx gateway/nginx"
  ['boost/program_options']="cli"
  ['boost/(asio|beast)']="service"
  ['cbor\.h']="access"
  ['utf8proc']="catalog-api/search"
)

failed=0
complain() { echo "$1" >&2; failed=1; }

for folder in "${!may[@]}"; do
  [ -d "$folder" ] || continue
  while IFS=: read -r file line text; do
    target=$(sed -E 's/.*#include "([^"\/]+)\/.*/\1/' <<<"$text")
    [ -n "${may[$target]+known}" ] || continue
    [ "$target" = "$folder" ] && continue
    case " ${may[$folder]} " in *" $target "*) continue ;; esac
    case "$file:$target" in *main.cc:cli) continue ;; esac
    # The packager's program prints the static set beside its track files; its library knows nothing of manifests.
    case "$file:$target" in packager/main.cc:manifests) continue ;; esac
    # Covers in sizes: the only pictures that are decoded outside ingest, by the only home of libav*.
    case "$file:$target" in catalog-api/covers/covers.cc:transcoder) continue ;; esac
    complain "$file:$line: $folder/ may include [${may[$folder]:-nothing of ours}], found $target/"
  done < <(grep -rnE --include=*.h --include=*.cc --include=*.c '^#include "[^"/]+/' "$folder" || true)
done

# Inside the edge the same: message ◀ decision ◀ store ◀ the folder itself.
declare -A inside=([edge-cache/message]="message" [edge-cache/decision]="message|decision" [edge-cache/store]="message|decision|store")
for folder in "${!inside[@]}"; do
  while IFS= read -r line; do
    complain "$line: $folder/ may include edge-cache/(${inside[$folder]})/ only"
  done < <(grep -rnE --include=*.h --include=*.cc '^#include "edge-cache/' "$folder" | grep -vE "\"edge-cache/(${inside[$folder]})/" || true)
done

for pattern in "${!home[@]}"; do
  while IFS=: read -r file line text; do
    allowed=no
    for prefix in ${home[$pattern]}; do [[ $file == "$prefix"/* ]] && allowed=yes; done
    [[ $file == tests/* || $file == bench/* ]] && allowed=yes
    [ "$allowed" = yes ] || complain "$file:$line: <$pattern…> belongs in ${home[$pattern]}/"
  done < <(git ls-files -co --exclude-standard '*.h' '*.cc' '*.c' | xargs -r grep -nE "^#include [<\"](${pattern})" /dev/null || true)
done

[ "$failed" = 0 ] && echo "include arrows: hold"
exit $failed
