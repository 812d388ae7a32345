// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/remote_searcher.h"

#include <algorithm>
#include <iterator>

#include "catalog-api/api/answers.h"
#include "catalog-api/api/search_wire.h"

namespace segue::api {
namespace {

using service::http::Method;
using service::http::Request;
using service::http::Response;

constexpr const char* kTarget = "/internal/v1/search/ids";
constexpr std::chrono::milliseconds kPatience{2000};  // the slowest search of ten million tracks takes some 30 ms

}  // namespace

RemoteSearcher::RemoteSearcher(service::http::ServerName server, const service::http::InternalKey& key)
    : client_(std::move(server), {{service::http::kInternalKeyField, key.text()}}) {}

// The search answers on the thread of the connection: many are several questions, between which it hears others.
Result<std::vector<search::Ids>> RemoteSearcher::find(const std::vector<search::Lookup>& lookups) {
  if (lookups.size() <= kMostLookups) return find_some(lookups);
  std::vector<search::Ids> all;
  for (std::size_t from = 0; from < lookups.size(); from += kMostLookups) {
    const auto begin = lookups.begin() + static_cast<std::ptrdiff_t>(from);
    auto some = find_some({begin, begin + static_cast<std::ptrdiff_t>(std::min(kMostLookups, lookups.size() - from))});
    if (!some) return some;
    std::move(some->begin(), some->end(), std::back_inserter(all));
  }
  return all;
}

Result<std::vector<search::Ids>> RemoteSearcher::find_some(const std::vector<search::Lookup>& lookups) {
  auto answer = client_.ask(
      {.method = Method::post, .target = kTarget, .body = write_lookups(lookups), .is_repeatable = true, .patience = kPatience});
  if (!answer) return std::move(answer).error();
  const std::string where = client_.server().text() + kTarget + ": ";
  if (answer->status != 200) return Error{where + "expected 200, found " + std::to_string(answer->status)};
  auto ids = read_ids(answer->body);
  if (!ids) return Error{where + ids.error().message};
  if (ids->size() == lookups.size()) return ids;
  return Error{where + "expected " + std::to_string(lookups.size()) + " lists of ids, found " + std::to_string(ids->size())};
}

void add_searcher_routes(service::http::Router& router, search::Searcher& searcher, const service::http::InternalKey& key) {
  router.add(Method::post, kTarget, service::http::Runs::here, key.guards([&searcher](const Request& request) -> Response {
    const auto lookups = read_lookups(request.body);
    if (!lookups) return refuse({400, "invalid-field", "body: " + lookups.error().message});
    const auto ids = searcher.find(*lookups);
    if (!ids) return unavailable(request, ids.error());
    return Response::json(write_ids(*ids));
  }));
}

}  // namespace segue::api
