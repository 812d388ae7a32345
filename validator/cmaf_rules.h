// SPDX-License-Identifier: Apache-2.0
// The rules of the bytes themselves: init segments, fragments, and how one segment follows another.
#pragma once

#include <string>

#include "validator/rendition.h"

namespace segue::validator {

void judge_init(const InitFacts& init, const std::string& where, Findings& findings);
void judge_segment(const SegmentFacts& segment, const InitFacts& init, bool last, const std::string& where, Findings& findings);
void judge_continuity(const Rendition& rendition, Findings& findings);

}  // namespace segue::validator
