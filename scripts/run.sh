#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What `make run` does after the build: starts the platform, ingests one track so that something plays within seconds, prints where to
# listen, and leaves the rest to the worker in the background. MEDIA: a folder or file of one's own; without, the music of the game
# Wesnoth (GPL), which scripts/setup.sh installs. Safe to repeat: what is ingested already is not ingested again.
set -euo pipefail
cd "$(dirname "$0")/.."

# Every file of music there, each ended by NUL, in the order of their names. Empty: none.
music_in() {
  find -L "$@" -type f \( -iname '*.flac' -o -iname '*.wav' -o -iname '*.aif' -o -iname '*.aiff' -o -iname '*.mp3' -o -iname '*.m4a' \
    -o -iname '*.aac' -o -iname '*.ogg' -o -iname '*.oga' -o -iname '*.opus' -o -iname '*.wv' -o -iname '*.mka' -o -iname '*.mkv' \
    -o -iname '*.mp4' -o -iname '*.mov' -o -iname '*.webm' -o -iname '*.ts' \) -print0 | LC_ALL=C sort -z
}

wesnoth_folder() {
  local package
  for package in wesnoth-1.18-music wesnoth-1.16-music; do
    dpkg -L "$package" 2>/dev/null | grep '/music$' && return
  done
  echo "run: no music: the package wesnoth-1.16-music (Debian 13: 1.18) is not installed; name a folder: make run MEDIA=~/Music" >&2
  return 1
}

# The value of a text field in lines of JSON as `segue ingest --json` prints them.
field() { sed -nE "s/.*\"$1\":\"([^\"]*)\".*/\1/p" | head -1; }

if [ -n "${MEDIA:-}" ]; then
  media=${MEDIA/#\~\//$HOME/}
  [ -e "$media" ] || { echo "run: MEDIA=$media: no such file or folder" >&2; exit 1; }
else
  media=$(wesnoth_folder)
fi
# All of them, by NUL: names may hold newlines, and `head` would end `find` early, which pipefail takes for a fault.
mapfile -d '' -t files < <(music_in "$media")
[ ${#files[@]} -gt 0 ] || { echo "run: no music or video below $media" >&2; exit 1; }

./segue up
gateway=$(./segue status --json | field gateway)

# The first that can be played; a bad file is told and passed over.
echo
answer=
for file in "${files[@]}"; do
  echo "first track: ${file//$'\n'/ }"
  if answer=$(./segue ingest --json "$file"); then break; fi
  field error <<<"$answer" >&2
  answer=
done
[ -n "$answer" ] || { echo "run: nothing below $media could be played; the platform runs at $gateway/" >&2; exit 1; }
cat <<END

  Listen in a browser   $gateway/
  or in any player      $(echo "$answer" | field hls)    (HLS)
                        $(echo "$answer" | field dash)    (DASH)

END
if [ -d "$media" ]; then
  queued=$(./segue ingest --background "$media" 2>&1) || { echo "$queued" >&2; exit 1; }
  echo "$(grep -c '^queued' <<<"$queued" || true) files are being ingested in the background: ./segue status shows how far that is. make stop stops everything."
fi
