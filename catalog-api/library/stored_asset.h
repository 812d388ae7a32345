// SPDX-License-Identifier: Apache-2.0
// What the library's rows do not keep of an asset: its asset.json in the store, all of it. A generation's never changes.
#pragma once

#include <string>

#include "media/asset.h"
#include "media/result.h"

namespace segue::library {

// `folder`: of the generation. Error: it is not there, too large, or what is wrong in it.
[[nodiscard]] Result<media::Asset> read_asset(const std::string& folder);

}  // namespace segue::library
