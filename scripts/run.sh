#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What `make run` does after the build: starts the platform, ingests one track so that something plays within seconds, prints where to
# listen, and leaves the rest to the worker in the background. MEDIA: a folder or file of one's own; without, the music of the game
# Wesnoth (GPL), which scripts/setup.sh installs. Safe to repeat: what is ingested already is not ingested again.
set -euo pipefail
cd "$(dirname "$0")/.."

# Those of ingest/expansion.cc.
extensions='3g2|3gp|aac|ac3|aif|aifc|aiff|alac|amr|ape|asf|au|avi|caf|dff|divx|dsf|dts|dv|eac3|f4v|flac|flv|m2t|m2ts|m4a|m4b|m4v|mka|mkv|mod|mov|mp2|mp3|mp4|mpc|mpeg|mpg|mpp|mts|mxf|oga|ogg|ogv|opus|qt|rf64|rm|rmvb|snd|spx|tak|tod|ts|tta|vob|w64|wav|weba|webm|wma|wmv|wtv|wv'

# Every file of music or video there, each ended by NUL, in the order of their names; as `segue ingest FOLDER` finds them: links are
# followed, hidden files and folders are not looked at. Empty: none.
music_in() {
  local from=$1
  [ -d "$from" ] && from+=/.
  # find's complaints are of links that lead back, or nowhere.
  find -L "$from" -name '.?*' -prune -o -type f -regextype posix-extended -iregex ".*\.($extensions)" -print0 2>/dev/null |
    sed -z 's|/\./|/|' | LC_ALL=C sort -z
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
# As long as nobody has an account.
account=$(./segue user setup --json 2>/dev/null | field url) || account=
[ -z "$account" ] || printf '  Your account, once    %s    (./segue user setup makes another)\n\n' "$account"
if [ -d "$media" ]; then
  queued=$(./segue ingest --background "$media" 2>&1) || { echo "$queued" >&2; exit 1; }
  echo "$(grep -c '^queued' <<<"$queued" || true) files are being ingested in the background: ./segue status shows how far that is. make stop stops everything."
fi
