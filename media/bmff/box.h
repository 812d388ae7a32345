// SPDX-License-Identifier: Apache-2.0
// ISO BMFF boxes as views on bytes (ISO/IEC 14496-12 4.2), and their frames when writing. Nothing is copied or allocated
// while reading; a text is made only when something is wrong, and then it names the box's path and its place in the file.
//   box := size(32) type(32) [largesize(64) when size = 1] payload; size 0 reaches to the end of the enclosing bytes
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "media/result.h"

namespace segue::media::bmff {

using Bytes = std::span<const std::uint8_t>;
using FourCc = std::uint32_t;

constexpr FourCc fourcc(const char (&text)[5]) noexcept {
  FourCc value = 0;
  for (int i = 0; i < 4; ++i) value = value << 8 | static_cast<std::uint8_t>(text[i]);
  return value;
}
// "moof"; bytes that are not printable as \xNN.
[[nodiscard]] std::string text_of(FourCc type);

struct Header {
  FourCc type = 0;
  std::uint64_t size = 0;  // header included; 0: to the end of the file
  std::uint32_t header_bytes = 8;
};
// The header at the start of `bytes`; false when they end inside it. A size below the header's own is returned as found.
[[nodiscard]] bool read_header(Bytes bytes, Header& header) noexcept;

struct Box {
  FourCc type = 0;
  std::uint64_t offset = 0;  // of its first byte, in the file
  std::uint32_t header_bytes = 8;
  Bytes payload;
  const Box* parent = nullptr;  // only for path(); outlives the box

  [[nodiscard]] std::uint64_t payload_offset() const noexcept { return offset + header_bytes; }
  [[nodiscard]] std::uint64_t end_offset() const noexcept { return payload_offset() + payload.size(); }
  [[nodiscard]] std::string path() const;  // "moov/trak/mdia"
  // "<path> at <offset>: <what>"
  [[nodiscard]] Error error(const std::string& what) const;
};

// Walks the boxes that lie one after another in a container or a file.
//   Boxes children(moov);
//   for (Box box; children.next(box);) ...
//   if (!children.ok()) return children.error();
class Boxes {
 public:
  Boxes(Bytes bytes, std::uint64_t offset, const Box* parent = nullptr) noexcept : bytes_(bytes), offset_(offset), parent_(parent) {}
  // The children of `container`, after `skip` bytes of fields of its own.
  explicit Boxes(const Box& container, std::size_t skip = 0) noexcept;

  [[nodiscard]] bool next(Box& box) noexcept;  // false: no further box, or the next one does not fit (then ok() is false)
  [[nodiscard]] bool ok() const noexcept { return problem_ == Problem::none; }
  [[nodiscard]] Error error() const;

 private:
  enum class Problem { none, cut_header, bad_size, too_deep };
  Bytes bytes_;
  std::uint64_t offset_;
  const Box* parent_;
  Problem problem_ = Problem::none;
  Header header_;
};

// The first child of that type; nullptr-like (type 0) when there is none or the children cannot be walked that far.
[[nodiscard]] Box find_child(const Box& container, FourCc type, std::size_t skip = 0) noexcept;

// The same. Error: there is none.
[[nodiscard]] Result<Box> need_child(const Box& container, FourCc type, std::size_t skip = 0);

// Writes a box's header now and its size when the scope ends.
class BoxScope {
 public:
  BoxScope(std::vector<std::uint8_t>& out, FourCc type);
  ~BoxScope();
  BoxScope(const BoxScope&) = delete;
  BoxScope& operator=(const BoxScope&) = delete;

 private:
  std::vector<std::uint8_t>& out_;
  std::size_t start_;
};

}  // namespace segue::media::bmff
