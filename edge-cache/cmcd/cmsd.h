// SPDX-License-Identifier: Apache-2.0
// Common Media Server Data (CTA-5006): CMSD-Static is the origin's and passes through; to CMSD-Dynamic each node adds itself:
//   "segue-edge";etp=5120;rtt=12
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace segue::edge {

struct ConnectionFigures {
  std::optional<std::int64_t> throughput_kbps;  // etp: what this connection carried lately
  std::optional<std::int64_t> round_trip_ms;    // rtt
};

// `upstream`: the value that came from the tier above, empty: none. Empty result: nothing to say.
[[nodiscard]] std::string cmsd_dynamic(std::string_view upstream, std::string_view node, const ConnectionFigures& figures);

}  // namespace segue::edge
