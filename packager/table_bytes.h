// SPDX-License-Identifier: Apache-2.0
// The bytes of a sample table, in memory or left where they stand in a file: a table grows with the length of what it describes, and what
// packaging takes may not. Walked from front to back, of a file's only a window is kept.
#pragma once

#include <array>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <vector>

#include "media/bmff/box.h"
#include "media/result.h"

namespace segue::packager {

struct TableBytes {
  media::bmff::Bytes memory;  // all of them where there is no file
  int file = -1;              // borrowed
  std::uint64_t offset = 0, file_size = 0;
  [[nodiscard]] std::uint64_t size() const noexcept { return file < 0 ? memory.size() : file_size; }
};

class TableWindow {
 public:
  explicit TableWindow(const TableBytes& bytes) noexcept : bytes_(bytes) {}
  // The `width` bytes (1 to 8) at `at`, big-endian. 0 where they cannot be read: ok() is false from then on.
  [[nodiscard]] std::uint64_t value(std::uint64_t at, std::size_t width) noexcept;
  [[nodiscard]] bool ok() const noexcept { return ok_; }

 private:
  [[nodiscard]] bool move_to(std::uint64_t at) noexcept;
  TableBytes bytes_;
  bool ok_ = true;
  std::uint64_t start_ = 0;
  std::size_t count_ = 0;
  std::array<std::uint8_t, 4096> window_;  // of count_ bytes from start_ on
};

// Rows that are added at the end. What is older than the last 64 KiB goes into a file without a name, in TMPDIR or /tmp.
class TableRows {
 public:
  void put(std::uint64_t value, std::size_t width);
  [[nodiscard]] std::uint64_t size() const noexcept { return spooled_ + tail_.size(); }
  // `count` bytes, at most a row of 16, that end `before` bytes before the end; they are always in memory.
  [[nodiscard]] std::uint64_t last(std::size_t before, std::size_t count) const noexcept;
  void drop_last(std::size_t count) { tail_.resize(tail_.size() - count); }

  // After the last row; borrowed from here. Error: the file could not be written.
  [[nodiscard]] Result<void> end();
  [[nodiscard]] TableBytes bytes() const noexcept;

 private:
  void spool(std::size_t count);
  std::vector<std::uint8_t> tail_;
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_{nullptr, &std::fclose};
  std::uint64_t spooled_ = 0;
  int failed_ = 0;  // errno
};

}  // namespace segue::packager
