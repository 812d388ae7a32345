#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Proves that Segue builds and passes its tests on a Debian that has never seen it: makes a minimal root with mmdebstrap, puts the
# committed tree into it, and runs a command there (make test, unless another is given).
#   scripts/fresh-debian.sh SUITE [FOLDER] [COMMAND...]     SUITE: bookworm (Debian 12) or trixie (Debian 13)
# FOLDER (default: ./var/fresh-SUITE) keeps the root for the next call; about 4 GB. Needs root and the package mmdebstrap.
set -euo pipefail
cd "$(dirname "$0")/.."
suite=${1:?usage: $0 SUITE [FOLDER] [COMMAND...]}
root=$(realpath -m "${2:-var/fresh-$suite}")
shift; shift || true
[ $# -gt 0 ] || set -- make test
[ "$(id -u)" -eq 0 ] || { echo "$0: needs root, to enter the new system" >&2; exit 1; }
command -v mmdebstrap >/dev/null || { echo "$0: needs the package mmdebstrap" >&2; exit 1; }

if [ ! -e "$root/etc/debian_version" ]; then
  mkdir -p "$(dirname "$root")"
  mmdebstrap --variant=minbase --include=make,git,ca-certificates "$suite" "$root"
fi
# The network's own settings are the host's: names, how apt asks, whose certificates are trusted.
cp /etc/resolv.conf /etc/hosts "$root/etc/"
grep -ls '^Acquire' /etc/apt/apt.conf.d/* /etc/apt/apt.conf | while read -r settings; do cp "$settings" "$root/etc/apt/apt.conf.d/"; done || true
if ls /usr/local/share/ca-certificates/*.crt >/dev/null 2>&1; then
  cp /usr/local/share/ca-certificates/*.crt "$root/usr/local/share/ca-certificates/"
  chroot "$root" update-ca-certificates >/dev/null
fi
if [ -n "${SEGUE_NPMRC:-}" ]; then cp "$SEGUE_NPMRC" "$root/root/.npmrc"; fi

rm -rf "$root/segue"
git clone -q --no-hardlinks . "$root/segue"

mounted=()
leave() { for point in "${mounted[@]}"; do umount -l "$root$point" || true; done; }
trap leave EXIT
# A mount of its own, or tests in there cannot have file systems of theirs (unshare wants / to be one).
mount --bind "$root" "$root"
mounted=("")
for point in /proc /dev /dev/pts /dev/shm /sys; do
  mkdir -p "$root$point"
  mount --bind "$point" "$root$point"
  mounted=("$point" "${mounted[@]}")
done

chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 \
  NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt SEGUE_HOME=/segue/var SEGUE_PORT="${SEGUE_PORT:-18080}" \
  bash -c 'cd /segue && exec "$@"' fresh "$@"
