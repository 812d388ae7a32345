// SPDX-License-Identifier: Apache-2.0
#include "service/http/router.h"

#include <algorithm>
#include <optional>

namespace segue::service::http {
namespace {

std::string_view next_segment(std::string_view& path) {
  path.remove_prefix(1);
  const std::size_t end = std::min(path.find('/'), path.size());
  const auto segment = path.substr(0, end);
  path.remove_prefix(end);
  return segment;
}

std::optional<Fields> match(std::string_view pattern, std::string_view path) {
  Fields parameters;
  while (!pattern.empty() && !path.empty()) {
    const auto wanted = next_segment(pattern), given = next_segment(path);
    if (wanted.size() > 2 && wanted.front() == '{' && wanted.back() == '}') {
      if (given.empty()) return std::nullopt;
      parameters.emplace_back(wanted.substr(1, wanted.size() - 2), given);
    } else if (wanted != given) {
      return std::nullopt;
    }
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return parameters;
}

}  // namespace

std::string_view name_of(Method method) noexcept {
  switch (method) {
    case Method::get: return "GET";
    case Method::post: return "POST";
    case Method::put: return "PUT";
    case Method::patch: return "PATCH";
    case Method::remove: return "DELETE";
  }
  return "";
}

void Router::add(Method method, std::string pattern, Runs runs, Handler handler, Quick quick) {
  routes_.push_back({method, std::move(pattern), runs, std::move(handler), std::move(quick)});
}

Router::Found Router::find(Method method, std::string_view path) const {
  Found found;
  for (std::size_t i = 0; i < routes_.size(); ++i) {
    auto parameters = match(routes_[i].pattern, path);
    if (!parameters) continue;
    if (routes_[i].method == method) {
      found.route = &routes_[i];
      found.number = i;
      found.parameters = std::move(*parameters);
      return found;
    }
    found.allowed += (found.allowed.empty() ? "" : ", ") + std::string(name_of(routes_[i].method));
    if (routes_[i].method == Method::get) found.allowed += ", HEAD";
  }
  return found;
}

}  // namespace segue::service::http
