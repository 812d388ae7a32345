// SPDX-License-Identifier: Apache-2.0
// Files of the store that are kept open, a bounded number, the least recently opened or asked for is closed first. A file is looked at
// again when the last look is older than the validity. The look is at the open file, which tells that it was replaced, removed, cut or
// written to, and costs a third of walking its path; only a folder that was moved away is not noticed so, and for that the path is walked
// every tenth time.
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
  Instant checked;  // itself
  Instant named;    // that its path leads to it
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
  // The same for a caller who still has the file of an earlier answer: spares the look-up. False: ask open().
  [[nodiscard]] bool is_current(OpenFile& file, const std::string& path, Instant now) noexcept;

 private:
  Storage& storage_;
  std::chrono::milliseconds validity_;
  Lru<OpenFile> files_;  // cost: 1 each
};

}  // namespace segue::origin
