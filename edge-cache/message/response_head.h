// SPDX-License-Identifier: Apache-2.0
// The head of an origin's answer: status line and fields (RFC 9112), and how its body is delimited. Interim answers (1xx) are passed over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "edge-cache/message/fields.h"

namespace segue::edge {

inline constexpr std::size_t kMostFields = 200;  // more come from no origin that means well

struct ResponseHead {
  int status = 0;
  Fields fields;  // borrow from the bytes that were parsed
  std::optional<std::uint64_t> content_length;
  bool chunked = false;      // then content_length is empty
  bool until_close = false;  // neither: the body ends with the connection
  bool keep_alive = false;
};

enum class HeadState { incomplete, complete, malformed };

// `complete`: `head` is filled and `consumed` says where the body starts. `malformed`: `head` may be partly filled.
[[nodiscard]] HeadState parse_response_head(std::string_view bytes, bool answer_to_head, ResponseHead& head, std::size_t& consumed);

// RFC 9110 6.4.1: no body whatever the fields say.
[[nodiscard]] constexpr bool bodiless(int status) noexcept { return status < 200 || status == 204 || status == 304; }

}  // namespace segue::edge
