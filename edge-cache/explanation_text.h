// SPDX-License-Identifier: Apache-2.0
// An edge's explanation (edge-cache/explain.h, to_json()) as a person reads it. Pure.
#pragma once

#include <string>

#include "media/result.h"

namespace segue::edge {

// Error: it is not an explanation.
[[nodiscard]] Result<std::string> explanation_text(const std::string& json);

}  // namespace segue::edge
