// SPDX-License-Identifier: Apache-2.0
// Where a test keeps its databases: files of its folder, or, run by with_postgres.sh, schemas of that server that no other test has.
#pragma once

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <string>

#include "service/database_place.h"

namespace segue::tests {

inline bool has_server() { return std::getenv("SEGUE_TEST_DATABASE") != nullptr; }

inline service::DatabasePlace place_in(const std::string& folder) {
  static std::atomic<int> count = 0;
  if (!has_server()) return {folder};
  return {folder, std::getenv("SEGUE_TEST_DATABASE") + ("#t" + std::to_string(::getpid())) + "_" + std::to_string(++count)};
}

}  // namespace segue::tests
