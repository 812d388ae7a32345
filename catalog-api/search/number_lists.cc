// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/search/number_lists.h"

#include <cassert>
#include <limits>
#include <optional>

namespace segue::search {
namespace {

std::uint32_t put_varint(std::uint8_t* at, std::uint32_t value) noexcept {
  std::uint32_t size = 0;
  for (; value >= 0x80; value >>= 7) at[size++] = static_cast<std::uint8_t>(value | 0x80U);
  at[size++] = static_cast<std::uint8_t>(value);
  return size;
}

std::optional<std::uint32_t> checked_varint(std::span<const std::uint8_t>& bytes) noexcept {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 35 && !bytes.empty(); shift += 7) {
    const std::uint8_t byte = bytes.front();
    bytes = bytes.subspan(1);
    value |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
    if ((byte & 0x80U) != 0) continue;
    if (value > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
    return static_cast<std::uint32_t>(value);
  }
  return std::nullopt;
}

bool is_list(std::span<const std::uint8_t> bytes, std::uint32_t limit) noexcept {
  const auto count = checked_varint(bytes);
  if (!count) return false;
  std::uint64_t next = 0;
  for (std::uint32_t i = 0; i < *count; ++i) {
    const auto gap = checked_varint(bytes);
    if (!gap || next + *gap >= limit) return false;
    next += *gap + std::uint64_t{1};
  }
  return bytes.empty();
}

}  // namespace

bool are_lists(std::span<const std::uint32_t> offsets, std::span<const std::uint8_t> bytes, std::uint32_t limit) noexcept {
  for (std::size_t i = 0; i + 1 < offsets.size(); ++i)
    if (!is_list(bytes.subspan(offsets[i], offsets[i + 1] - offsets[i]), limit)) return false;
  return true;
}

void ListWriter::measure(std::size_t list, std::uint32_t number) noexcept {
  List& into = lists_[list];
  assert(number >= into.next);
  into.at += varint_size(number - into.next);
  into.next = number + 1;
  ++into.count;
}

std::vector<std::uint32_t> ListWriter::make_room(std::vector<std::uint8_t>& out) {
  std::vector<std::uint32_t> offsets(lists_.size() + 1);
  std::uint64_t end = out.size();
  for (std::size_t i = 0; i < lists_.size(); ++i) {
    offsets[i] = static_cast<std::uint32_t>(end);
    end += varint_size(lists_[i].count) + lists_[i].at;
  }
  assert(end <= std::numeric_limits<std::uint32_t>::max());
  offsets.back() = static_cast<std::uint32_t>(end);
  out.resize(end);
  for (std::size_t i = 0; i < lists_.size(); ++i) {
    lists_[i].at = offsets[i] + put_varint(out.data() + offsets[i], lists_[i].count);
    lists_[i].next = 0;
  }
  return offsets;
}

void ListWriter::write(std::size_t list, std::uint32_t number, std::vector<std::uint8_t>& out) noexcept {
  List& into = lists_[list];
  into.at += put_varint(out.data() + into.at, number - into.next);
  into.next = number + 1;
}

}  // namespace segue::search
