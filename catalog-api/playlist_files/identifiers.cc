// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/playlist_files/identifiers.h"

#include <algorithm>

namespace segue::playlist_files {
namespace {

constexpr std::size_t kMbidLength = 36;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return lower(c); });
  return out;
}

// 8-4-4-4-12 hexadecimal digits.
bool is_mbid(std::string_view text) {
  if (text.size() != kMbidLength) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !is_digit(text[i]) && !(text[i] >= 'a' && text[i] <= 'f')) return false;
  }
  return true;
}

}  // namespace

std::string musicbrainz_of(std::string_view identifier) {
  const std::string text = lower(identifier.substr(0, kMaxTextBytes));
  if (is_mbid(text)) return text;
  if (text.find("musicbrainz") == std::string::npos) return {};
  for (const std::string_view kind : {"/recording/", "/track/", ":recording:", ":track:"}) {
    const std::size_t at = text.find(kind);
    if (at == std::string::npos) continue;
    const std::string id = text.substr(at + kind.size(), kMbidLength);
    if (is_mbid(id)) return id;
  }
  return {};
}

std::string isrc_of(std::string_view identifier) {
  std::string text = lower(identifier.substr(0, 64));
  for (const std::string_view start : {"urn:isrc:", "isrc:"})
    if (text.starts_with(start)) text.erase(0, start.size());
  std::erase(text, '-');
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
  // Two letters of country, three characters of registrant, two digits of year, five of designation.
  if (text.size() != 12 || !is_upper(text[0]) || !is_upper(text[1])) return {};
  const std::string_view registrant = std::string_view(text).substr(2, 3), digits = std::string_view(text).substr(5);
  if (!std::all_of(registrant.begin(), registrant.end(), [](char c) { return is_upper(c) || is_digit(c); })) return {};
  return std::all_of(digits.begin(), digits.end(), is_digit) ? text : std::string();
}

void take_identifier(std::string_view identifier, FileEntry& entry) {
  if (entry.musicbrainz.empty()) entry.musicbrainz = musicbrainz_of(identifier);
  if (entry.isrc.empty()) entry.isrc = isrc_of(identifier);
}

}  // namespace segue::playlist_files
