// SPDX-License-Identifier: Apache-2.0
// Entity tags (RFC 9110 8.8.3, 13.1): strong ones, of the bytes.
#pragma once

#include <string>
#include <string_view>

namespace segue::service::http {

[[nodiscard]] std::string etag_of(std::string_view body);  // with its quotes
// Does a list of tags, or "*", hold `etag`? Weak comparison, as If-None-Match has it.
[[nodiscard]] bool lists_etag(std::string_view list, std::string_view etag) noexcept;

}  // namespace segue::service::http
