// SPDX-License-Identifier: Apache-2.0
// What an operator chooses; everything else follows from the RFCs.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "edge-cache/message/fields.h"

namespace segue::edge {

struct Policy {
  std::string name = "segue-edge";                           // in Cache-Status, Via and CDN-Loop
  std::string node;                                          // in CDN-Loop, of this cache alone; empty: loops are not looked for
  std::vector<std::string> targets = {"CDN-Cache-Control"};  // RFC 9213 2.2: the target list, the most specific first
  std::vector<std::string> ignored_query;                    // parameters that are neither part of the key nor sent on, lower case
  std::vector<std::string> kept_query;                       // when there are any, all others are ignored; in the order of their names
  std::vector<std::string> codings;                          // that origins offer, lower case; empty: any
  double heuristic_part = 0.1;                               // of the time since Last-Modified (RFC 9111 4.2.2)
  std::int64_t longest_heuristic = 86400;                    // s
  std::int64_t stale_if_error = 0;                           // s, where a response does not say
  bool client_directives = true;                             // Cache-Control of requests is followed (RFC 9111 5.2.1)
  std::uint64_t largest_object = std::uint64_t{1} << 40;     // bytes; what is larger is passed on only
  std::uint64_t ahead_bytes = 0;                             // a second, that may be fetched before somebody asks
  // Bodies of a size between these are sent from their file, smaller and larger ones from memory: up to 32 KB the calls that it saves
  // count, from 1 MB on a client on the same machine reads what was copied faster than pages of a file (docs/performance.md).
  std::uint64_t sendfile_above = 32 << 10, sendfile_below = 1 << 20;
};

// A client's request. Everything borrows from nginx's request.
struct Request {
  std::string_view method, host, target;  // target: as in the request line, path and query
  Fields fields;
  bool may_come_round = false;  // its origins may be caches that ask this one

  [[nodiscard]] bool is(std::string_view wanted) const noexcept { return method == wanted; }
};

}  // namespace segue::edge
