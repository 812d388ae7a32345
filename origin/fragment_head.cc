// SPDX-License-Identifier: Apache-2.0
#include "origin/fragment_head.h"

#include <string>
#include <string_view>

namespace segue::origin {
namespace {

constexpr std::size_t kBoxHeader = 8;

std::uint32_t read32(std::span<const std::uint8_t> at) noexcept {
  return std::uint32_t{at[0]} << 24 | std::uint32_t{at[1]} << 16 | std::uint32_t{at[2]} << 8 | at[3];
}

void write_big_endian(std::span<std::uint8_t> at, std::uint64_t value) noexcept {
  for (std::size_t i = at.size(); i > 0; --i, value >>= 8) at[i - 1] = static_cast<std::uint8_t>(value);
}

// Walks sibling boxes from `begin` until one of type `wanted`; its payload begins at the result.
Result<std::size_t> find_box(std::span<const std::uint8_t> head, std::size_t begin, std::string_view wanted) {
  while (begin + kBoxHeader <= head.size()) {
    const std::uint32_t size = read32(head.subspan(begin));
    const std::string_view type(reinterpret_cast<const char*>(&head[begin + 4]), 4);
    if (type == wanted) return begin + kBoxHeader;
    if (size < kBoxHeader || size > head.size() - begin) break;
    begin += size;
  }
  return Error{"fragment head: no " + std::string(wanted) + " within " + std::to_string(head.size()) + " bytes, stopped at " +
               std::to_string(begin)};
}

}  // namespace

Result<std::size_t> move_fragment(std::span<std::uint8_t> head, std::uint32_t sequence_number, media::Ticks decode_time) {
  const Result<std::size_t> moof = find_box(head, 0, "moof");
  if (!moof) return moof.error();
  const Result<std::size_t> mfhd = find_box(head, *moof, "mfhd");
  if (!mfhd) return mfhd.error();
  const Result<std::size_t> traf = find_box(head, *mfhd + 8, "traf");  // 8: mfhd's payload
  if (!traf) return traf.error();
  const Result<std::size_t> tfdt = find_box(head, *traf, "tfdt");
  if (!tfdt) return tfdt.error();

  constexpr std::size_t kFullBox = 4;  // version and flags
  if (*tfdt + kFullBox > head.size()) return Error{"fragment head: tfdt ends behind the " + std::to_string(head.size()) + " bytes read"};
  const std::size_t width = head[*tfdt] == 0 ? 4 : 8;
  const std::size_t end = *tfdt + kFullBox + width;
  if (end > head.size()) return Error{"fragment head: tfdt ends at " + std::to_string(end) + ", read " + std::to_string(head.size())};
  if (decode_time < 0 || (width == 4 && decode_time > UINT32_MAX)) {
    return Error{"fragment head: tfdt of " + std::to_string(width) + " bytes cannot hold " + std::to_string(decode_time)};
  }
  write_big_endian(head.subspan(*mfhd + kFullBox, 4), sequence_number);
  write_big_endian(head.subspan(*tfdt + kFullBox, width), static_cast<std::uint64_t>(decode_time));
  return end;
}

}  // namespace segue::origin
