// SPDX-License-Identifier: Apache-2.0
// Which libraries something is sorted into, whether accounts still know them or not: whoever is given a new library must not see what was
// in an old one of its number.
#pragma once

#include <cstdint>

#include "media/result.h"
#include "service/database.h"

namespace segue::library {

[[nodiscard]] Result<std::uint32_t> libraries_in_use(service::Database& database);  // a bit each

}  // namespace segue::library
