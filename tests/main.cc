// SPDX-License-Identifier: Apache-2.0
// The one entry of a Catch2 test program (Catch2 3 brings its own in a library; version 2 makes it here).
#if !__has_include(<catch2/catch_all.hpp>)
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#endif
