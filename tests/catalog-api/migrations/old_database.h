// SPDX-License-Identifier: Apache-2.0
// Databases as older versions of our own programs left them: the *.sql beside this file were dumped from files that those versions wrote
// (git history: library 1 at e8d7ea4, 2 at c412f9e, 3 before 7e3bcd0, 4 before f2086ab; playlists 1 at e8d7ea4, 2 at c412f9e; accounts 1
// at e8d7ea4).
#pragma once

#include <fstream>
#include <iterator>
#include <string>

#include "service/database.h"
#include "tests/catch.h"
#include "tests/service/place.h"

namespace segue::tests {

inline std::vector<service::Row> rows_of(service::Database& database, const std::string& sql) {
  auto rows = database.query(sql);
  if (!rows) FAIL(rows.error().message);
  return std::move(*rows);
}

// Its rows' numbers go on where the dump ends, as they would where the rows were made.
inline void load_old(const std::string& address, const std::string& name) {
  std::ifstream file("catalog-api/migrations/" + name + ".sql", std::ios::binary);
  const std::string sql{std::istreambuf_iterator<char>(file), {}};
  REQUIRE(!sql.empty());
  auto database = service::Database::open(address);
  if (!database) FAIL(database.error().message);
  if (auto made = database->script(sql.c_str()); !made) FAIL(made.error().message);
  if (!has_server()) return;
  for (const auto& row : rows_of(*database,
                                 "SELECT table_name FROM information_schema.columns WHERE table_schema = current_schema() AND "
                                 "is_identity = 'YES' AND column_name = 'row'")) {
    const std::string table = '"' + row[0].text() + '"';
    rows_of(*database, "SELECT setval(pg_get_serial_sequence('" + table + "', 'row'), max(row)) FROM " + table);
  }
}

inline std::string text_of(const service::Value& value) {
  if (value.is_null()) return "null";
  if (!value.text().empty()) return value.text();
  return std::to_string(value.real() != 0 ? value.real() : static_cast<double>(value.integer()));
}

// Every table with every row of it.
inline std::string state_of(const std::string& address) {
  auto database = service::Database::open(address);
  if (!database) FAIL(database.error().message);
  std::string text;
  for (const auto& table :
       rows_of(*database, has_server() ? "SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema() ORDER BY 1"
                                       : "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1")) {
    text += table[0].text() + '\n';
    for (const auto& row : rows_of(*database, "SELECT * FROM \"" + table[0].text() + "\" ORDER BY 1, 2")) {
      for (const auto& value : row) text += text_of(value) + '|';
      text += '\n';
    }
  }
  return text;
}

}  // namespace segue::tests
