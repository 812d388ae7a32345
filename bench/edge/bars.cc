// SPDX-License-Identifier: Apache-2.0
#include "bench/edge/bars.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>

namespace segue::bench {

Spread spread_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto at = [&](std::size_t quarter) { return values[quarter * (values.size() - 1) / 4]; };
  return {at(0), at(1), at(2), at(3), at(4)};
}

std::string verdict(const std::vector<double>& ours, const std::vector<double>& theirs, Wanted wanted) {
  std::vector<double> ratios;
  for (std::size_t i = 0; i < ours.size() && i < theirs.size(); ++i) ratios.push_back(ours[i] / std::max(theirs[i], 1e-9));
  const Spread ratio = spread_of(ratios);
  const bool more = wanted == Wanted::at_least_one;
  const bool holds = more ? ratio.lower >= 1 : ratio.upper <= 1, missed = more ? ratio.upper < 1 : ratio.lower > 1;
  std::array<char, 128> text;
  std::snprintf(text.data(), text.size(), "%.3f (%.3f to %.3f; %.3f to %.3f): %s", ratio.median, ratio.lower, ratio.upper, ratio.least,
                ratio.most,
                holds    ? "holds"
                : missed ? "missed"
                         : "not told apart");
  return text.data();
}

}  // namespace segue::bench
