#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Configures and builds: C++ and nginx modules by CMake, the web application by Vite. Says little when nothing changed.
#   scripts/build.sh [FOLDER] [product]      product: what a user runs; without: tests and benchmarks as well
set -euo pipefail
cd "$(dirname "$0")/.."
build=${1:-build}
target=${2:-all}
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1

# A folder that is configured with tests stays so: both targets can be built in it.
configured() { [ -e "$build/build.ninja" ] && grep -qs "^SEGUE_TESTS:BOOL=${1:-}" "$build/CMakeCache.txt"; }
if [ "$target" = all ]; then
  configured ON || cmake -G Ninja -S . -B "$build" -DSEGUE_TESTS=ON >/dev/null
else
  configured || cmake -G Ninja -S . -B "$build" -DSEGUE_TESTS=OFF >/dev/null
fi

# The web application waits for the network more than it computes.
scripts/build-player.sh &
player=$!
cmake --build "$build" --target "$target" || { wait "$player"; exit 1; }
wait "$player"
ln -sfn "$build/bin/segue" segue
