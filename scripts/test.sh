#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every test. First the unit tests once more under the address and undefined behaviour sanitizers, those with threads under the thread
# sanitizer, and the fuzzers for a bounded time, in build folders of their own; then style and structure, unit tests, whole-system tests and real players. ctest's summary comes last.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BUILD:-build}
jobs=$(nproc)
export CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
failed=()

part() { # part TITLE COMMAND...: runs a part; what fails is told at the end, after everything else has had its turn
  local title=$1
  shift
  echo "== $title"
  "$@" || failed+=("$title")
}

sanitized() {
  [ -e "$build-asan/build.ninja" ] || cmake -G Ninja -S . -B "$build-asan" -DSEGUE_SANITIZE=ON -DCMAKE_BUILD_TYPE=Debug >/dev/null
  cmake --build "$build-asan" --target unit_tests
  UBSAN_OPTIONS=print_stacktrace=1 LSAN_OPTIONS=suppressions=$PWD/tests/leaks.supp:print_suppressions=0 ctest --test-dir "$build-asan" -L unit -j "$jobs" --output-on-failure
}

# What has threads of its own, but for programs that fork while threads run.
threaded() {
  [ -e "$build-tsan/build.ninja" ] || cmake -G Ninja -S . -B "$build-tsan" -DSEGUE_THREAD_SANITIZE=ON >/dev/null
  local tests=(transcoder/{strand,chunks,length,album} edge-cache edge-cache/threads)
  local programs=("${tests[@]/#/test_}")
  cmake --build "$build-tsan" --target "${programs[@]//\//_}"
  TSAN_OPTIONS=suppressions=$PWD/tests/threads.supp:print_suppressions=0 ctest --test-dir "$build-tsan" -R "^($(IFS='|'; echo "${tests[*]}"))\$" -j "$jobs" --output-on-failure
}

fuzzed() {
  [ -e "$build-fuzz/build.ninja" ] ||
    cmake -G Ninja -S . -B "$build-fuzz" -DSEGUE_FUZZ=ON -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_C_COMPILER=clang >/dev/null
  cmake --build "$build-fuzz" --target fuzzers
  ctest --test-dir "$build-fuzz" -R '^fuzz/' -j "$jobs" --output-on-failure
}

if [ $# -eq 0 ]; then
  part "unit tests under the sanitizers" sanitized
  part "threads under their sanitizer" threaded
  part "fuzzers" fuzzed
  echo "== everything"
fi
status=0
ctest --test-dir "$build" --output-on-failure "$@" || status=$?
for title in "${failed[@]}"; do
  echo "failed before these tests: $title" >&2
  status=1
done
exit $status
