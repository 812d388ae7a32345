// SPDX-License-Identifier: Apache-2.0
// Databases of services that own their data: results as values. An address is a path (SQLite, write-ahead log) or "postgresql://…#schema"
// (libpq); statements are the same text for both (docs/decisions/databases.md).
// One Database is used by one thread at a time; several processes, on a server also several machines, may have the same one open.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "media/result.h"

namespace segue::service {

struct Blob {  // bytes that need not be UTF-8, such as a path
  std::string bytes;
};

class Value {
 public:
  using Held = std::variant<std::monostate, std::int64_t, double, std::string, Blob>;
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
  [[nodiscard]] const Held& held() const noexcept { return value_; }

 private:
  Held value_;
};

using Row = std::vector<Value>;
class Engine;

class Database {
 public:
  // SQLite: makes the file when it is missing; a commit survives the death of the process, one that is seconds old may be lost with the
  // power (synchronous=NORMAL) unless make_durable(). PostgreSQL: makes the schema when it is missing; commits are as durable as the server
  // is set. Error: names the file, or the schema and the server.
  static Result<Database> open(const std::string& address);
  Database(Database&&) noexcept;
  Database& operator=(Database&&) noexcept;
  ~Database();

  // The same with values in a list, for statements that are put together.
  [[nodiscard]] Result<std::vector<Row>> query_list(std::string_view sql, const std::vector<Value>& values);
  // One statement; '?' are bound in order. All rows at once: the caller bounds them (LIMIT). Error: the database, its message.
  template <class... Values>
  [[nodiscard]] Result<std::vector<Row>> query(std::string_view sql, Values&&... values) {
    return query_list(sql, {Value(std::forward<Values>(values))...});
  }
  // The same, of which only success matters. Value: rows changed.
  template <class... Values>
  [[nodiscard]] Result<std::int64_t> run(std::string_view sql, Values&&... values) {
    auto rows = query_list(sql, {Value(std::forward<Values>(values))...});
    if (!rows) return std::move(rows).error();
    return changes();
  }
  // Several statements without parameters.
  [[nodiscard]] Result<void> script(const char* sql);
  // The same as one transaction of the one writer: a schema, which several nodes may want to make at once.
  [[nodiscard]] Result<void> define(const char* sql);
  // The new row's number, SQLite only: what runs on both says RETURNING.
  [[nodiscard]] std::int64_t last_id() const noexcept;
  [[nodiscard]] Result<bool> has_column(std::string_view table, std::string_view column);
  // From now on a commit outlives a loss of power.
  [[nodiscard]] Result<void> make_durable();

 private:
  friend class Transaction;
  explicit Database(std::unique_ptr<Engine> engine);
  [[nodiscard]] std::int64_t changes() const noexcept;
  std::unique_ptr<Engine> engine_;
};

// The one writer's: BEGIN IMMEDIATE of SQLite, or an advisory lock of the schema. Rolled back when it is destroyed without commit().
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
