// SPDX-License-Identifier: Apache-2.0
// What is found out about a source before anything is encoded: what it holds, who it is.
#pragma once

#include <optional>
#include <string>

#include "ingest/cover.h"
#include "ingest/job.h"
#include "media/asset.h"
#include "transcoder/ladder.h"
#include "transcoder/source.h"

namespace segue::ingest {

struct Look {
  transcoder::SourceInfo info;  // its cover is moved to `cover`
  media::Source source;
  std::string kind;  // "track", "video"
  std::optional<Cover> cover;
};

// Reads the whole file, twice, the second time from the page cache: its packets and its bytes are both hashed.
// `library`: said by the uploader, stands in place of the tag of that name; empty: the tag stays.
// Error: one line that names the file.
[[nodiscard]] Result<Look> look_at(const std::string& path, const std::string& library);

// `text`: a ladder's canonical text; empty: the preset that suits the kind.
[[nodiscard]] Result<transcoder::Ladder> ladder_for(const std::string& text, const std::string& kind);

[[nodiscard]] double seconds_of(media::Rational duration) noexcept;

}  // namespace segue::ingest
