// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "edge-cache/explain.h"

namespace segue::edge {
namespace {

using Json = nlohmann::ordered_json;

std::string_view name_of(Purged purged) noexcept {
  switch (purged) {
    case Purged::hard: return "hard";
    case Purged::soft: return "soft";
    case Purged::doubtful: return "doubtful";
    case Purged::no: break;
  }
  return "no";
}

Json json_of(const StoredFacts& stored) {
  return {{"status", stored.status},
          {"age", stored.age},
          {"ttl", stored.lifetime - stored.age},
          {"lifetime", stored.lifetime},
          {"lifetime_from", stored.lifetime_from},
          {"stale_while_revalidate", stored.stale_while_revalidate},
          {"stale_if_error", stored.stale_if_error},
          {"no_cache", stored.no_cache},
          {"must_revalidate", stored.must_revalidate},
          {"tags", stored.tags},
          {"bytes", stored.body_bytes},
          {"disk_bytes", stored.disk_bytes},
          {"memory_bytes", stored.memory_bytes},
          {"file", stored.file},
          {"queue", stored.queue},
          {"uses", stored.uses}};
}

}  // namespace

std::string to_json(const Explanation& explanation) {
  Json json{{"url", explanation.url},
            {"key", explanation.key},
            {"state", explanation.state},
            {"would", name_of(explanation.decision.action)},
            {"because", explanation.decision.forward},
            {"purged", name_of(explanation.purged)},
            {"remembered", explanation.remembered},
            {"uncacheable_for", explanation.uncacheable_for},
            {"vary", explanation.vary},
            {"vary_values", explanation.vary_values}};
  json["stored"] = explanation.stored ? json_of(*explanation.stored) : Json();
  json["fetch"] = explanation.fetch ? Json{{"arrived", explanation.fetch->arrived}, {"bytes", explanation.fetch->body_bytes}} : Json();
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace segue::edge
