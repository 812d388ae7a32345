# SPDX-License-Identifier: Apache-2.0
# For tests of commands: what they answer stands in $home/out and $home/err.
fail() { echo "$1" >&2; exit 1; }
expect() { # expect STATUS COMMAND…
  local want=$1 got=0
  shift
  "$@" >"$home/out" 2>"$home/err" || got=$?
  [ "$got" = "$want" ] || fail "$*: exit status $got, expected $want; $(cat "$home/err")"
}
