# SPDX-License-Identifier: Apache-2.0
# What the restore drills share, to be sourced: BIN, a home of one's own that goes with the drill, and a catalog that starts, is asked and
# stops.
set -euo pipefail
bin=$1
root=$(mktemp -d)
catalog=
trap '[ -z "$catalog" ] || kill -9 "$catalog" 2>/dev/null || true; rm -rf "$root"' EXIT
export SEGUE_HOME=$root/home
fail() { echo "$1" >&2; [ ! -e "$root/log" ] || tail -5 "$root/log" >&2; exit 1; }
expect() { # expect STATUS COMMAND…
  local want=$1 got=0
  shift
  "$@" >"$root/out" 2>"$root/err" || got=$?
  [ "$got" = "$want" ] || fail "$*: exit status $got, expected $want; $(cat "$root/out" "$root/err")"
}
start() { # start [KILOBYTES that a file may have]
  ( trap '' XFSZ; [ -z "${1:-}" ] || ulimit -f "$1"; exec "$bin/segue-catalog" --listen 127.0.0.1:0 2>"$root/log" ) &
  catalog=$!
  until grep -q 'listens on' "$root/log" 2>/dev/null; do kill -0 "$catalog" 2>/dev/null || fail "the catalog does not start"; sleep 0.02; done
  rest=http://127.0.0.1:$(sed -nE 's/.*listens on 127.0.0.1:([0-9]+).*/\1/p' "$root/log")/rest
}
stop() { kill "${1:--TERM}" "$catalog"; wait "$catalog" 2>/dev/null || true; catalog=; rm -f "$root/log"; }
app_password() { "$bin/segue-user" app-password --create --user ada --json | sed -E 's/.*"password":"([^"]*)".*/\1/'; }
call() { curl -sf "$rest/$1?f=json&u=ada&p=$password&$2"; }
make() { call createPlaylist "name=$1" | grep -q '"status":"ok"'; }
