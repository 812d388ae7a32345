// SPDX-License-Identifier: Apache-2.0
// The video side of plan_ladder().
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "transcoder/ladder.h"

namespace segue::transcoder {

// Appends renditions of the source's first video stream; none when it has no video or the ladder no video rung.
void plan_video(const SourceInfo& source, const Ladder& ladder, std::vector<RenditionPlan>& plans);

// A language tag as a part of a rendition's id: lower case.
[[nodiscard]] std::string id_part(std::string_view language);

}  // namespace segue::transcoder
