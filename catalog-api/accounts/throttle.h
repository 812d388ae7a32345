// SPDX-License-Identifier: Apache-2.0
// Guessing gets slow: after some failures (five for a name; fifty for an address, which many may share) it is refused for a while; each
// further failure doubles that, up to a quarter of an hour. What failed an hour ago is forgotten, and so is what failed an hour ahead: a
// clock that was set back locks nobody out. (Nodes whose clocks differ by less still wait.)
#pragma once

#include <cstdint>
#include <string>

#include "media/result.h"
#include "service/database.h"

namespace segue::accounts {

inline constexpr std::int64_t kFreeByName = 5, kFreeByAddress = 50;

// Seconds to wait after so many failures beyond the free ones, the last so many seconds ago; 0: go on.
[[nodiscard]] std::int64_t wait_for(std::int64_t beyond, std::int64_t since_last) noexcept;

[[nodiscard]] Result<std::int64_t> wait_of(service::Database& database, const std::string& key, std::int64_t free);
[[nodiscard]] Result<void> count_failure(service::Database& database, const std::string& key);
[[nodiscard]] Result<void> forget_failures(service::Database& database, const std::string& key);

}  // namespace segue::accounts
