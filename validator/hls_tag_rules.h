// SPDX-License-Identifier: Apache-2.0
// Rules of single tags, which need no more than a playlist's lines.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "manifests/hls_lines.h"
#include "validator/findings.h"

namespace segue::validator {

void judge_tags(const std::vector<manifests::hls::Line>& lines, const std::string& where, Findings& findings);

// Whether a line of `text` begins with `tag` ("#EXT-X-DATERANGE").
[[nodiscard]] bool has_tag(const std::vector<manifests::hls::Line>& lines, std::string_view tag);

}  // namespace segue::validator
