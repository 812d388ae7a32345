// SPDX-License-Identifier: Apache-2.0
#include "ingest/ledger.h"

#include <sys/stat.h>

namespace segue::ingest {

using service::Blob;

std::string stamp_of(const std::string& path) {
  struct stat facts {};
  if (::stat(path.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) return {};
  return std::to_string(facts.st_size) + ':' + std::to_string(facts.st_mtim.tv_sec) + '.' + std::to_string(facts.st_mtim.tv_nsec);
}

Result<Ledger> Ledger::open(const std::string& path) {
  auto database = service::Database::open(path);
  if (!database) return std::move(database).error();
  // Paths are bytes, not text.
  auto made = database->script(
      "CREATE TABLE IF NOT EXISTS file (path BLOB PRIMARY KEY, stamp TEXT NOT NULL, asset TEXT NOT NULL) WITHOUT ROWID;"
      "CREATE INDEX IF NOT EXISTS file_asset ON file (asset);");
  if (!made) return std::move(made).error();
  return Ledger(std::move(*database));
}

Result<std::vector<KnownFile>> Ledger::below(const std::string& folder) {
  // '0' comes behind '/': all that begins with "folder/".
  auto rows = database_.query("SELECT path, stamp, asset FROM file WHERE path > ? AND path < ?", Blob{folder + '/'}, Blob{folder + '0'});
  if (!rows) return std::move(rows).error();
  std::vector<KnownFile> files;
  for (const auto& row : *rows) files.push_back({row[0].text(), row[1].text(), row[2].text()});
  return files;
}

Result<void> Ledger::put(const KnownFile& file) {
  auto done = database_.run("INSERT OR REPLACE INTO file VALUES (?, ?, ?)", Blob{file.path}, file.stamp, file.asset);
  if (!done) return std::move(done).error();
  return {};
}

Result<void> Ledger::forget(const std::string& path) {
  auto done = database_.run("DELETE FROM file WHERE path = ?", Blob{path});
  if (!done) return std::move(done).error();
  return {};
}

Result<bool> Ledger::has_file_of(const std::string& asset) {
  auto rows = database_.query("SELECT 1 FROM file WHERE asset = ? LIMIT 1", asset);
  if (!rows) return std::move(rows).error();
  return !rows->empty();
}

}  // namespace segue::ingest
