// SPDX-License-Identifier: Apache-2.0
// Whether listeners need a token here (access/protection.h), as `segue up` is told and as the home remembers.
#pragma once

#include <string>

#include "media/result.h"
#include "service/home.h"

namespace segue::platform {

enum class Doors { as_before, shut, open };

// How long tokens live that the platform is to hand out, as a duration; empty: it is to be open. `said`: SEGUE_TOKEN_LIFE, empty: as
// before, or the usual one. Nothing is changed. Error: no duration; what of the home could not be read.
[[nodiscard]] Result<std::string> choose_protection(const service::Home& home, Doors doors, const std::string& said);
// Makes the home so, of which nothing runs: a platform whose edge asks for tokens while its catalog hands out none, or the other way round,
// is none. Where it is protected a key to sign with is made if there is none, and `workers`, who check tokens, may read the file. Error:
// what could not be read or written; it is protected then where it was.
[[nodiscard]] Result<void> set_protection(const service::Home& home, const std::string& life, const std::string& workers);

}  // namespace segue::platform
