// SPDX-License-Identifier: Apache-2.0
// Request targets and query strings (RFC 3986, and '+' for a space in queries, as forms have it).
#pragma once

#include <string>
#include <string_view>

#include "media/result.h"
#include "service/http/message.h"

namespace segue::service::http {

inline constexpr std::size_t kMaxTargetBytes = 4096;
inline constexpr std::size_t kMaxQueryFields = 10'000;  // OpenSubsonic repeats names: a playlist's songs come as songId=…&songId=…

struct Target {
  std::string path;  // decoded; no empty, "." or ".." segment but a last empty one, no control character, valid UTF-8
  Fields query;
};

// Error: what is wrong, for a 400.
[[nodiscard]] Result<Target> parse_target(std::string_view target);
// "a=1&b=%20": also the body of a form. Error: a broken escape, bytes that are not UTF-8, too many fields.
[[nodiscard]] Result<Fields> parse_query(std::string_view text);
// Everything but unreserved characters is escaped.
[[nodiscard]] std::string percent_encode(std::string_view text);

[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

}  // namespace segue::service::http
