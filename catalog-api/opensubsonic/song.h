// SPDX-License-Identifier: Apache-2.0
// The song that a call names, in the library and in the store; its file as a response with ranges.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "catalog-api/opensubsonic/call.h"
#include "catalog-api/opensubsonic/whole_file.h"
#include "media/asset.h"

namespace segue::opensubsonic {

struct Song {
  library::Track track;
  std::string folder;  // of its generation
};
// `parameter`: "id" or "mediaId". Failure: it is missing, or names no song.
[[nodiscard]] std::variant<Song, Failure> song_of(Call& call, std::string_view parameter = "id");

// The whole body, or the range that was asked for (RFC 9110 14.2). `etag`: with its quotes.
[[nodiscard]] service::http::Response ranged(const Call& call, WholeFile whole, std::string etag);

// One rendition of a song as a file, from `seconds` on.
[[nodiscard]] Result<service::http::Response> send_rendition(const Call& call, const Song& song, const media::Rendition& rendition,
                                                             std::int64_t seconds);

}  // namespace segue::opensubsonic
