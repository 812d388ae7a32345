// SPDX-License-Identifier: Apache-2.0
// asset.json from what was probed, planned and encoded. Pure.
#pragma once

#include <string>
#include <vector>

#include "media/asset.h"
#include "media/presentation.h"
#include "transcoder/ladder.h"
#include "transcoder/source.h"

namespace segue::ingest {

struct SourceHashes {
  std::string media, file;
};

// What is known of a source before it is encoded.
[[nodiscard]] media::Source describe_source(const transcoder::SourceInfo& info, const std::string& file_name, std::uint64_t size_bytes,
                                            const SourceHashes& hashes);

// "video" when it has pictures that move, else "track".
[[nodiscard]] std::string kind_of(const transcoder::SourceInfo& info);

// The tag's first value; empty: none.
[[nodiscard]] std::string first_tag(const media::Tags& tags, const std::string& name);

}  // namespace segue::ingest
