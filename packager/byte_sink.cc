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

Error ends_early(const std::string& what, const FileRange& left) {
  return {what + ": copy: the source ends at " + std::to_string(left.offset) + ", expected " + std::to_string(left.size) + " bytes more"};
}

// As much as one read gives of `range`, at least one byte.
Result<std::span<const std::uint8_t>> read_some(const FileRange& range, std::vector<std::uint8_t>& buffer) {
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), range.size));
  ssize_t got = -1;
  do {
    got = ::pread(range.file, buffer.data(), wanted, static_cast<off_t>(range.offset));
  } while (got < 0 && errno == EINTR);
  if (got < 0) return Error{std::string("read: ") + std::strerror(errno)};
  if (got == 0) return ends_early("source", range);
  return std::span<const std::uint8_t>(buffer.data(), static_cast<std::size_t>(got));
}

}  // namespace

Result<void> BufferSink::append_from(const FileRange& range) {
  std::vector<std::uint8_t> buffer(kCopyBytes);
  for (FileRange left = range; left.size > 0;) {
    auto got = read_some(left, buffer);
    if (!got) return std::move(got).error();
    bytes_.insert(bytes_.end(), got->begin(), got->end());
    left.offset += got->size();
    left.size -= got->size();
  }
  return {};
}

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

Result<void> FileSink::append_from(const FileRange& range) {
  auto opened = open();
  if (!opened) return opened;
  FileRange left = range;
  while (left.size > 0) {
    auto from = static_cast<off64_t>(left.offset);
    auto to = static_cast<off64_t>(size_);
    const ssize_t copied = ::copy_file_range(left.file, &from, file_, &to, static_cast<std::size_t>(left.size), 0);
    if (copied < 0 && errno == EINTR) continue;
    if (copied < 0) return copy_by_hand(left);  // another file system, an old kernel
    if (copied == 0) return ends_early(path_, left);
    size_ += static_cast<std::uint64_t>(copied);
    left.offset += static_cast<std::uint64_t>(copied);
    left.size -= static_cast<std::uint64_t>(copied);
  }
  return {};
}

Result<void> FileSink::copy_by_hand(FileRange left) {
  std::vector<std::uint8_t> buffer(static_cast<std::size_t>(std::min<std::uint64_t>(kCopyBytes, left.size)));
  while (left.size > 0) {
    auto got = read_some(left, buffer);
    if (!got) return Error{path_ + ": " + got.error().message};
    auto done = append(*got);
    if (!done) return done;
    left.offset += got->size();
    left.size -= got->size();
  }
  return {};
}

Result<void> FileSink::sync() {
  auto opened = open();
  if (!opened) return opened;
  return ::fdatasync(file_) == 0 ? Result<void>{} : failure("sync");
}

}  // namespace segue::packager
