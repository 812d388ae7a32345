// SPDX-License-Identifier: Apache-2.0
// What `segue package` says at the end.
#pragma once

#include <string>

#include "media/asset.h"
#include "packager/packaging.h"

namespace segue::packager {

// {"asset":…,"state":"packaged","folder":…,"hls":…,"dash":…,"seconds":…,"renditions":[…],"skipped":[…]}, or "state":"failed" and "error".
[[nodiscard]] std::string report_json(const Result<media::Asset>& asset, const Packaging& made, const std::string& folder);
// A line for each rendition, and where to play it.
[[nodiscard]] std::string report_text(const media::Asset& asset, const Packaging& made, const std::string& folder);

}  // namespace segue::packager
