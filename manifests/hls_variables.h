// SPDX-License-Identifier: Apache-2.0
// Variables of a playlist (RFC 8216bis 4.3, 4.4.2.3): EXT-X-DEFINE names a value, or one of the multivariant playlist (IMPORT), or one of
// the playlist's own address (QUERYPARAM); each {$name} in the lines behind it stands for the value. Our own playlists have none.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "media/result.h"

namespace segue::manifests::hls {

using Variables = std::map<std::string, std::string, std::less<>>;

struct Substituted {
  std::string text;     // lines as they were, each {$name} replaced
  Variables variables;  // that the playlist defines
};

[[nodiscard]] bool has_variables(std::string_view text) noexcept;
// `imported`: the multivariant playlist's variables; `address`: the playlist's. Error, with the line: no such variable, defined twice, an
// EXT-X-DEFINE that names nothing, more text than a manifest may have.
[[nodiscard]] Result<Substituted> substitute(std::string_view text, const Variables& imported, std::string_view address);

}  // namespace segue::manifests::hls
