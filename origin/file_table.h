// SPDX-License-Identifier: Apache-2.0
// Files of the store that are kept open, a bounded number, the least recently used is closed first. What a path holds is looked at
// again (one stat) when the last look is older than the validity: a file that was replaced or removed is noticed then.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "origin/lru.h"
#include "origin/storage.h"

namespace segue::origin {

using Instant = std::chrono::steady_clock::time_point;

struct OpenFile {
  std::unique_ptr<StoredFile> file;
  FileIdentity identity;
  Instant checked;
};

class FileTable {
 public:
  // `storage` outlives the table. max_files >= 1.
  FileTable(Storage& storage, std::size_t max_files, std::chrono::milliseconds validity)
      : storage_(storage), validity_(validity), files_(max_files) {}

  struct Answer {
    std::shared_ptr<OpenFile> file;  // null when error != 0
    int error = 0;                   // an errno value
  };
  // A file that is already in the table, and looked at within the validity, costs no system call and no allocation.
  [[nodiscard]] Answer open(const std::string& path, Instant now);
  void forget(const std::string& path) { files_.erase(path); }

 private:
  Storage& storage_;
  std::chrono::milliseconds validity_;
  Lru<OpenFile> files_;  // cost: 1 each
};

}  // namespace segue::origin
