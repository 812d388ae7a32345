// SPDX-License-Identifier: Apache-2.0
// What is to be fetched before anybody asks, from what an operator writes: addresses, lists of them, and playlists with all they name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace segue::edge {

struct Wanted {
  std::string host;    // empty: whatever the edge is called
  std::string target;  // path and query
  bool operator==(const Wanted&) const = default;
};

// "http://host[:port]/path", or "/path". nullopt: neither, or not printable ASCII.
[[nodiscard]] std::optional<Wanted> wanted_of(std::string_view written);
// A line each; empty lines and those that start with '#' are none.
[[nodiscard]] std::vector<std::string> lines_of(std::string_view list);
[[nodiscard]] bool is_playlist(std::string_view target);
// Of an HLS playlist at `target` (RFC 8216 4.1): what its lines and its URI attributes name, on the same host.
[[nodiscard]] std::vector<std::string> named_by(std::string_view playlist, std::string_view target);

}  // namespace segue::edge
