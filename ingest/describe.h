// SPDX-License-Identifier: Apache-2.0
// asset.json from what was found out about a source. Pure but for the clock.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ingest/look.h"
#include "media/asset.h"
#include "media/presentation.h"
#include "transcoder/ladder.h"
#include "transcoder/source.h"

namespace segue::ingest {

struct SourceHashes {
  std::string media, file;
};

[[nodiscard]] media::Source describe_source(const transcoder::SourceInfo& info, const std::string& file_name, std::uint64_t size_bytes,
                                            const SourceHashes& hashes);

// "video" when it has pictures that move, else "track".
[[nodiscard]] std::string kind_of(const transcoder::SourceInfo& info);

// All that is known before encoding; generation, duration, loudness, renditions and cover follow.
[[nodiscard]] media::Asset describe(const Look& look, const transcoder::Ladder& ladder);

// Nothing says the library of `asset`: it stays in that of its live generation. Who may hear it does not change by tagging a file anew.
void keep_library(media::Asset& asset, const std::optional<media::Asset>& current);

// The tag's first value; empty: none.
[[nodiscard]] std::string first_tag(const media::Tags& tags, const std::string& name);

// What all tracks say alike, with the album's own title and artist.
[[nodiscard]] media::Tags album_tags(const std::vector<const media::Tags*>& tracks, const std::string& fallback_title);

[[nodiscard]] std::int64_t now_unix();

}  // namespace segue::ingest
