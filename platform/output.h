// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace segue::platform {

// What a command prints, and nothing when it fails, prints more than a megabyte or takes longer than `patience`.
[[nodiscard]] std::string output_of(const std::vector<std::string>& command, std::chrono::milliseconds patience);

}  // namespace segue::platform
