// SPDX-License-Identifier: Apache-2.0
#include "operator/purge_request.h"

#include <nlohmann/json.hpp>

#include "edge-cache/purge/own_address.h"

namespace segue::oper {
namespace {

using Json = nlohmann::json;

Result<void> add(PurgeRequest& request, purge::Kind kind, const Json& what, const service::Home& home) {
  if (!what.is_string()) return Error{std::string(purge::name_of(kind)) + ": expected a text or a list of texts"};
  purge::Order order = purge::for_edges_of(home, {kind, what.get<std::string>(), true});
  if (auto good = purge::check(order); !good) return good.error();
  if (request.orders.size() == kMostOrders) return Error{"more than " + std::to_string(kMostOrders) + " orders at once"};
  request.orders.push_back(std::move(order));
  return {};
}

Result<void> add_all_of(PurgeRequest& request, purge::Kind kind, const Json& value, const service::Home& home) {
  if (!value.is_array()) return add(request, kind, value, home);
  for (const Json& what : value) {
    if (auto added = add(request, kind, what, home); !added) return added;
  }
  return {};
}

Result<bool> truth(const std::string& name, const Json& value) {
  if (!value.is_boolean()) return Error{name + ": expected true or false"};
  return value.get<bool>();
}

Result<void> take_timeout(PurgeRequest& request, const Json& value) {
  if (!value.is_number_integer() || value < 0 || value > kLongestWait)
    return Error{"timeout: expected 0 to " + std::to_string(kLongestWait) + " seconds"};
  request.patience = std::chrono::seconds(value.get<int>());
  return {};
}

Result<void> take(PurgeRequest& request, bool& soft, const std::string& name, const Json& value, const service::Home& home) {
  if (name == "timeout") return take_timeout(request, value);
  if (name == "soft" || name == "all") {
    const auto told = truth(name, value);
    if (!told) return told.error();
    if (name == "soft") soft = *told;
    if (name == "all" && *told) request.orders.push_back({purge::Kind::all, "", true});
    return {};
  }
  const auto kind = purge::kind_of(name);
  if (!kind || *kind == purge::Kind::fetch) return Error{"expected url, tag, prefix, all, soft or timeout, found another name"};
  return add_all_of(request, *kind, value, home);
}

}  // namespace

Result<PurgeRequest> parse_preposition_request(std::string_view body, const service::Home& home) {
  const Json json = Json::parse(body, nullptr, false);
  if (!json.is_object()) return Error{"expected a JSON object"};
  PurgeRequest request{.orders = {}, .patience = std::chrono::seconds(30)};
  for (const auto& [name, value] : json.items()) {
    if (name != "url" && name != "timeout") return Error{"expected url or timeout, found another name"};
    auto taken = name == "url" ? add_all_of(request, purge::Kind::fetch, value, home) : take_timeout(request, value);
    if (!taken) return taken.error();
  }
  if (request.orders.empty()) return Error{"nothing to fetch: expected url"};
  return request;
}

Result<PurgeRequest> parse_purge_request(std::string_view body, const service::Home& home) {
  const Json json = Json::parse(body, nullptr, false);
  if (!json.is_object()) return Error{"expected a JSON object"};
  PurgeRequest request;
  bool soft = false;
  for (const auto& [name, value] : json.items()) {
    if (auto taken = take(request, soft, name, value, home); !taken) return taken.error();
  }
  if (request.orders.empty()) return Error{"nothing to purge: expected url, tag, prefix or all"};
  for (purge::Order& order : request.orders) order.hard = !soft;
  return request;
}

}  // namespace segue::oper
