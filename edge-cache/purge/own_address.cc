// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/purge/own_address.h"

#include <string_view>
#include <vector>

namespace segue::purge {
namespace {

// How the platform is reached from its own machine, and by listeners.
std::vector<std::string> own_bases(const service::Home& home) {
  std::vector<std::string> bases{home.public_url};
  for (const int offset : {service::kGatewayPort, service::kOriginPort, service::kEdgePort}) {
    bases.push_back(home.url(offset));
    bases.push_back("http://localhost:" + std::to_string(home.port + offset));
  }
  return bases;
}

}  // namespace

Order for_edges_of(const service::Home& home, Order order) {
  if (order.kind != Kind::url && order.kind != Kind::prefix && order.kind != Kind::fetch) return order;
  const std::string host = std::string("http://") + kPlatformHost;
  if (order.what.starts_with('/')) {
    order.what.insert(0, host);
    return order;
  }
  for (const std::string& base : own_bases(home)) {
    if (order.what != base && !std::string_view(order.what).starts_with(base + '/')) continue;
    order.what.replace(0, base.size(), host);
    return order;
  }
  return order;
}

}  // namespace segue::purge
