// SPDX-License-Identifier: Apache-2.0
#include "service/database.h"

#include <utility>

#include "service/database_place.h"
#include "service/engine.h"

namespace segue::service {

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

Database::Database(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;
Database::~Database() = default;

Result<Database> Database::open(const std::string& address) {
  auto engine = is_server(address) ? open_postgres(address) : open_sqlite(address);
  if (!engine) return std::move(engine).error();
  return Database(std::move(*engine));
}

Result<std::vector<Row>> Database::query_list(std::string_view sql, const std::vector<Value>& values) {
  return engine_->query(sql, values);
}

Result<void> Database::script(const char* sql) { return engine_->script(sql); }

Result<void> Database::define(const char* sql) {
  auto transaction = Transaction::begin(*this);
  if (!transaction) return std::move(transaction).error();
  if (auto made = script(sql); !made) return made;
  return transaction->commit();
}

std::int64_t Database::last_id() const noexcept { return engine_->counts().last_id; }
std::int64_t Database::changes() const noexcept { return engine_->counts().changes; }

Result<bool> Database::has_column(std::string_view table, std::string_view column) {
  auto rows = query(engine_->dialect().has_column, table, column);
  if (!rows) return std::move(rows).error();
  return !rows->empty();
}

Result<void> Database::make_durable() { return script(engine_->dialect().durable); }

Result<Transaction> Transaction::begin(Database& database) {
  auto begun = database.script(database.engine_->dialect().begin);
  if (begun) return Transaction(&database);
  static_cast<void>(database.script("ROLLBACK"));  // it may have begun, and failed to get the lock
  return std::move(begun).error();
}

Transaction::~Transaction() {
  // A failure here means that the database has rolled back by itself.
  if (database_ != nullptr) static_cast<void>(database_->script("ROLLBACK"));
}

Result<void> Transaction::commit() {
  auto done = database_->script("COMMIT");
  if (done) database_ = nullptr;
  return done;
}

}  // namespace segue::service
