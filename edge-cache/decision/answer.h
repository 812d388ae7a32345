// SPDX-License-Identifier: Apache-2.0
// What a client gets of a stored or arriving response: status, fields, and the pieces of its body. Decides conditional requests and ranges.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "edge-cache/decision/policy.h"
#include "edge-cache/decision/stored_response.h"

namespace segue::edge {

// A stretch of the answer's body: text of its own (multipart), else bytes of the object's body.
struct Piece {
  std::string text = {};
  std::uint64_t first = 0;
  std::uint64_t size = 0;
  bool to_end = false;  // `size` is not known yet: all that comes
};

// How the answer came about, for Cache-Status (RFC 9211).
struct Provenance {
  bool hit = false;
  std::string_view forward = {};  // not a hit: why it went forward
  int forward_status = 0;         // what the origin answered, 0: not told
  bool stored = false, collapsed = false;
  std::string_view detail = {};  // empty: none
};

// Content-Range, Content-Type of several parts, Age, Cache-Status; an edge's name is 64 bytes at most.
inline constexpr std::size_t kOwnedBytes = 1024, kMostName = 64;

struct Answer {
  int status = 500;
  bool hit = false;  // from the cache
  Fields fields;
  std::optional<std::uint64_t> content_length;  // nothing: not known yet
  std::vector<Piece> pieces;                    // none: no body (HEAD, 304)
  std::string owned;                            // texts that `fields` borrow: one block that never grows
};

// `body_bytes`: nothing while a body of unknown length arrives; ranges are then answered with the whole (RFC 9110 14.2).
// The answer borrows from `response`.
[[nodiscard]] Answer compose(const Policy& policy, const Request& request, const StoredResponse& response,
                             std::optional<std::uint64_t> body_bytes, const Provenance& provenance, std::int64_t now);

// Age and Cache-Status onto an answer that is passed through.
void add_trace(const Policy& policy, const StoredResponse& response, const Provenance& provenance, std::int64_t now, Answer& answer);

[[nodiscard]] std::string cache_status(const Policy& policy, const Provenance& provenance, std::int64_t ttl);

}  // namespace segue::edge
