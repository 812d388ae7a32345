// SPDX-License-Identifier: Apache-2.0
// Rules as SQL over the library's tables: text of our own with '?', and the values that stand for them.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "catalog-api/smart/rules.h"

namespace segue::smart {

struct Statement {
  std::string sql;  // what stands behind "FROM asset a LEFT JOIN album b …": joins, WHERE, ORDER BY, LIMIT
  std::vector<std::variant<std::string, double, std::int64_t>> values;
};

// `now`: Unix seconds. When needs_marks(rules), the statement reads a temporary table mark (id, starred, rating, plays, last_played).
[[nodiscard]] Statement compile(const Rules& rules, std::int64_t now);

}  // namespace segue::smart
