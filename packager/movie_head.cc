// SPDX-License-Identifier: Apache-2.0
#include "packager/movie_head.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace segue::packager {
namespace {

using media::bmff::FourCc;
using media::bmff::fourcc;
using media::bmff::Header;

constexpr std::uint64_t kLongTable = 64u << 10;
constexpr std::size_t kLongHead = 32;  // a header of 16 bytes, and the fields before the rows: 12 at most
constexpr std::size_t kHeader = 16;
constexpr int kMostBoxes = 100'000;  // behind so many all is copied: each costs a read
constexpr int kDepth = 5;            // moov/trak/mdia/minf/stbl

bool is_container(FourCc type) {
  for (const auto known : {fourcc("moov"), fourcc("trak"), fourcc("mdia"), fourcc("minf"), fourcc("stbl")}) {
    if (type == known) return true;
  }
  return false;
}

}  // namespace

bool stays_in_file(FourCc type, std::uint64_t size) noexcept {
  if (size <= kLongTable) return false;
  for (const auto table : {fourcc("stts"), fourcc("ctts"), fourcc("stss"), fourcc("stsz"), fourcc("stz2"), fourcc("stsc"), fourcc("stco"),
                           fourcc("co64"), fourcc("sdtp"), fourcc("sbgp")}) {
    if (type == table) return true;
  }
  return false;
}

MovieHead::MovieHead(MovieHead&& other) noexcept
    : pages_(std::exchange(other.pages_, nullptr)), size_(std::exchange(other.size_, std::size_t{0})), boxes_(other.boxes_) {}

MovieHead& MovieHead::operator=(MovieHead&& other) noexcept {
  std::swap(pages_, other.pages_);
  std::swap(size_, other.size_);
  return *this;
}

MovieHead::~MovieHead() {
  if (pages_ != nullptr) ::munmap(pages_, size_);
}

Result<MovieHead> MovieHead::read(int file, std::uint64_t offset, std::uint64_t size) {
  MovieHead head;
  head.size_ = static_cast<std::size_t>(size);
  void* pages = ::mmap(nullptr, head.size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (pages == MAP_FAILED) return Error{"moov of " + std::to_string(size) + " bytes: " + std::strerror(errno)};
  head.pages_ = static_cast<std::uint8_t*>(pages);
  auto filled = head.fill(file, offset, 0, head.size_, 0, false);
  if (!filled) return std::move(filled).error();
  return head;
}

Result<void> MovieHead::copy(int file, std::uint64_t offset, std::size_t at, std::size_t count) {
  for (const std::size_t end = at + count; at < end;) {
    const ssize_t got = ::pread(file, pages_ + at, end - at, static_cast<off_t>(offset + at));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return Error{std::string("read: ") + std::strerror(errno)};
    if (got == 0) return Error{"ends while it is read"};
    at += static_cast<std::size_t>(got);
  }
  return {};
}

// The boxes from `at` to `end`. From where they make no sense on all is copied: whoever reads them says what is wrong.
Result<void> MovieHead::fill(int file, std::uint64_t offset, std::size_t at, std::size_t end, int depth, bool in_tables) {
  while (at < end) {
    const std::size_t left = end - at;
    if (auto head = copy(file, offset, at, std::min(kHeader, left)); !head) return head;
    Header header;
    const bool whole = media::bmff::read_header({pages_ + at, std::min(kHeader, left)}, header);
    const std::uint64_t size = header.size == 0 ? left : header.size;
    if (!whole || size < header.header_bytes || size > left || ++boxes_ > kMostBoxes) return copy(file, offset, at, left);
    const auto bytes = static_cast<std::size_t>(size);
    const std::size_t inside = at + header.header_bytes;
    auto done = depth < kDepth && is_container(header.type)
                    ? fill(file, offset, inside, at + bytes, depth + 1, header.type == fourcc("stbl"))
                    : copy(file, offset, at, in_tables && stays_in_file(header.type, size) ? kLongHead : bytes);
    if (!done) return done;
    at += bytes;
  }
  return {};
}

}  // namespace segue::packager
