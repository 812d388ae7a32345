// SPDX-License-Identifier: Apache-2.0
// The Range field (RFC 9110 14): one range of bytes. Several at once, or what is no range, ask for the whole.
#pragma once

#include <cstdint>
#include <string_view>

namespace segue::service::http {

struct Range {
  enum class Kind : std::uint8_t { whole, part, unsatisfiable };
  Kind kind = Kind::whole;
  std::uint64_t first = 0, last = 0;  // of part: both included
};

[[nodiscard]] Range parse_range(std::string_view field, std::uint64_t size) noexcept;

}  // namespace segue::service::http
