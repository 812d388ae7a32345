// SPDX-License-Identifier: Apache-2.0
// What must outlive a disk beside the music itself: every database, copied while it is in use, the keys, and a list of what the store
// holds.
//   <folder>/catalog/*.sqlite3, ingest/*.sqlite3     each as it was at one moment
//   <folder>/catalog/postgresql.dump                 instead of catalog/*.sqlite3, where they are on a server
//   <folder>/catalog/*.key, access/keys              with them tokens, app passwords and cursors stay good
//   <folder>/store.txt                               "<asset> g<n> <bytes>" a line, sorted: what a copy of the store must have
//   <folder>/backup.json                             {"version","time","assets","schemas","files":[{"path","bytes","sha256"}]}; written
//                                                    last: without it there is no backup
// The folder is closed to other users.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "media/result.h"
#include "service/home.h"

namespace segue::platform {

inline constexpr std::string_view kBackupFile = "backup.json", kStoreList = "store.txt", kServerDump = "catalog/postgresql.dump";

struct BackupEntry {
  std::string path;  // below the backup's folder, as below the home
  std::uint64_t bytes = 0;
  std::string sha256;  // hex
};

struct Backup {
  std::int64_t time = 0;  // Unix seconds, when it was begun
  std::vector<BackupEntry> files;
  std::uint64_t assets = 0;  // in the store's list
  std::string schemas;       // what their names on the server begin with; empty: not on one, or the backup is of before this was kept
};

// `folder` must not be there, or be empty. Error: names the file; what was written is removed.
[[nodiscard]] Result<Backup> back_up(const service::Home& home, const std::string& folder);

// The same from backup.json, each file's length and digest compared. Error: what is missing, or not as it was.
[[nodiscard]] Result<Backup> read_backup(const std::string& folder);

// "<asset> g<n> <bytes>" for each live asset, sorted.
[[nodiscard]] std::vector<std::string> list_store(const std::string& store);

}  // namespace segue::platform
