// SPDX-License-Identifier: Apache-2.0
#include "service/database.h"

#include <sqlite3.h>

#include <utility>

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

}  // namespace

std::int64_t Value::integer() const noexcept {
  if (const auto* number = std::get_if<std::int64_t>(&value_)) return *number;
  if (const auto* number = std::get_if<double>(&value_)) return static_cast<std::int64_t>(*number);
  return 0;
}

double Value::real() const noexcept {
  if (const auto* number = std::get_if<double>(&value_)) return *number;
  return static_cast<double>(integer());
}

const std::string& Value::text() const noexcept {
  static const std::string none;
  if (const auto* text = std::get_if<std::string>(&value_)) return *text;
  if (const auto* blob = std::get_if<Blob>(&value_)) return blob->bytes;
  return none;
}

void Database::Close::operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }

Result<Database> Database::open(const std::string& path) {
  Database database;
  database.path_ = path;
  sqlite3* handle = nullptr;
  const int result = sqlite3_open_v2(path.c_str(), &handle, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  database.handle_.reset(handle);
  if (result != SQLITE_OK) return Error{path + ": " + sqlite3_errstr(result)};
  sqlite3_busy_timeout(handle, kBusyMilliseconds);
  auto set = database.script("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;");
  if (!set) return std::move(set).error();
  return database;
}

void Database::Finalize::operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }

Result<sqlite3_stmt*> Database::prepare(std::string_view sql) {
  if (const auto known = statements_.find(sql); known != statements_.end()) return known->second.get();
  sqlite3_stmt* raw = nullptr;
  if (sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT, &raw, nullptr) != SQLITE_OK)
    return failure();
  if (statements_.size() >= kMaxStatements) statements_.clear();
  statements_.emplace(std::string(sql), Statement(raw));
  return raw;
}

void Database::bind(sqlite3_stmt* statement, const std::vector<Value>& values) {
  int index = 0;
  for (const Value& value : values) {
    ++index;
    if (const auto* number = std::get_if<std::int64_t>(&value.value_)) {
      sqlite3_bind_int64(statement, index, *number);
    } else if (const auto* real = std::get_if<double>(&value.value_)) {
      sqlite3_bind_double(statement, index, *real);
    } else if (const auto* blob = std::get_if<Blob>(&value.value_)) {
      sqlite3_bind_blob64(statement, index, blob->bytes.data(), blob->bytes.size(), SQLITE_STATIC);
    } else if (!value.is_null()) {
      sqlite3_bind_text64(statement, index, value.text().data(), value.text().size(), SQLITE_STATIC, SQLITE_UTF8);
    }
  }
}

Result<std::vector<Row>> Database::query_values(std::string_view sql, const std::vector<Value>& values) {
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

Result<void> Database::script(const char* sql) {
  if (sqlite3_exec(handle_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) return failure();
  return {};
}

std::int64_t Database::last_id() const noexcept { return sqlite3_last_insert_rowid(handle_.get()); }
std::int64_t Database::changes() const noexcept { return sqlite3_changes(handle_.get()); }
Error Database::failure() const { return Error{path_ + ": " + sqlite3_errmsg(handle_.get())}; }

Result<Transaction> Transaction::begin(Database& database) {
  auto begun = database.script("BEGIN IMMEDIATE");
  if (!begun) return std::move(begun).error();
  return Transaction(&database);
}

Transaction::~Transaction() {
  // A failure here means that SQLite has rolled back by itself.
  if (database_ != nullptr) static_cast<void>(database_->script("ROLLBACK"));
}

Result<void> Transaction::commit() {
  auto done = database_->script("COMMIT");
  if (done) database_ = nullptr;
  return done;
}

}  // namespace segue::service
