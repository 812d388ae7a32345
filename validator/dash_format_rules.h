// SPDX-License-Identifier: Apache-2.0
// What an MPD says of a representation's format against its init segment and samples.
#pragma once

#include "validator/dash_rules.h"

namespace segue::validator {

// `one` has an init segment.
void judge_format(const LoadedRepresentation& one, Findings& findings);

}  // namespace segue::validator
