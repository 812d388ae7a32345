// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/purge/own_address.h"

#include <algorithm>
#include <iterator>
#include <string_view>
#include <vector>

namespace segue::purge {
namespace {

// How the platform is reached from its own machine, and by listeners.
std::vector<std::string> own_bases(const service::Home& home) {
  std::vector<std::string> bases{home.public_url};
  for (const int offset : {service::kGatewayPort, service::kOriginPort, service::kEdgePort, service::kOwnEdgePort}) {
    bases.push_back(home.url(offset));
    bases.push_back("http://localhost:" + std::to_string(home.port + offset));
  }
  return bases;
}

constexpr std::string_view kFilters[] = {"codecs", "max_bandwidth", "max_height"}, kIgnored[] = {"CMCD", "token", "CAT", "cat"};

// Of a manifest's address the filters, in one order, when they are all that is there; else it stays as it is.
std::string filters_of(std::string_view query) {
  std::string values[std::size(kFilters)];
  for (std::string_view rest = query; !rest.empty();) {
    const std::string_view one = rest.substr(0, rest.find('&')), name = one.substr(0, one.find('='));
    rest.remove_prefix(std::min(rest.size(), one.size() + 1));
    const auto filter = std::ranges::find(kFilters, name);
    if (filter == std::end(kFilters) && std::ranges::find(kIgnored, name) == std::end(kIgnored)) return std::string(query);
    if (one.size() <= name.size() + 1) return std::string(query);
    if (filter == std::end(kFilters)) continue;
    std::string& value = values[filter - std::begin(kFilters)];
    if (value.empty()) value = one;
  }
  std::string kept;
  for (const std::string& value : values) kept += (kept.empty() || value.empty() ? "" : "&") + value;
  return kept;
}

// As the platform's edge keeps it (edge-cache/conf/edge.conf.in): people copy addresses from a player's requests, with what it says in
// them.
void drop_query(std::string& url) {
  const std::size_t mark = url.find('?');
  if (mark == std::string::npos) return;
  const std::string_view path = std::string_view(url).substr(0, mark);
  const bool is_manifest = path.ends_with("/master.m3u8") || path.ends_with("/manifest.mpd");
  const std::string kept = is_manifest ? filters_of(std::string_view(url).substr(mark + 1)) : "";
  url.resize(mark);
  if (!kept.empty()) url += '?' + kept;
}

}  // namespace

Order for_edges_of(const service::Home& home, Order order) {
  if (order.kind != Kind::url && order.kind != Kind::prefix && order.kind != Kind::fetch) return order;
  const std::string host = std::string("http://") + kPlatformHost;
  if (order.what.starts_with('/')) {
    order.what.insert(0, host);
    drop_query(order.what);
    return order;
  }
  for (const std::string& base : own_bases(home)) {
    if (order.what != base && !std::string_view(order.what).starts_with(base + '/')) continue;
    order.what.replace(0, base.size(), host);
    drop_query(order.what);
    return order;
  }
  return order;
}

}  // namespace segue::purge
