// SPDX-License-Identifier: Apache-2.0
// Whether listeners need a token here (access/protection.h), as `segue up` is told and as the home remembers.
#pragma once

#include <string>

#include "media/result.h"
#include "service/home.h"

namespace segue::platform {

enum class Doors { as_before, shut, open };

// How long tokens live that the platform hands out, as a duration; empty: the home is open. `said`: SEGUE_TOKEN_LIFE, empty: as before, or
// the usual one. Where it is protected a key to sign with is made if there is none, and `workers`, who check tokens, may read the file.
// Error: no duration; what of the home could not be read or written.
[[nodiscard]] Result<std::string> set_protection(const service::Home& home, Doors doors, const std::string& said,
                                                 const std::string& workers);

}  // namespace segue::platform
