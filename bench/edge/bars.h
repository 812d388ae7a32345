// SPDX-License-Identifier: Apache-2.0
// Does a bar hold? Rounds are compared one by one, for what happens on the machine meanwhile meets both of a round alike; then half of the
// rounds around the middle decide. Where they lie on both sides of 1.0 the two cannot be told apart, and that is what is said.
#pragma once

#include <string>
#include <vector>

namespace segue::bench {

struct Spread {
  double least = 0, lower = 0, median = 0, upper = 0, most = 0;  // lower, upper: quartiles
};
// Of at least one value.
[[nodiscard]] Spread spread_of(std::vector<double> values);

enum class Wanted { at_least_one, at_most_one };
// ours / theirs, round by round: "1.04 (0.98 to 1.12; 0.91 to 1.20): holds". In parentheses: half of the rounds; all of them.
[[nodiscard]] std::string verdict(const std::vector<double>& ours, const std::vector<double>& theirs, Wanted wanted);

}  // namespace segue::bench
