// SPDX-License-Identifier: Apache-2.0
#include "access/duration.h"

#include <charconv>
#include <cstdint>

namespace segue::access {
namespace {

constexpr std::int64_t kTenYears = 10LL * 366 * 86400;

std::int64_t seconds_in(char unit) {
  switch (unit) {
    case 's': return 1;
    case 'm': return 60;
    case 'h': return 3600;
    case 'd': return 86400;
    default: return 0;
  }
}

}  // namespace

Result<std::chrono::seconds> parse_duration(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const std::int64_t unit = end + 1 == text.data() + text.size() ? seconds_in(*end) : 0;
  if (error != std::errc() || unit == 0 || count < 1 || count > kTenYears / unit)
    return Error{"expected a duration such as 90s, 15m, 1h or 7d (up to ten years), found " + std::string(text.substr(0, 32))};
  return std::chrono::seconds(count * unit);
}

}  // namespace segue::access
