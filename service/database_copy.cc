// SPDX-License-Identifier: Apache-2.0
#include "service/database_copy.h"

#include <sqlite3.h>
#include <unistd.h>

#include <memory>

#include "service/database.h"

namespace segue::service {
namespace {

struct Close {
  void operator()(sqlite3* handle) const noexcept { sqlite3_close_v2(handle); }
};
using Handle = std::unique_ptr<sqlite3, Close>;

int open(const std::string& path, int flags, Handle& handle) {
  sqlite3* raw = nullptr;
  const int result = sqlite3_open_v2(path.c_str(), &raw, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  handle.reset(raw);
  return result;
}

}  // namespace

Result<void> copy_database(const std::string& from, const std::string& to) {
  Handle source, copy;
  int result = open(from, SQLITE_OPEN_READWRITE, source);
  if (result != SQLITE_OK) return Error{from + ": " + sqlite3_errstr(result)};
  sqlite3_busy_timeout(source.get(), 10'000);
  result = open(to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, copy);
  if (result == SQLITE_OK) {
    sqlite3_backup* backup = sqlite3_backup_init(copy.get(), "main", source.get(), "main");
    // In one step: the reader's snapshot is the moment; with a write-ahead log it holds no writer up.
    if (backup != nullptr) static_cast<void>(sqlite3_backup_step(backup, -1));
    result = backup != nullptr ? sqlite3_backup_finish(backup) : sqlite3_errcode(copy.get());
  }
  // Whoever opens it next chooses; until then it is one file.
  if (result == SQLITE_OK) result = sqlite3_exec(copy.get(), "PRAGMA journal_mode=DELETE", nullptr, nullptr, nullptr);
  if (result == SQLITE_OK) return {};
  ::unlink(to.c_str());
  return Error{from + ": copy to " + to + ": " + sqlite3_errstr(result)};
}

Result<void> check_database(const std::string& path) {
  auto database = Database::open(path);
  if (!database) return std::move(database).error();
  auto rows = database->query("PRAGMA integrity_check(1)");
  if (!rows) return std::move(rows).error();
  const std::string found = rows->empty() ? "no answer" : rows->front()[0].text();
  if (found != "ok") return Error{path + ": " + found};
  return {};
}

}  // namespace segue::service
