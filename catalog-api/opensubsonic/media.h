// SPDX-License-Identifier: Apache-2.0
// What is heard and seen: whole files with ranges, covers.
#pragma once

#include "catalog-api/opensubsonic/call.h"

namespace segue::opensubsonic {

Reply stream(Call& call);
Reply download(Call& call);
Reply get_cover_art(Call& call);

}  // namespace segue::opensubsonic
