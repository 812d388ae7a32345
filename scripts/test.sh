#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Every test: style and structure, unit tests, whole-system tests, players, fuzzers for a bounded time. ctest's summary comes last.
set -euo pipefail
cd "$(dirname "$0")/.."
build=${BUILD:-build}
ctest --test-dir "$build" --output-on-failure "$@"
