// SPDX-License-Identifier: Apache-2.0
// Faults put into an asset, one at a time, and the rule that is to name each.
#pragma once

#include <set>
#include <string>
#include <vector>

namespace segue::validator::tests {

struct Fault {
  std::string file, from, to;  // the first occurrence of `from` is replaced
  const char* rule;
};

// Rules that anything was found against.
[[nodiscard]] std::set<std::string> broken_rules(const std::string& folder);
void find_each(const std::string& folder, const std::vector<Fault>& table);

}  // namespace segue::validator::tests
