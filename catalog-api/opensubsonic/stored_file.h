// SPDX-License-Identifier: Apache-2.0
// A track file of the store, read piece by piece.
#pragma once

#include <cstdint>
#include <string>

namespace segue::opensubsonic {

class StoredFile {
 public:
  explicit StoredFile(std::string path);
  ~StoredFile();
  StoredFile(const StoredFile&) = delete;
  StoredFile& operator=(const StoredFile&) = delete;

  [[nodiscard]] bool is_open() const noexcept { return file_ >= 0; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  // Fewer bytes than `most` where the file ends.
  [[nodiscard]] std::string read(std::uint64_t offset, std::size_t most) const;
  [[nodiscard]] std::uint64_t size() const;

 private:
  std::string path_;
  int file_;
};

}  // namespace segue::opensubsonic
