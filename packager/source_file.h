// SPDX-License-Identifier: Apache-2.0
// A file that already holds encoded tracks, opened and recognised by its bytes, never by its name.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "packager/fragment_tables.h"
#include "packager/movie_head.h"
#include "packager/mp4_source.h"

namespace segue::packager {

class SourceFile {
 public:
  enum class Kind { movie, adts };

  // Error: names the file, what was expected and found; not a regular file, neither MP4/MOV nor ADTS.
  static Result<SourceFile> open(const std::string& path);
  SourceFile(SourceFile&& other) noexcept;
  SourceFile& operator=(SourceFile&&) = delete;
  ~SourceFile();

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] int descriptor() const noexcept { return file_; }
  [[nodiscard]] std::uint64_t size_bytes() const noexcept { return bytes_; }
  [[nodiscard]] const Mp4Source& movie() const noexcept { return movie_; }  // kind movie

 private:
  SourceFile(std::string path, int file) : path_(std::move(path)), file_(file) {}
  [[nodiscard]] Result<void> recognise();
  [[nodiscard]] Result<void> read_boxes();
  [[nodiscard]] Result<void> read_moov(std::uint64_t offset, std::uint64_t size);
  [[nodiscard]] Result<void> add_moof(std::uint64_t offset, std::uint64_t size);
  [[nodiscard]] Result<void> read_tracks();
  [[nodiscard]] media::bmff::Box moov() const;
  [[nodiscard]] Error failure(const std::string& what) const { return {path_ + ": " + what}; }

  std::string path_;
  int file_;
  std::uint64_t bytes_ = 0;
  Kind kind_ = Kind::movie;
  MovieHead moov_;  // borrowed by movie_, as the fragments are
  std::uint64_t moov_offset_ = 0;
  std::unique_ptr<FragmentTables> fragments_;
  Mp4Source movie_;
};

}  // namespace segue::packager
