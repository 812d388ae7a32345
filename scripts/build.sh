#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Configures and builds everything: C++ and nginx modules by CMake, the web application by Vite. Says little when nothing changed.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${1:-build}
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
[ -e "$build/build.ninja" ] || cmake -G Ninja -S . -B "$build" >/dev/null
cmake --build "$build"
if [ -e player/package.json ]; then
  scripts/build-player.sh
fi
[ -x "$build/bin/segue" ] && ln -sfn "$build/bin/segue" segue
exit 0
