// SPDX-License-Identifier: Apache-2.0
// SQLite behind a Database. With database_copy.cc the only home of sqlite3.h.
#include <sqlite3.h>

#include <map>
#include <utility>

#include "service/engine.h"

namespace segue::service {
namespace {

constexpr int kBusyMilliseconds = 10'000;  // writers are short; only a machine that stands still takes longer

constexpr std::size_t kMaxStatements = 128;  // kept prepared; a service has fewer

// Back to its start however the rows ended, so that it holds no lock.
struct Reset {
  void operator()(sqlite3_stmt* statement) const noexcept {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
  }
};

Value column_of(sqlite3_stmt* statement, int column) {
  const auto bytes = [&](const void* at) {
    return at == nullptr ? std::string()
                         : std::string(static_cast<const char*>(at), static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
  };
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER: return std::int64_t{sqlite3_column_int64(statement, column)};
    case SQLITE_FLOAT: return sqlite3_column_double(statement, column);
    case SQLITE_TEXT: return bytes(sqlite3_column_text(statement, column));
    case SQLITE_BLOB: return Blob{bytes(sqlite3_column_blob(statement, column))};
    default: return {};
  }
}

constexpr Dialect kDialect{"BEGIN IMMEDIATE", "SELECT 1 FROM pragma_table_info(?) WHERE name = ?", "PRAGMA synchronous=FULL"};

struct Close {
  void operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }
};
struct Finalize {
  void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};

void bind(sqlite3_stmt* statement, const std::vector<Value>& values) {
  int index = 0;
  for (const Value& value : values) {
    ++index;
    if (const auto* number = std::get_if<std::int64_t>(&value.held())) {
      sqlite3_bind_int64(statement, index, *number);
    } else if (const auto* real = std::get_if<double>(&value.held())) {
      sqlite3_bind_double(statement, index, *real);
    } else if (const auto* blob = std::get_if<Blob>(&value.held())) {
      sqlite3_bind_blob64(statement, index, blob->bytes.data(), blob->bytes.size(), SQLITE_STATIC);
    } else if (!value.is_null()) {
      sqlite3_bind_text64(statement, index, value.text().data(), value.text().size(), SQLITE_STATIC, SQLITE_UTF8);
    }
  }
}

class SqliteEngine : public Engine {
 public:
  SqliteEngine(std::string path, sqlite3* handle) : path_(std::move(path)), handle_(handle) {}
  Result<std::vector<Row>> query(std::string_view sql, const std::vector<Value>& values) override;
  Result<void> script(const char* sql) override;
  [[nodiscard]] Counts counts() const noexcept override {
    return {sqlite3_changes(handle_.get()), sqlite3_last_insert_rowid(handle_.get())};
  }
  [[nodiscard]] const Dialect& dialect() const noexcept override { return kDialect; }

 private:
  using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;
  Result<sqlite3_stmt*> prepare(std::string_view sql);
  [[nodiscard]] Error failure() const { return Error{path_ + ": " + sqlite3_errmsg(handle_.get())}; }

  std::string path_;
  std::unique_ptr<sqlite3, Close> handle_;
  std::map<std::string, Statement, std::less<>> statements_;  // prepared once; destroyed before the handle
};

Result<sqlite3_stmt*> SqliteEngine::prepare(std::string_view sql) {
  if (const auto known = statements_.find(sql); known != statements_.end()) return known->second.get();
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &raw, nullptr) != SQLITE_OK)
    return failure();
  if (statements_.size() >= kMaxStatements) statements_.clear();
  statements_.emplace(std::string(sql), Statement(raw));
  return raw;
}

Result<std::vector<Row>> SqliteEngine::query(std::string_view sql, const std::vector<Value>& values) {
  auto prepared = prepare(sql);
  if (!prepared) return std::move(prepared).error();
  const std::unique_ptr<sqlite3_stmt, Reset> statement(*prepared);
  bind(statement.get(), values);
  std::vector<Row> rows;
  int result = 0;
  while ((result = sqlite3_step(statement.get())) == SQLITE_ROW) {
    Row& row = rows.emplace_back();
    const int columns = sqlite3_column_count(statement.get());
    row.reserve(static_cast<std::size_t>(columns));
    for (int i = 0; i < columns; ++i) row.push_back(column_of(statement.get(), i));
  }
  if (result != SQLITE_DONE) return failure();
  return rows;
}

Result<void> SqliteEngine::script(const char* sql) {
  if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) return failure();
  return {};
}

}  // namespace

Result<std::unique_ptr<Engine>> open_sqlite(const std::string& path) {
  sqlite3* handle = nullptr;
  const int result = sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  auto engine = std::make_unique<SqliteEngine>(path, handle);
  if (result != SQLITE_OK) return Error{path + ": " + sqlite3_errstr(result)};
  sqlite3_busy_timeout(handle, kBusyMilliseconds);
  auto set = engine->script("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;");
  if (!set) return std::move(set).error();
  return std::unique_ptr<Engine>(std::move(engine));
}

}  // namespace segue::service
