// SPDX-License-Identifier: Apache-2.0
// Content coding of printed manifests. The only home of zlib.
#pragma once

#include <string>
#include <string_view>

namespace segue::origin {

// Empty when memory is short.
[[nodiscard]] std::string gzip(std::string_view text);

// Whether an Accept-Encoding field value lets gzip through (RFC 9110 12.5.3): "gzip", "x-gzip" or "*" with a weight above 0.
[[nodiscard]] bool accepts_gzip(std::string_view accept_encoding) noexcept;

}  // namespace segue::origin
