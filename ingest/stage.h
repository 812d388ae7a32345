// SPDX-License-Identifier: Apache-2.0
// The last steps of a generation in the staging folder: its texts beside its track files, and the check that all of it keeps the rules.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ingest/cover.h"
#include "manifests/addressing.h"
#include "media/asset.h"
#include "media/presentation.h"
#include "media/result.h"

namespace segue::ingest {

// Writes cover, asset.json and the static set into `folder`. asset.renditions become those of `tracks`, with their files' checksums;
// `where` of form folder. The tracks' files are there already (but for albums).
[[nodiscard]] Result<void> write_texts(const std::string& folder, media::Asset asset, std::vector<media::Track> tracks,
                                       const std::optional<Cover>& cover, const manifests::Addressing& where);

// Error: the first violated rule, where, and how many more.
[[nodiscard]] Result<void> check_stage(const std::string& folder, bool read_media);

}  // namespace segue::ingest
