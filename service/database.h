// SPDX-License-Identifier: Apache-2.0
// SQLite for services that own their data: write-ahead log, results as values. The only home of sqlite3.h.
// One Database is used by one thread at a time; several processes may have the same file open.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "media/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace segue::service {

struct Blob {  // bytes that need not be UTF-8, such as a path
  std::string bytes;
};

class Value {
 public:
  Value() = default;
  Value(std::int64_t number) : value_(number) {}
  Value(int number) : value_(std::int64_t{number}) {}
  Value(std::uint32_t number) : value_(std::int64_t{number}) {}
  Value(double number) : value_(number) {}
  Value(std::string text) : value_(std::move(text)) {}
  Value(std::string_view text) : value_(std::string(text)) {}
  Value(const char* text) : value_(std::string(text)) {}
  Value(Blob blob) : value_(std::move(blob)) {}

  [[nodiscard]] bool is_null() const noexcept { return value_.index() == 0; }
  [[nodiscard]] std::int64_t integer() const noexcept;     // 0 when it is no number
  [[nodiscard]] double real() const noexcept;              // 0 when it is no number
  [[nodiscard]] const std::string& text() const noexcept;  // of a text or a blob; else empty

 private:
  friend class Database;
  std::variant<std::monostate, std::int64_t, double, std::string, Blob> value_;
};

using Row = std::vector<Value>;

class Database {
 public:
  // Makes the file when it is missing. A commit survives the death of the process; one that is seconds old may be lost with the power
  // (synchronous=NORMAL). Error: names the file.
  static Result<Database> open(const std::string& path);
  Database(Database&&) noexcept = default;
  Database& operator=(Database&&) noexcept = default;

  // The same with values in a list, for statements that are put together.
  [[nodiscard]] Result<std::vector<Row>> query_list(std::string_view sql, const std::vector<Value>& values) {
    return query_values(sql, values);
  }
  // One statement; '?' are bound in order. All rows at once: the caller bounds them (LIMIT). Error: the file, SQLite's message.
  template <class... Values>
  [[nodiscard]] Result<std::vector<Row>> query(std::string_view sql, Values&&... values) {
    return query_values(sql, {Value(std::forward<Values>(values))...});
  }
  // The same, of which only success matters. Value: rows changed.
  template <class... Values>
  [[nodiscard]] Result<std::int64_t> run(std::string_view sql, Values&&... values) {
    auto rows = query_values(sql, {Value(std::forward<Values>(values))...});
    if (!rows) return std::move(rows).error();
    return changes();
  }
  // Several statements without parameters: a schema.
  [[nodiscard]] Result<void> script(const char* sql);
  [[nodiscard]] std::int64_t last_id() const noexcept;

 private:
  struct Close {
    void operator()(sqlite3* handle) const noexcept;
  };
  Database() = default;
  Result<std::vector<Row>> query_values(std::string_view sql, const std::vector<Value>& values);
  [[nodiscard]] std::int64_t changes() const noexcept;
  [[nodiscard]] Error failure() const;
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const noexcept;
  };
  using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;
  Result<sqlite3_stmt*> prepare(std::string_view sql);
  static void bind(sqlite3_stmt* statement, const std::vector<Value>& values);
  std::string path_;
  std::unique_ptr<sqlite3, Close> handle_;
  std::map<std::string, Statement, std::less<>> statements_;  // prepared once; destroyed before the handle
};

// BEGIN IMMEDIATE … COMMIT; rolled back when it is destroyed without commit().
class Transaction {
 public:
  static Result<Transaction> begin(Database& database);
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();
  [[nodiscard]] Result<void> commit();

 private:
  explicit Transaction(Database* database) : database_(database) {}
  Database* database_;
};

}  // namespace segue::service
