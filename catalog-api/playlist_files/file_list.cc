// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/playlist_files/file_list.h"

#include "catalog-api/playlist_files/formats.h"

namespace segue::playlist_files {
namespace {

// Length of the UTF-8 sequence at the front; 0: none. Overlong forms and surrogates are none (RFC 3629).
std::size_t sequence_at(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  const std::size_t length = first < 0x80                    ? 1
                             : first >= 0xC2 && first < 0xE0 ? 2
                             : first >= 0xE0 && first < 0xF0 ? 3
                             : first >= 0xF0 && first < 0xF5 ? 4
                                                             : 0;
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(i) & 0xC0) != 0x80) return 0;
  if ((first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) >= 0xA0)) return 0;
  if ((first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) >= 0x90)) return 0;
  return length;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = sequence_at(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string from_latin1(std::string_view text) {
  std::string utf8;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x80) utf8 += static_cast<char>(0xC0 | byte >> 6);
    utf8 += byte >= 0x80 ? static_cast<char>(0x80 | (byte & 0x3F)) : c;
  }
  return utf8;
}

// U+FFFE and U+FFFF are no characters of XML 1.0.
bool is_control(std::string_view character) {
  const auto first = static_cast<unsigned char>(character[0]);
  if (first < 0x20 || first == 0x7F) return true;
  if (first == 0xC2 && static_cast<unsigned char>(character[1]) < 0xA0) return true;
  return character == "\xEF\xBF\xBE" || character == "\xEF\xBF\xBF";
}

void trim(std::string& text) {
  const std::size_t first = text.find_first_not_of(' ');
  const std::size_t last = text.find_last_not_of(' ');
  text = first == std::string::npos ? std::string() : text.substr(first, last - first + 1);
}

}  // namespace

std::string clean(std::string_view text) {
  const std::string utf8 = is_utf8(text) ? std::string(text) : from_latin1(text);
  std::string out;
  for (std::string_view rest = utf8; !rest.empty();) {
    const std::string_view character = rest.substr(0, sequence_at(rest));
    if (out.size() + character.size() > kMaxTextBytes) break;
    out += is_control(character) ? std::string_view(" ") : character;
    rest.remove_prefix(character.size());
  }
  trim(out);
  return out;
}

std::optional<Format> format_named(std::string_view name) {
  if (name == "m3u8" || name == "m3u") return Format::m3u8;
  if (name == "xspf") return Format::xspf;
  if (name == "jspf") return Format::jspf;
  return std::nullopt;
}

Format format_of(std::string_view text) {
  const std::size_t first = text.find_first_not_of("\xEF\xBB\xBF \t\r\n");
  if (first == std::string_view::npos) return Format::m3u8;
  return text[first] == '<' ? Format::xspf : text[first] == '{' ? Format::jspf : Format::m3u8;
}

std::string_view media_type(Format format) {
  switch (format) {
    case Format::m3u8: return "audio/x-mpegurl; charset=utf-8";
    case Format::xspf: return "application/xspf+xml";
    case Format::jspf: return "application/jspf+json";
  }
  return {};
}

Result<FileList> parse(Format format, std::string_view text) {
  if (text.size() > kMaxFileBytes)
    return Error{"a file of " + std::to_string(text.size()) + " bytes, at most " + std::to_string(kMaxFileBytes)};
  switch (format) {
    case Format::m3u8: return parse_m3u8(text);
    case Format::xspf: return parse_xspf(text);
    case Format::jspf: break;
  }
  return parse_jspf(text);
}

std::string print(Format format, const FileList& list) {
  switch (format) {
    case Format::m3u8: return print_m3u8(list);
    case Format::xspf: return print_xspf(list);
    case Format::jspf: break;
  }
  return print_jspf(list);
}

}  // namespace segue::playlist_files
