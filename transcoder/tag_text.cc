// SPDX-License-Identifier: Apache-2.0
#include "transcoder/tag_text.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace segue::transcoder {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::uint8_t byte_at(std::string_view text, std::size_t at) { return static_cast<std::uint8_t>(text[at]); }

// Bytes of the character that begins at `at` (RFC 3629 4: neither overlong, nor a surrogate, nor beyond U+10FFFF); 0: none.
std::size_t character_at(std::string_view text, std::size_t at) {
  const std::uint8_t lead = byte_at(text, at);
  const std::size_t length = lead < 0x80                   ? 1
                             : lead >= 0xC2 && lead < 0xE0 ? 2
                             : lead >= 0xE0 && lead < 0xF0 ? 3
                             : lead >= 0xF0 && lead < 0xF5 ? 4
                                                           : 0;
  if (length == 0 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte_at(text, at + i) & 0xC0) != 0x80) return 0;
  }
  if (length < 3) return length;
  const std::uint8_t second = byte_at(text, at + 1);
  const bool bad = (lead == 0xE0 && second < 0xA0) || (lead == 0xED && second >= 0xA0) || (lead == 0xF0 && second < 0x90) ||
                   (lead == 0xF4 && second >= 0x90);
  return bad ? 0 : length;
}

// Nothing else in it, but for the beginning of a character at the end: a name that ID3v1 cut at 30 bytes. One character alone proves
// nothing: the last letter of "BEYONCÉ" and the quotation mark behind it are one by chance.
bool is_utf8(std::string_view text) {
  std::size_t at = 0, long_ones = 0;
  while (at < text.size()) {
    const std::size_t length = character_at(text, at);
    if (length == 0) break;
    long_ones += length > 1;
    at += length;
  }
  if (at == text.size()) return true;
  static constexpr std::array<std::string_view, 5> kRests = {"\x80", "\x80\x80", "\x80\x80\x80", "\xA0\x80", "\xA0\x80\x80"};
  return long_ones > 0 && std::any_of(kRests.begin(), kRests.end(), [&](std::string_view rest) {
           const std::string whole = std::string(text.substr(at)) + std::string(rest);
           return character_at(whole, 0) == whole.size();
         });
}

// Windows-1252, which is Latin-1 but for 80 to 9F.
void put_windows(std::string& out, std::uint8_t byte) {
  static constexpr std::array<std::uint16_t, 32> kFrom80 = {
      0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
      0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};
  const unsigned code = byte >= 0x80 && byte < 0xA0 ? kFrom80[byte - 0x80] : byte;
  if (code < 0x80) {
    out += static_cast<char>(code);
  } else if (code < 0x800) {
    out += static_cast<char>(0xC0 | code >> 6);
    out += static_cast<char>(0x80 | (code & 0x3F));
  } else {
    out += static_cast<char>(0xE0 | code >> 12);
    out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
    out += static_cast<char>(0x80 | (code & 0x3F));
  }
}

}  // namespace

std::string tag_text(std::string_view bytes) {
  const bool utf8 = is_utf8(bytes);
  std::string out;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t length = utf8 ? character_at(bytes, at) : 0;
    if (length > 0) {
      out += bytes.substr(at, length);
    } else if (utf8) {
      out += kReplacement;
    } else {
      put_windows(out, byte_at(bytes, at));
    }
    at += std::max<std::size_t>(length, 1);
  }
  return out;
}

}  // namespace segue::transcoder
