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
      "CREATE TABLE IF NOT EXISTS file (path BLOB PRIMARY KEY, stamp TEXT NOT NULL, asset TEXT NOT NULL, mount BLOB NOT NULL DEFAULT x'')"
      " WITHOUT ROWID;"
      "CREATE INDEX IF NOT EXISTS file_asset ON file (asset);");
  if (!made) return std::move(made).error();
  // Of a ledger that is older than that column.
  auto has_mount = database->has_column("file", "mount");
  if (!has_mount) return std::move(has_mount).error();
  if (!*has_mount) {
    auto added = database->script("ALTER TABLE file ADD COLUMN mount BLOB NOT NULL DEFAULT x''");
    if (!added) return std::move(added).error();
  }
  return Ledger(std::move(*database));
}

Result<std::vector<KnownFile>> Ledger::below(const std::string& folder) {
  // '0' comes behind '/': all that begins with "folder/".
  auto rows =
      database_.query("SELECT path, stamp, asset, mount FROM file WHERE path > ? AND path < ?", Blob{folder + '/'}, Blob{folder + '0'});
  if (!rows) return std::move(rows).error();
  std::vector<KnownFile> files;
  for (const auto& row : *rows) files.push_back({row[0].text(), row[1].text(), row[2].text(), row[3].text()});
  return files;
}

Result<void> Ledger::put(const KnownFile& file) {
  auto done = database_.run("INSERT OR REPLACE INTO file(path, stamp, asset, mount) VALUES (?, ?, ?, ?)", Blob{file.path}, file.stamp,
                            file.asset, Blob{file.mount});
  if (!done) return std::move(done).error();
  return {};
}

Result<void> Ledger::forget(const std::string& path) {
  auto done = database_.run("DELETE FROM file WHERE path = ?", Blob{path});
  if (!done) return std::move(done).error();
  return {};
}

Result<bool> Ledger::has_other_file_of(const std::string& asset, const std::string& path) {
  auto rows = database_.query("SELECT 1 FROM file WHERE asset = ? AND path <> ? LIMIT 1", asset, Blob{path});
  if (!rows) return std::move(rows).error();
  return !rows->empty();
}

}  // namespace segue::ingest
