// SPDX-License-Identifier: Apache-2.0
// Names for tracks that come from files: ids as a ladder would have given them ("aac-128", "h264-720", "aac-128-fr", "text-en"), groups of
// what a player may switch between, and which language plays by itself. Pure.
#pragma once

#include <vector>

#include "media/presentation.h"

namespace segue::packager {

// Fills rendition.id, file, group, role and is_default of all tracks. The first sound's language is the default one.
void name_renditions(std::vector<media::Track>& tracks);

// Pictures of one group must start their segments at the same instants, or no player can switch between them.
// Error: the two renditions and where they part.
[[nodiscard]] Result<void> check_alignment(const std::vector<media::Track>& tracks);

}  // namespace segue::packager
