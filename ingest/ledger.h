// SPDX-License-Identifier: Apache-2.0
// What a watched folder held when it was last looked at: each file, and the asset that it became. Kept on disk, so that what changes while
// nobody watches is seen at the next start.
#pragma once

#include <string>
#include <vector>

#include "media/result.h"
#include "service/database.h"

namespace segue::ingest {

struct KnownFile {
  std::string path;        // absolute
  std::string stamp;       // of its bytes: size and time; a file that is moved keeps it
  std::string asset;       // empty: nothing could be made of it
  std::string mount = {};  // where the file system that it lies on is mounted, inside the watched folder; empty: it is the folder's own
};

// Empty: no such file.
[[nodiscard]] std::string stamp_of(const std::string& path);

class Ledger {
 public:
  static Result<Ledger> open(const std::string& path);

  [[nodiscard]] Result<std::vector<KnownFile>> below(const std::string& folder);  // at any depth
  [[nodiscard]] Result<void> put(const KnownFile& file);
  [[nodiscard]] Result<void> forget(const std::string& path);
  [[nodiscard]] Result<bool> has_other_file_of(const std::string& asset, const std::string& path);

 private:
  explicit Ledger(service::Database database) : database_(std::move(database)) {}
  service::Database database_;
};

}  // namespace segue::ingest
