// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/search/fold.h"

#include <utf8proc.h>

#include <array>

#include "catalog-api/search/transliterate.h"

namespace segue::search {
namespace {

bool between(char32_t code, char32_t first, char32_t last) noexcept { return code >= first && code <= last; }

bool is_kana(char32_t code) noexcept { return between(code, 0x3041, 0x3096) || between(code, 0x309D, 0x309F); }

bool is_written_without_spaces(char32_t code) noexcept {
  return between(code, 0x3400, 0x9FFF) || between(code, 0xF900, 0xFAFF) || between(code, 0x20000, 0x3FFFF) || is_kana(code) ||
         code == 0x3005 || code == 0x3007 || between(code, 0x0E00, 0x0EFF) || between(code, 0x1000, 0x109F) ||
         between(code, 0x1780, 0x17FF);
}

LetterClass class_of(char32_t code) noexcept {
  if (is_written_without_spaces(code)) return LetterClass::ideograph;
  switch (utf8proc_category(static_cast<utf8proc_int32_t>(code))) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO: return LetterClass::word;
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CS:
    case UTF8PROC_CATEGORY_CN: return LetterClass::hard;
    default: return LetterClass::soft;
  }
}

Letter ascii_letter(char c, std::uint32_t at) noexcept {
  LetterClass kind = LetterClass::soft;
  if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) kind = LetterClass::word;
  if (static_cast<unsigned char>(c) <= ' ' || c == 0x7F) kind = LetterClass::hard;
  return {static_cast<char32_t>(c), kind, at, at + 1};
}

void append_folded(char32_t code, std::uint32_t begin, std::uint32_t end, std::vector<Letter>& letters) {
  if (between(code, 0x30A1, 0x30F6) || between(code, 0x30FD, 0x30FE)) code -= 0x60;  // Katakana
  if (code == 0x30FC) return;                                                        // the long vowel mark is often left out
  if (const auto latin = transliterate(code)) {
    for (const char c : *latin) letters.push_back({static_cast<char32_t>(c), LetterClass::word, begin, end});
    return;
  }
  letters.push_back({code, class_of(code), begin, end});
}

// Voicing marks of Kana are marks as well and go: か finds が.
void decompose(utf8proc_int32_t code, std::uint32_t begin, std::uint32_t end, std::vector<Letter>& letters) {
  std::array<utf8proc_int32_t, 32> parts;  // the longest compatibility decomposition has 18
  int boundary = 0;
  constexpr auto kOptions =
      static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE | UTF8PROC_STRIPMARK);
  const auto count = utf8proc_decompose_char(code, parts.data(), static_cast<utf8proc_ssize_t>(parts.size()), kOptions, &boundary);
  if (count < 0 || count > static_cast<utf8proc_ssize_t>(parts.size())) return;
  for (utf8proc_ssize_t i = 0; i < count; ++i)
    append_folded(static_cast<char32_t>(parts[static_cast<std::size_t>(i)]), begin, end, letters);
}

}  // namespace

void fold(std::string_view utf8, std::vector<Letter>& letters) {
  letters.clear();
  std::uint32_t at = 0;
  const auto size = static_cast<std::uint32_t>(utf8.size());
  while (at < size) {
    if (static_cast<unsigned char>(utf8[at]) < 0x80) {
      letters.push_back(ascii_letter(utf8[at], at));
      ++at;
      continue;
    }
    utf8proc_int32_t code = -1;
    const auto taken = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(utf8.data()) + at, size - at, &code);
    if (taken <= 0) {
      letters.push_back({U' ', LetterClass::hard, at, at + 1});
      ++at;
      continue;
    }
    const auto end = at + static_cast<std::uint32_t>(taken);
    decompose(code, at, end, letters);
    at = end;
  }
}

void append_utf8(std::string& out, char32_t code) {
  if (code < 0x80) {
    out += static_cast<char>(code);
    return;
  }
  utf8proc_uint8_t bytes[4];
  const auto count = utf8proc_encode_char(static_cast<utf8proc_int32_t>(code), bytes);
  out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(count));
}

std::u32string to_code_points(std::string_view utf8) {
  std::u32string out;
  out.reserve(utf8.size());
  for (std::size_t at = 0; at < utf8.size();) {
    utf8proc_int32_t code = -1;
    const auto taken = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(utf8.data()) + at,
                                        static_cast<utf8proc_ssize_t>(utf8.size() - at), &code);
    if (taken <= 0) {  // only in a damaged snapshot
      ++at;
      continue;
    }
    out += static_cast<char32_t>(code);
    at += static_cast<std::size_t>(taken);
  }
  return out;
}

char32_t next_code_point(std::string_view utf8, std::size_t& at) noexcept {
  const auto first = static_cast<unsigned char>(utf8[at]);
  if (first < 0x80) {
    ++at;
    return first;
  }
  utf8proc_int32_t code = -1;
  const auto taken =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(utf8.data()) + at, static_cast<utf8proc_ssize_t>(utf8.size() - at), &code);
  at += taken > 0 ? static_cast<std::size_t>(taken) : 1;
  return taken > 0 ? static_cast<char32_t>(code) : U'\uFFFD';
}

}  // namespace segue::search
