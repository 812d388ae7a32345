// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/everywhere.h"

#include <array>
#include <cstdio>

#include "edge-cache/purge/carry_out.h"

namespace segue::edge {
namespace {

std::string told(const purge::Fetched& fetched, std::size_t orders) {
  std::array<char, 160> line;
  const int size =
      std::snprintf(line.data(), line.size(), "%zu addresses on %zu of %zu edges in %.1f ms: %zu objects, %zu failed", orders,
                    fetched.edges - fetched.missing.size(), fetched.edges, fetched.milliseconds, fetched.objects, fetched.failed);
  std::string text(line.data(), static_cast<std::size_t>(size));
  for (const std::string& edge : fetched.missing) text += "\nno word from " + edge;
  return text;
}

}  // namespace

Result<Everywhere> preposition_everywhere(const std::string& redis_socket, const std::vector<std::string>& urls,
                                          std::chrono::seconds patience, bool as_json) {
  std::vector<purge::Order> orders;
  for (const std::string& url : urls) {
    orders.push_back({purge::Kind::fetch, url, true});
    if (auto good = purge::check(orders.back()); !good) return good.error();
  }
  purge::Log log(redis_socket);
  const auto fetched = purge::fetch_everywhere(log, orders, patience);
  if (!fetched) return fetched.error();
  return Everywhere{as_json ? purge::to_json(*fetched, orders.size()) : told(*fetched, orders.size()),
                    fetched->edges > 0 && fetched->missing.empty() && fetched->failed == 0};
}

}  // namespace segue::edge
