// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/library/in_use.h"

namespace segue::library {

Result<std::uint32_t> libraries_in_use(service::Database& database) {
  auto rows = database.query("SELECT library FROM asset UNION SELECT library FROM album");
  if (!rows) return std::move(rows).error();
  std::uint32_t bits = 0;
  for (const auto& row : *rows) bits |= std::uint32_t{1} << row[0].integer();
  return bits;
}

}  // namespace segue::library
