// SPDX-License-Identifier: Apache-2.0
// An index of a million objects: what an object costs, how long a start takes, and how long the one lock is held at most.
#pragma once

#include <string>

namespace segue::bench {

void measure_million(const std::string& folder);

}  // namespace segue::bench
