// SPDX-License-Identifier: Apache-2.0
// Bytes as text, two hexadecimal digits each, in lower case.
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace segue::media {

[[nodiscard]] std::string hex(std::span<const std::uint8_t> bytes);

}  // namespace segue::media
