// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/ahead.h"

#include <optional>

#include "edge-cache/cmcd/next_object.h"
#include "edge-cache/message/text.h"

namespace segue::edge {
namespace {

// Parsed only where it says what is wanted here: this is asked for every answer.
std::optional<NextObject> said_by_player(const Fields& request, std::string_view path, std::string_view query) {
  Cmcd cmcd;
  for (const Field& field : request) {
    if (same(field.name, "CMCD-Request") && field.value.find("nor=") != std::string_view::npos) cmcd.add(field.value);
  }
  if (cmcd.empty() && query.find("CMCD=") != std::string_view::npos) cmcd.add(cmcd_of_query(query));
  return cmcd.empty() ? std::nullopt : next_of_cmcd(cmcd, path);
}

bool is_near(std::string_view path, std::string_view target) {
  const std::size_t folder = path.rfind('/');
  if (folder == std::string_view::npos || folder == 0) return folder == 0;
  return target.starts_with(path.substr(0, path.rfind('/', folder - 1) + 1));
}

}  // namespace

std::string next_target(const Fields& request, const Fields& answer, std::string_view path, std::string_view query) {
  if (const auto said = said_by_player(request, path, query); said && is_near(path, said->target)) return said->target;
  const std::string_view link = answer.first("Link");
  const auto linked = link.empty() ? std::nullopt : next_of_link(link, path);
  return linked ? linked->target : std::string();
}

std::unique_ptr<FetchJob> fetch_ahead(EdgeWorker& worker, const Policy& policy, const Request& request, std::int64_t now) {
  Target target = {url_of(policy, request), {}};
  target.primary = hash(worker.shared().index().secret(), target.url);
  Lookup lookup;
  lookup.key = target.primary;
  const Locked locked(worker.shared());
  Fetches& fetches = worker.shared().fetches();
  const bool known = worker.shared().index().find(lookup.key) != nullptr || fetches.find(lookup.key) != kNoFetch;
  if (known || !worker.shared().ahead().open(now, policy.ahead_bytes)) return nullptr;
  const std::uint32_t number = fetches.start(lookup.key, worker.number(), true);
  if (number == kNoFetch) return nullptr;
  worker.shared().count(Counter::ahead);
  auto job = std::make_unique<FetchJob>(worker, policy, request, std::move(target), lookup, number);
  job->set_ahead();
  return job;
}

}  // namespace segue::edge
