// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/cmcd/cmsd.h"

namespace segue::edge {

std::string cmsd_dynamic(std::string_view upstream, std::string_view node, const ConnectionFigures& figures) {
  std::string out(upstream);
  if (!figures.throughput_kbps && !figures.round_trip_ms) return out;
  if (!out.empty()) out += ", ";
  out += '"' + std::string(node) + '"';
  if (figures.throughput_kbps) out += ";etp=" + std::to_string(*figures.throughput_kbps);
  if (figures.round_trip_ms) out += ";rtt=" + std::to_string(*figures.round_trip_ms);
  return out;
}

}  // namespace segue::edge
