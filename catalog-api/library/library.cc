// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/library/library.h"

#include "catalog-api/library/schema.h"

namespace segue::library {
namespace {

constexpr std::string_view kVersion = "2";

Result<std::string> meta(service::Database& database, const char* name, const char* otherwise) {
  auto rows = database.query("SELECT value FROM meta WHERE name = ?", name);
  if (!rows) return std::move(rows).error();
  return rows->empty() ? std::string(otherwise) : rows->front()[0].text();
}

Result<void> move_from_version_1(service::Database& database) {
  auto transaction = service::Transaction::begin(database);
  if (!transaction) return std::move(transaction).error();
  if (auto done = database.script(kFromVersion1); !done) return done;
  return transaction->commit();
}

}  // namespace

Result<Library> Library::open(const std::string& path) {
  auto database = service::Database::open(path);
  if (!database) return std::move(database).error();
  if (auto made = database->script(kSchema); !made) return std::move(made).error();
  if (auto set = database->run("INSERT OR IGNORE INTO meta VALUES ('version', ?)", kVersion); !set) return std::move(set).error();
  auto version = meta(*database, "version", "");
  if (!version) return std::move(version).error();
  if (*version == "1") {
    if (auto moved = move_from_version_1(*database); !moved) return std::move(moved).error();
    version = std::string(kVersion);
  }
  if (*version != kVersion) return Error{path + ": version " + *version + " of the library, expected " + std::string(kVersion)};
  return Library(std::move(*database));
}

Result<std::int64_t> Library::revision() {
  auto text = meta(database_, "revision", "0");
  if (!text) return std::move(text).error();
  return std::int64_t{std::atoll(text->c_str())};
}

Result<std::string> Library::position() { return meta(database_, "position", "0"); }

Result<std::string> Library::stamp_of(const std::string& asset) {
  auto rows = database_.query("SELECT stamp FROM asset WHERE id = ?", asset);
  if (!rows) return std::move(rows).error();
  return rows->empty() ? std::string() : rows->front()[0].text();
}

Result<std::vector<std::string>> Library::all_assets() {
  auto rows = database_.query("SELECT id FROM asset");
  if (!rows) return std::move(rows).error();
  std::vector<std::string> ids;
  for (auto& row : *rows) ids.push_back(row[0].text());
  return ids;
}

Result<void> Library::forget_all() {
  auto transaction = service::Transaction::begin(database_);
  if (!transaction) return std::move(transaction).error();
  if (auto done = database_.script(kForgetAll); !done) return done;
  return transaction->commit();
}

}  // namespace segue::library
