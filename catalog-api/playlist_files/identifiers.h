// SPDX-License-Identifier: Apache-2.0
// What names a recording wherever it lies: MusicBrainz' id and the ISRC (ISO 3901), in the forms that files write them.
#pragma once

#include <string>
#include <string_view>

#include "catalog-api/playlist_files/file_list.h"

namespace segue::playlist_files {

// The MBID, in lower case, that an address of musicbrainz.org or a bare one has; empty: none.
[[nodiscard]] std::string musicbrainz_of(std::string_view identifier);
// "USRC17607839" from "urn:isrc:us-rc1-76-07839", "isrc:…" or the bare code; empty: none.
[[nodiscard]] std::string isrc_of(std::string_view identifier);
// Puts an identifier where it belongs in `entry`; one that is neither is passed over.
void take_identifier(std::string_view identifier, FileEntry& entry);

inline constexpr std::string_view kRecordingAddress = "https://musicbrainz.org/recording/";
inline constexpr std::string_view kIsrcAddress = "urn:isrc:";

}  // namespace segue::playlist_files
