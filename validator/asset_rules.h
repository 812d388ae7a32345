// SPDX-License-Identifier: Apache-2.0
// asset.json of a Segue folder against what lies beside it.
#pragma once

#include <string>

#include "validator/findings.h"
#include "validator/source.h"

namespace segue::validator {

void judge_asset(const std::string& folder, Source& source, Findings& findings);

}  // namespace segue::validator
