// SPDX-License-Identifier: Apache-2.0
// What can be found: artists, albums, tracks, playlists. A document is its names, what a filter asks, and what ranks it.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace segue::search {

enum class Kind : std::uint8_t { artist, album, track, playlist };
inline constexpr std::size_t kKinds = 4;
inline constexpr std::array<std::string_view, kKinds> kKindNames{"artist", "album", "track", "playlist"};

// Where a word stands. The order is that of the strings in the snapshot.
enum class Field : std::uint8_t { name, by, in, alias };
inline constexpr std::size_t kFields = 4;

struct Document {
  Kind kind = Kind::track;
  std::string id;    // unique within its kind
  std::string name;  // title of a track, name of the others
  std::string by;    // artists of a track or album, owner of a playlist
  std::string in;    // album of a track
  std::vector<std::string> aliases;
  std::string genre;
  std::uint16_t year = 0;        // 0: unknown
  std::uint32_t libraries = 1;   // a bit for each library that it is seen in
  std::uint32_t popularity = 0;  // plays, or any count that grows with being wanted

  bool operator==(const Document&) const = default;
};

}  // namespace segue::search
