#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Installs what building and running Segue needs, for tests what these need as well, and nothing that is already there. The only place with
# install steps: `make run` and `make test` both call it. Debian 12 and 13; root or sudo.
#   scripts/setup.sh [run|test]     run: to build and run; test (unless told): everything
set -euo pipefail
cd "$(dirname "$0")/.."
case ${1:-test} in run | test) ;; *) echo "setup: expected run or test, found $1" >&2; exit 2 ;; esac

packages=(
  # build
  build-essential cmake ninja-build pkg-config ccache git ca-certificates
  libavformat-dev libavcodec-dev libavfilter-dev libswresample-dev libswscale-dev libavutil-dev libebur128-dev
  libxml2-dev libhiredis-dev libsqlite3-dev libpq-dev libutf8proc-dev libsodium-dev libssl-dev libcbor-dev libcurl4-openssl-dev nlohmann-json3-dev
  nginx-dev libpcre2-dev zlib1g-dev
  # run
  nginx redis-server
)
tests=(
  catch2 curl ffmpeg chromium wrk varnish clang libclang-rt-dev clang-format libxml2-utils
  libxapian-dev postgresql
  libgstreamer1.0-dev gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad gstreamer1.0-libav
)
command -v node >/dev/null 2>&1 || packages+=(nodejs)
command -v npm >/dev/null 2>&1 || packages+=(npm)

# What the two Debians name differently. The music of a first run: Wesnoth 1.16 or 1.18. Boost: the catalog needs Beast on C++20
# coroutines (1.81); Debian 12's default is 1.74, but it has 1.81 beside it, Debian 13's default is 1.83.
# All of Boost comes from one version, for the -dev packages of two exclude each other.
. /etc/os-release
case ${VERSION_ID:-12} in
  12) packages+=(wesnoth-1.16-music libboost1.81-dev libboost-program-options1.81-dev) ;;
  *) packages+=(wesnoth-1.18-music libboost-dev libboost-program-options-dev) ;;
esac

[ "${1:-test}" = run ] || packages+=("${tests[@]}")

# The stamp saves asking dpkg about each package again and again; a changed list asks anew.
stamp=${SEGUE_HOME:-var}/.setup-$(printf '%s\n' "${packages[@]}" | sha256sum | cut -c1-16)
[ -e "$stamp" ] && exit 0

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null | grep -q '^installed' || missing+=("$package")
done

if [ ${#missing[@]} -gt 0 ]; then
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "setup: needs root or sudo to install: ${missing[*]}" >&2; exit 1; }
    as_root=(sudo)
  fi
  echo "setup: installing ${#missing[@]} Debian packages: ${missing[*]}"
  # Debian starts a package's service on install; the platform starts its own nginx and Redis, on its own ports.
  export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
  "${as_root[@]}" apt-get update -qq
  # PostgreSQL is for tests, which start a server of their own: no cluster is made, so none is started.
  if printf '%s\n' "${missing[@]}" | grep -qx postgresql && [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    "${as_root[@]}" install -d /etc/postgresql-common
    echo "create_main_cluster = false" | "${as_root[@]}" tee /etc/postgresql-common/createcluster.conf >/dev/null
  fi
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -qq --no-install-recommends -o Dpkg::Options::=--force-confold \
    "${missing[@]}" >/dev/null
fi
mkdir -p "$(dirname "$stamp")"
touch "$stamp"
