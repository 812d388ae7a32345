// SPDX-License-Identifier: Apache-2.0
// HLS text → values; the other direction of hls_writer: parse(write(x)) == x for every x that parse made.
// Lenient where players are (unknown tags and attributes are passed over), strict where a player could not go on. Rules that a playlist
// should hold but can be played without are the validator's. Errors name the line.
#pragma once

#include <string_view>

#include "manifests/hls_playlist.h"
#include "media/result.h"

namespace segue::manifests::hls {

[[nodiscard]] bool is_multivariant(std::string_view text);  // has an EXT-X-STREAM-INF or EXT-X-MEDIA

[[nodiscard]] Result<MultivariantPlaylist> parse_multivariant(std::string_view text);
[[nodiscard]] Result<MediaPlaylist> parse_media_playlist(std::string_view text);  // byte ranges without an offset are resolved

}  // namespace segue::manifests::hls
