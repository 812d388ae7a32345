// SPDX-License-Identifier: Apache-2.0
// asset.json of a Segue folder against what lies beside it.
#pragma once

#include <string>

#include "validator/findings.h"
#include "validator/source.h"

namespace segue::validator {

// With `read_media` each track file is held against its sha256 as well.
void judge_asset(const std::string& folder, Source& source, bool read_media, Findings& findings);

}  // namespace segue::validator
