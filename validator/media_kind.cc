// SPDX-License-Identifier: Apache-2.0
#include "validator/media_kind.h"

#include <algorithm>

namespace segue::validator {
namespace {

std::string_view text_at(std::span<const std::uint8_t> bytes, std::size_t at) {
  if (at >= bytes.size()) return {};
  return {reinterpret_cast<const char*>(bytes.data()) + at, std::min<std::size_t>(12, bytes.size() - at)};
}

}  // namespace

std::string_view media_kind(std::span<const std::uint8_t> bytes) noexcept {
  constexpr std::size_t kPacket = 188;  // ISO/IEC 13818-1 2.4.3.2
  const std::string_view head = text_at(bytes, 0), type = text_at(bytes, 4);
  if (head.starts_with('\x47') && (bytes.size() <= kPacket || bytes[kPacket] == 0x47)) return "MPEG-TS";
  if (head.starts_with("WEBVTT") || head.starts_with("\xEF\xBB\xBFWEBVTT")) return kWebVtt;
  if (head.starts_with("\x1A\x45\xDF\xA3")) return kWebM;
  for (const std::string_view box : {"ftyp", "styp", "sidx", "moof", "moov"}) {
    if (type.starts_with(box)) return "fragmented MP4 without EXT-X-MAP";
  }
  // RFC 8216bis 3.1.3: an ID3 tag with the time, then ADTS, MPEG audio or AC-3.
  const bool frame = bytes.size() > 1 && ((bytes[0] == 0xFF && (bytes[1] & 0xE0) == 0xE0) || (bytes[0] == 0x0B && bytes[1] == 0x77));
  return head.starts_with("ID3") || frame ? "packed audio" : "data of an unknown kind";
}

}  // namespace segue::validator
