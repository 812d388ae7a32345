// SPDX-License-Identifier: Apache-2.0
// A playlist as a file that other programs write and read: M3U8, XSPF (xspf.org/spec), JSPF. Pure: text to value and back.
// What a format cannot say is left out; parse(print(x)) == x for all that it can.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "media/result.h"

namespace segue::playlist_files {

// The input is anybody's. 10,000 entries are what one operation adds to a list; 4 MiB hold so many with long names in XSPF.
inline constexpr std::size_t kMaxFileBytes = 4u << 20;
inline constexpr std::size_t kMaxEntries = 10'000;
inline constexpr std::size_t kMaxTextBytes = 4096;  // of one name or address; longer ones are cut at a character

struct FileEntry {
  std::string location;  // path or URI, as it stands in the file
  std::string title, creator, album;
  std::string musicbrainz;       // a recording's MBID
  std::string isrc;              // 12 characters
  std::int64_t duration_ms = 0;  // 0: not said
  friend bool operator==(const FileEntry&, const FileEntry&) = default;
};

struct FileList {
  std::string title, creator, annotation;
  std::vector<FileEntry> entries;
  friend bool operator==(const FileList&, const FileList&) = default;
};

enum class Format : std::uint8_t { m3u8, xspf, jspf };

[[nodiscard]] std::optional<Format> format_named(std::string_view name);     // "m3u8" ("m3u"), "xspf", "jspf"
[[nodiscard]] Format format_of(std::string_view text);                       // by its first letters
[[nodiscard]] std::string_view media_type(Format format);                    // of an HTTP answer
[[nodiscard]] Result<FileList> parse(Format format, std::string_view text);  // Error: the first thing that is wrong, with its place
[[nodiscard]] std::string print(Format format, const FileList& list);

// A name as files have it: no line breaks or other control characters, no spaces around it, bounded, UTF-8. Bytes that are not UTF-8 are
// taken for Latin-1: old .m3u files are.
[[nodiscard]] std::string clean(std::string_view text);

}  // namespace segue::playlist_files
