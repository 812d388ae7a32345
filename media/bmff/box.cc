// SPDX-License-Identifier: Apache-2.0
#include "media/bmff/box.h"

#include <algorithm>
#include <array>
#include <cassert>

#include "media/limits.h"

namespace segue::media::bmff {
namespace {

std::uint32_t read32(Bytes bytes, std::size_t at) noexcept {
  return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 | std::uint32_t{bytes[at + 2]} << 8 | bytes[at + 3];
}

int depth_of(const Box* box) noexcept {
  int depth = 0;
  for (; box != nullptr; box = box->parent) ++depth;
  return depth;
}

}  // namespace

std::string text_of(FourCc type) {
  constexpr std::array<char, 17> kHex = {"0123456789abcdef"};
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) {
    const auto byte = static_cast<unsigned char>(type >> shift);
    if (byte >= 0x20 && byte < 0x7F) {
      text += static_cast<char>(byte);
    } else {
      text += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return text;
}

bool read_header(Bytes bytes, Header& header) noexcept {
  if (bytes.size() < 8) return false;
  header.size = read32(bytes, 0);
  header.type = read32(bytes, 4);
  header.header_bytes = 8;
  if (header.size != 1) return true;
  if (bytes.size() < 16) return false;
  header.size = std::uint64_t{read32(bytes, 8)} << 32 | read32(bytes, 12);
  header.header_bytes = 16;
  if (header.size == 0) header.size = 1;  // a 64-bit size never means "to the end": let it be refused as too small
  return true;
}

std::string Box::path() const { return (parent != nullptr ? parent->path() + "/" : std::string()) + text_of(type); }

Error Box::error(const std::string& what) const { return {path() + " at " + std::to_string(offset) + ": " + what}; }

Boxes::Boxes(const Box& container, std::size_t skip) noexcept
    : bytes_(container.payload.subspan(std::min(skip, container.payload.size()))),
      offset_(container.payload_offset() + std::min(skip, container.payload.size())),
      parent_(&container) {
  if (depth_of(parent_) > kMaxBoxDepth) problem_ = Problem::too_deep;
}

bool Boxes::next(Box& box) noexcept {
  if (!ok() || bytes_.empty()) return false;
  // QuickTime ends some containers (udta) with four zero bytes instead of a box.
  if (bytes_.size() == 4 && read32(bytes_, 0) == 0) return false;
  if (!read_header(bytes_, header_)) {
    problem_ = Problem::cut_header;
    return false;
  }
  const std::uint64_t size = header_.size == 0 ? bytes_.size() : header_.size;
  if (size < header_.header_bytes || size > bytes_.size()) {
    problem_ = Problem::bad_size;
    return false;
  }
  const auto length = static_cast<std::size_t>(size);
  box = {header_.type, offset_, header_.header_bytes, bytes_.subspan(header_.header_bytes, length - header_.header_bytes), parent_};
  bytes_ = bytes_.subspan(length);
  offset_ += length;
  return true;
}

Error Boxes::error() const {
  const std::string where = (parent_ != nullptr ? parent_->path() + "/" : std::string());
  const std::string at = " at " + std::to_string(offset_) + ": ";
  if (problem_ == Problem::too_deep) return {where + at + "nested deeper than " + std::to_string(kMaxBoxDepth) + " boxes"};
  if (problem_ == Problem::cut_header)
    return {where + "box" + at + std::to_string(bytes_.size()) + " bytes left, need a header of 8 or 16"};
  return {where + text_of(header_.type) + at + "size " + std::to_string(header_.size) + ", expected " +
          std::to_string(header_.header_bytes) + " to " + std::to_string(bytes_.size())};
}

Box find_child(const Box& container, FourCc type, std::size_t skip) noexcept {
  Boxes children(container, skip);
  for (Box box; children.next(box);) {
    if (box.type == type) return box;
  }
  return {};
}

Result<Box> need_child(const Box& container, FourCc type, std::size_t skip) {
  const Box box = find_child(container, type, skip);
  if (box.type == 0) return container.error("no " + text_of(type) + " in it");
  return box;
}

BoxScope::BoxScope(std::vector<std::uint8_t>& out, FourCc type) : out_(out), start_(out.size()) {
  for (const FourCc word : {FourCc{0}, type}) {
    for (int shift = 24; shift >= 0; shift -= 8) out_.push_back(static_cast<std::uint8_t>(word >> shift));
  }
}

BoxScope::~BoxScope() {
  const std::size_t size = out_.size() - start_;
  assert(size <= UINT32_MAX);
  for (std::size_t i = 0; i < 4; ++i) out_[start_ + i] = static_cast<std::uint8_t>(size >> (24 - 8 * i));
}

}  // namespace segue::media::bmff
