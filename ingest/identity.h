// SPDX-License-Identifier: Apache-2.0
// Who is who. An asset is what is heard and seen: its id comes from the media's packets, so that a re-tagged file keeps it. A generation
// is that, of one file (its tags and cover included), on one ladder.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "media/asset.h"

namespace segue::ingest {

// `media_hash`: hex, of transcoder::media_hash. 26 characters of [a-z2-7].
[[nodiscard]] std::string asset_id(std::string_view media_hash);

// The ids of an album's tracks, in order. The same recording twice on one album is two assets there, for each has a pre-roll of its own.
[[nodiscard]] std::vector<std::string> track_ids(const std::vector<std::string>& media_hashes);

// Of several hashes in order as one: an album's media hash and file hash.
[[nodiscard]] std::string joined_hash(const std::vector<std::string>& hashes);

// Hex. `ladder_text` is canonical (transcoder::ladder_text).
[[nodiscard]] std::string ladder_hash(std::string_view ladder_text);

struct Generation {
  std::string file_hash, ladder_hash;
  std::string album;         // encoded in this album's run; empty: alone
  std::string library = {};  // said by the uploader; empty: where it stands
};

// Whether what stands in the store serves for `wanted`. A track of an album serves alone as well, not the other way round.
[[nodiscard]] bool is_same(const media::Asset& current, const Generation& wanted);

}  // namespace segue::ingest
