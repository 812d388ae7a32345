// SPDX-License-Identifier: Apache-2.0
#include "packager/byte_sink.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace segue::packager {
namespace {

constexpr std::size_t kCopyBytes = 1u << 20;

Error outside(std::uint64_t offset, std::uint64_t size) {
  return {"buffer: write at " + std::to_string(offset) + ", expected at most " + std::to_string(size)};
}

}  // namespace

Result<void> BufferSink::append(std::span<const std::uint8_t> bytes) {
  bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  return {};
}

Result<void> BufferSink::overwrite(std::uint64_t offset, std::span<const std::uint8_t> bytes) {
  if (offset > bytes_.size() || bytes.size() > bytes_.size() - offset) return outside(offset + bytes.size(), bytes_.size());
  std::copy(bytes.begin(), bytes.end(), bytes_.begin() + static_cast<std::ptrdiff_t>(offset));
  return {};
}

Result<void> BufferSink::insert(std::uint64_t offset, std::uint64_t count) {
  if (offset > bytes_.size()) return outside(offset, bytes_.size());
  bytes_.insert(bytes_.begin() + static_cast<std::ptrdiff_t>(offset), static_cast<std::size_t>(count), 0);
  return {};
}

Result<FileSink> FileSink::create(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return Error{path + ": create: " + std::strerror(errno)};
  return FileSink(path, file);
}

FileSink::FileSink(FileSink&& other) noexcept : path_(std::move(other.path_)), file_(std::exchange(other.file_, -1)), size_(other.size_) {}

FileSink::~FileSink() {
  if (file_ >= 0) ::close(file_);
}

Error FileSink::failure(const char* what) const { return {path_ + ": " + what + ": " + std::strerror(errno)}; }

void FileSink::park() {
  if (file_ >= 0) ::close(std::exchange(file_, -1));
}

Result<void> FileSink::open() {
  if (file_ < 0) file_ = ::open(path_.c_str(), O_RDWR | O_CLOEXEC);
  return file_ >= 0 ? Result<void>{} : failure("open");
}

Result<void> FileSink::append(std::span<const std::uint8_t> bytes) {
  auto done = overwrite(size_, bytes);
  if (done) size_ += bytes.size();
  return done;
}

Result<void> FileSink::overwrite(std::uint64_t offset, std::span<const std::uint8_t> bytes) {
  auto opened = open();
  if (!opened) return opened;
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return failure("write");
    offset += static_cast<std::uint64_t>(written);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return {};
}

Result<void> FileSink::insert(std::uint64_t offset, std::uint64_t count) {
  auto opened = open();
  if (!opened) return opened;
  std::vector<std::uint8_t> buffer(kCopyBytes);
  // From the end backwards, so that nothing is overwritten before it was read.
  for (std::uint64_t end = size_; end > offset;) {
    const std::size_t length = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), end - offset));
    for (std::size_t got = 0; got < length;) {
      const ssize_t n = ::pread(file_, buffer.data() + got, length - got, static_cast<off_t>(end - length + got));
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return failure("read");
      got += static_cast<std::size_t>(n);
    }
    auto done = overwrite(end - length + count, std::span(buffer).first(length));
    if (!done) return done;
    end -= length;
  }
  size_ += count;
  return {};
}

Result<void> FileSink::append_from(int file, std::uint64_t offset, std::uint64_t count) {
  auto opened = open();
  if (!opened) return opened;
  std::vector<std::uint8_t> buffer;
  while (count > 0) {
    auto from = static_cast<off64_t>(offset);
    auto to = static_cast<off64_t>(size_);
    ssize_t copied = buffer.empty() ? ::copy_file_range(file, &from, file_, &to, static_cast<std::size_t>(count), 0) : -1;
    if (copied < 0 && errno == EINTR) continue;
    if (copied < 0) {  // another file system, a pipe: by hand
      buffer.resize(kCopyBytes);
      copied =
          ::pread(file, buffer.data(), static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), count)), static_cast<off_t>(offset));
      if (copied < 0 && errno == EINTR) continue;
      if (copied < 0) return failure("copy into");
      auto done = overwrite(size_, std::span(buffer).first(static_cast<std::size_t>(copied)));
      if (!done) return done;
    }
    if (copied == 0) return Error{path_ + ": copy into: the source ends " + std::to_string(count) + " bytes early"};
    offset += static_cast<std::uint64_t>(copied);
    size_ += static_cast<std::uint64_t>(copied);
    count -= static_cast<std::uint64_t>(copied);
  }
  return {};
}

Result<void> FileSink::sync() {
  auto opened = open();
  if (!opened) return opened;
  return ::fdatasync(file_) == 0 ? Result<void>{} : failure("sync");
}

}  // namespace segue::packager
