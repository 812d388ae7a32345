// SPDX-License-Identifier: Apache-2.0
// What went wrong, for programs and for people: RFC 9457. `type` is /problems/<kind>, stable; the page docs/problems.md lists them.
#pragma once

#include <string>
#include <string_view>

#include "service/http/message.h"

namespace segue::service::http {

struct Problem {
  unsigned status = 400;
  std::string_view kind;     // "not-found"
  std::string detail;        // one line: what, where, expected, found
  std::string pointer = {};  // into the body (RFC 6901), or the name of a query field
};

[[nodiscard]] Response to_response(const Problem& problem);
[[nodiscard]] std::string_view reason_of(unsigned status) noexcept;  // "Not Found"

}  // namespace segue::service::http
