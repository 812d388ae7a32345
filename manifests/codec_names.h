// SPDX-License-Identifier: Apache-2.0
// How a codec's RFC 6381 string is spelled in each manifest, where clients quarrel. The one place for such quirks.
#pragma once

#include <string_view>

namespace segue::manifests {

enum class Manifest { hls, dash };

// The spelling for the manifest; empty: the string is left out of CODECS. Strings without a quirk come back as they are.
[[nodiscard]] std::string_view spelled(std::string_view rfc6381, Manifest manifest) noexcept;

}  // namespace segue::manifests
