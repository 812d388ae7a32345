// SPDX-License-Identifier: Apache-2.0
// Where a track file grows: at its end, and once more at its head when everything is known.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "media/result.h"

namespace segue::packager {

// Bytes of an open file that somebody else keeps open.
struct FileRange {
  int file = -1;
  std::uint64_t offset = 0, size = 0;
};

class ByteSink {
 public:
  virtual ~ByteSink() = default;
  [[nodiscard]] virtual Result<void> append(std::span<const std::uint8_t> bytes) = 0;
  [[nodiscard]] virtual Result<void> overwrite(std::uint64_t offset, std::span<const std::uint8_t> bytes) = 0;
  // Moves everything from `offset` on by `count` bytes towards the end; what the gap holds is unspecified. Costs one copy of the rest.
  [[nodiscard]] virtual Result<void> insert(std::uint64_t offset, std::uint64_t count) = 0;
  // Appends what stands in another file. Error: also when that file ends before.
  [[nodiscard]] virtual Result<void> append_from(const FileRange& range) = 0;
};

class BufferSink : public ByteSink {
 public:
  Result<void> append(std::span<const std::uint8_t> bytes) override;
  Result<void> overwrite(std::uint64_t offset, std::span<const std::uint8_t> bytes) override;
  Result<void> insert(std::uint64_t offset, std::uint64_t count) override;
  Result<void> append_from(const FileRange& range) override;
  [[nodiscard]] const std::vector<std::uint8_t>& bytes() const noexcept { return bytes_; }

 private:
  std::vector<std::uint8_t> bytes_;
};

// A file, made anew. Errors name it ("/store/x.cmfa: write: No space left on device"). Not flushed to disk: see sync().
// What is appended waits in a buffer and is written in whole, aligned pieces: on ext4 900 MB are copied so in 0.33 s, by
// copy_file_range(2), which moves single pages, in 0.65 s. Aligned pieces of 1 MiB take 0.79 s with Linux 6.18: it looks for memory in as
// large pieces. An error may come with a later call; overwrite(), insert() and sync() leave nothing waiting.
class FileSink : public ByteSink {
 public:
  static Result<FileSink> create(const std::string& path);
  FileSink(FileSink&& other) noexcept;
  FileSink& operator=(FileSink&&) = delete;
  ~FileSink() override;  // closes; the file stays as it is
  Result<void> append(std::span<const std::uint8_t> bytes) override;
  Result<void> overwrite(std::uint64_t offset, std::span<const std::uint8_t> bytes) override;
  Result<void> insert(std::uint64_t offset, std::uint64_t count) override;
  Result<void> append_from(const FileRange& range) override;
  [[nodiscard]] Result<void> sync();  // on disk when it returns
  void park();                        // gives descriptor and buffer back until the next use: albums have many files open
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

 private:
  FileSink(std::string path, int file) : path_(std::move(path)), file_(file) {}
  [[nodiscard]] Result<void> open();
  [[nodiscard]] Result<std::span<std::uint8_t>> room();
  [[nodiscard]] Result<void> flush();
  [[nodiscard]] Result<void> put(std::uint64_t offset, std::span<const std::uint8_t> bytes);
  [[nodiscard]] Error failure(const char* what) const;

  static constexpr std::size_t kBufferBytes = 256u << 10;

  std::string path_;
  int file_;
  std::uint64_t size_ = 0;   // with what waits
  std::size_t waiting_ = 0;  // bytes at the buffer's start that belong at the file's end
  struct Free {
    void operator()(std::uint8_t* bytes) const noexcept { std::free(bytes); }
  };
  std::unique_ptr<std::uint8_t[], Free> buffer_;
  Result<void> late_;  // what park() could not tell
};

}  // namespace segue::packager
