// SPDX-License-Identifier: Apache-2.0
// What stands behind a Database: SQLite on a file, or a connection to PostgreSQL.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "service/database.h"

namespace segue::service {

// Where the two have no common text.
struct Dialect {
  const char* begin;       // a transaction of the one writer
  const char* has_column;  // a row when table ? has column ?
  const char* durable;     // commits outlive a loss of power; empty: they do
};

struct Counts {
  std::int64_t changes = 0;  // rows that the last statement changed
  std::int64_t last_id = 0;  // 0: the engine does not tell
};

class Engine {
 public:
  virtual ~Engine() = default;
  virtual Result<std::vector<Row>> query(std::string_view sql, const std::vector<Value>& values) = 0;
  virtual Result<void> script(const char* sql) = 0;
  [[nodiscard]] virtual Counts counts() const noexcept = 0;
  [[nodiscard]] virtual const Dialect& dialect() const noexcept = 0;
};

// Errors: as Database::open.
[[nodiscard]] Result<std::unique_ptr<Engine>> open_sqlite(const std::string& path);
[[nodiscard]] Result<std::unique_ptr<Engine>> open_postgres(const std::string& address);

}  // namespace segue::service
