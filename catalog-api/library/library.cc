// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/library/library.h"

#include <random>

#include "catalog-api/library/schema.h"

namespace segue::library {
namespace {

constexpr std::string_view kVersion = "5";

Result<std::string> meta(service::Database& database, const char* name, const char* otherwise) {
  auto rows = database.query("SELECT value FROM meta WHERE name = ?", name);
  if (!rows) return std::move(rows).error();
  return rows->empty() ? std::string(otherwise) : rows->front()[0].text();
}

Result<void> keep_if_new(service::Database& database, const char* name, std::string_view value) {
  auto kept = database.run("INSERT INTO meta VALUES (?, ?) ON CONFLICT DO NOTHING", name, value);
  if (!kept) return std::move(kept).error();
  return {};
}

Result<void> name_incarnation(service::Database& database) {
  std::random_device random;
  constexpr char kDigits[] = "0123456789abcdef";
  std::string name;
  for (int i = 0; i < 16; ++i) name += kDigits[random() & 15];
  return keep_if_new(database, "incarnation", name);
}

// In the transaction that opens the library.
Result<void> move_from(const std::string& version, service::Database& database) {
  if (version == "1" || version == "2")
    if (auto done = database.script(kFromVersion2); !done) return done;
  if (auto done = database.script(kReadAgain); !done) return done;
  auto set = database.run("UPDATE meta SET value = ? WHERE name = 'version' AND value = ?", kVersion, version);
  if (!set) return std::move(set).error();
  return {};
}

}  // namespace

Result<Library> Library::open(const std::string& address, const std::string& reader) {
  auto database = service::Database::open(address);
  if (!database) return std::move(database).error();
  auto transaction = service::Transaction::begin(*database);
  if (!transaction) return std::move(transaction).error();
  if (auto made = database->script(kSchema); !made) return std::move(made).error();
  if (auto named = name_incarnation(*database); !named) return std::move(named).error();
  if (auto set = keep_if_new(*database, "version", kVersion); !set) return std::move(set).error();
  auto version = meta(*database, "version", "");
  if (!version) return std::move(version).error();
  if (*version == "1" || *version == "2" || *version == "3" || *version == "4") {
    if (auto moved = move_from(*version, *database); !moved) return std::move(moved).error();
    version = std::string(kVersion);
  }
  if (*version != kVersion) return Error{"library: version " + *version + " of the database, expected " + std::string(kVersion)};
  if (auto done = transaction->commit(); !done) return std::move(done).error();
  return Library(std::move(*database), reader);
}

Result<std::int64_t> Library::revision() {
  auto text = meta(database_, "revision", "0");
  if (!text) return std::move(text).error();
  return std::int64_t{std::atoll(text->c_str())};
}

Result<std::string> Library::position() { return meta(database_, position_name_.c_str(), "0"); }

Result<Library::Known> Library::known(const std::string& asset) {
  auto rows = database_.query("SELECT row, stamp FROM asset WHERE id = ?", asset);
  if (!rows) return std::move(rows).error();
  return rows->empty() ? Known{0, asset, {}} : Known{rows->front()[0].integer(), asset, rows->front()[1].text()};
}

Result<std::string> Library::stamp_of(const std::string& asset) {
  auto found = known(asset);
  if (!found) return std::move(found).error();
  return std::move(found->stamp);
}

Result<std::int64_t> Library::last_row() {
  auto rows = database_.query("SELECT coalesce(max(row), 0) FROM asset");
  if (!rows) return std::move(rows).error();
  return rows->front()[0].integer();
}

Result<std::vector<Library::Known>> Library::assets_of(std::int64_t above, std::int64_t upto, int most) {
  auto rows = database_.query("SELECT row, id, stamp FROM asset WHERE row > ? AND row <= ? ORDER BY row LIMIT ?", above, upto, most);
  if (!rows) return std::move(rows).error();
  std::vector<Known> assets;
  for (auto& row : *rows) assets.push_back({row[0].integer(), row[1].text(), row[2].text()});
  return assets;
}

Result<bool> Library::sort() {
  auto shelves = shelves_();
  if (!shelves) return std::move(shelves).error();
  auto before = meta(database_, "shelves", "");
  if (!before) return std::move(before).error();
  const std::string now = text_of(*shelves);
  if (*before == now) return false;
  auto transaction = service::Transaction::begin(database_);
  if (!transaction) return std::move(transaction).error();
  if (auto again = database_.script(kReadAgain); !again) return std::move(again).error();
  if (auto kept = database_.run("INSERT INTO meta VALUES ('shelves', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", now);
      !kept)
    return std::move(kept).error();
  if (auto done = transaction->commit(); !done) return std::move(done).error();
  return true;
}

Result<void> Library::forget_all() {
  auto transaction = service::Transaction::begin(database_);
  if (!transaction) return std::move(transaction).error();
  if (auto done = database_.script(kForgetAll); !done) return done;
  if (auto named = name_incarnation(database_); !named) return named;
  return transaction->commit();
}

}  // namespace segue::library
