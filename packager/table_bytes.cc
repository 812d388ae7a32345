// SPDX-License-Identifier: Apache-2.0
#include "packager/table_bytes.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace segue::packager {
namespace {

constexpr std::size_t kInMemory = 64u << 10;
constexpr std::size_t kLastRow = 16;

std::uint64_t big_endian(const std::uint8_t* bytes, std::size_t width) noexcept {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) value = value << 8 | bytes[i];
  return value;
}

// nullptr: errno tells.
std::FILE* nameless_file() {
  const char* folder = std::getenv("TMPDIR");
  const int file = ::open(folder != nullptr && *folder != '\0' ? folder : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file < 0) return std::tmpfile();  // a file system that has no nameless ones
  std::FILE* stream = ::fdopen(file, "w+b");
  if (stream == nullptr) ::close(file);
  return stream;
}

}  // namespace

bool TableWindow::move_to(std::uint64_t at) noexcept {
  start_ = at;
  count_ = 0;
  const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(window_.size(), bytes_.file_size - std::min(at, bytes_.file_size)));
  while (count_ < wanted) {
    const ssize_t got = ::pread(bytes_.file, window_.data() + count_, wanted - count_, static_cast<off_t>(bytes_.offset + start_ + count_));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    count_ += static_cast<std::size_t>(got);
  }
  return true;
}

std::uint64_t TableWindow::value(std::uint64_t at, std::size_t width) noexcept {
  if (!ok_ || at + width > bytes_.size()) return ok_ = false, 0;  // what cannot be read is not tried once for each row
  if (bytes_.file < 0) return big_endian(bytes_.memory.data() + at, width);
  if (at < start_ || at + width > start_ + count_) ok_ = move_to(at) && ok_;
  return at + width <= start_ + count_ ? big_endian(window_.data() + (at - start_), width) : 0;
}

void TableRows::put(std::uint64_t value, std::size_t width) {
  for (std::size_t shift = width * 8; shift > 0; shift -= 8) tail_.push_back(static_cast<std::uint8_t>(value >> (shift - 8)));
  if (tail_.size() >= kInMemory + kLastRow) spool(kInMemory);
}

std::uint64_t TableRows::last(std::size_t before, std::size_t count) const noexcept {
  return big_endian(tail_.data() + (tail_.size() - before - count), count);
}

void TableRows::spool(std::size_t count) {
  if (!file_) file_.reset(nameless_file());
  if (!file_ && failed_ == 0) failed_ = errno;
  for (std::size_t done = 0; failed_ == 0 && done < count;) {
    const ssize_t wrote = ::pwrite(::fileno(file_.get()), tail_.data() + done, count - done, static_cast<off_t>(spooled_ + done));
    if (wrote < 0 && errno != EINTR) failed_ = errno;
    if (wrote > 0) done += static_cast<std::size_t>(wrote);
  }
  spooled_ += count;
  tail_.erase(tail_.begin(), tail_.begin() + static_cast<std::ptrdiff_t>(count));
}

Result<void> TableRows::end() {
  if (spooled_ > 0 && !tail_.empty()) spool(tail_.size());
  if (failed_ != 0) return Error{std::string("a temporary file of sample tables: ") + std::strerror(failed_)};
  return {};
}

TableBytes TableRows::bytes() const noexcept {
  if (spooled_ == 0) return {.memory = tail_};
  return {.memory = {}, .file = ::fileno(file_.get()), .offset = 0, .file_size = spooled_};
}

}  // namespace segue::packager
