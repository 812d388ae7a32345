// SPDX-License-Identifier: Apache-2.0
// A file's moov in memory, but for the rows of long sample tables: of those stand the counts alone, and whoever walks one reads its rows
// from the file (table_bytes.h). The bytes keep their places, so that boxes tell where in the file they are.
#pragma once

#include "media/bmff/box.h"
#include "media/result.h"

namespace segue::packager {

// Whether the rows of a box of `size` bytes in an stbl are left in the file.
[[nodiscard]] bool stays_in_file(media::bmff::FourCc type, std::uint64_t size) noexcept;

class MovieHead {
 public:
  MovieHead() = default;
  // The box of `size` bytes at `offset` of the file. Error: it cannot be read.
  static Result<MovieHead> read(int file, std::uint64_t offset, std::uint64_t size);
  MovieHead(MovieHead&& other) noexcept;
  MovieHead& operator=(MovieHead&& other) noexcept;
  ~MovieHead();

  [[nodiscard]] media::bmff::Bytes bytes() const noexcept { return {pages_, size_}; }  // header included; rows that were left out are 0

 private:
  [[nodiscard]] Result<void> fill(int file, std::uint64_t offset, std::size_t at, std::size_t end, int depth, bool in_tables);
  [[nodiscard]] Result<void> copy(int file, std::uint64_t offset, std::size_t at, std::size_t count);

  std::uint8_t* pages_ = nullptr;  // mapped, of no file: a page that nobody writes takes no memory
  std::size_t size_ = 0;
  int boxes_ = 0;  // looked at
};

}  // namespace segue::packager
