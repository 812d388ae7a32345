// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/search_source_routes.h"

#include <algorithm>
#include <limits>

#include "catalog-api/api/answers.h"
#include "catalog-api/api/page.h"
#include "catalog-api/api/search_wire.h"

namespace segue::api {
namespace {

using service::http::Method;
using service::http::Request;
using service::http::Response;
using service::http::Runs;

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

Response private_json(std::string text) {
  Response response = Response::json(std::move(text));
  response.cache_control = "no-store";
  return response;
}

Response state(const Request& request, SearchSource& source, Bell& news) {
  SourceState known{std::string(request.query_value("incarnation").value_or("")), 0, 0};
  std::int64_t wait = 0, lists = 0;
  if (auto wrong = parse_number(request, "revision", 0, kMost, known.revision)) return refuse(*wrong);
  if (auto wrong = parse_number(request, "lists", 0, kMost, lists)) return refuse(*wrong);
  if (auto wrong = parse_number(request, "wait", 0, kLongestWait, wait)) return refuse(*wrong);
  known.lists = lists;
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(wait);
  while (true) {
    const std::uint64_t heard = news.rings();
    auto now = source.state();
    if (!now) return unavailable(request, now.error());
    if (now->has_news_for(known) || !news.wait(heard, until)) return private_json(write_state(*now));
  }
}

Response slice(const Request& request, SearchSource& source) {
  const auto at = std::find(kStreamNames.begin(), kStreamNames.end(), request.parameter("stream"));
  if (at == kStreamNames.end()) return not_found("stream");
  Wanted wanted{static_cast<Stream>(at - kStreamNames.begin())};
  if (auto wrong = parse_number(request, "since", 0, kMost, wanted.since)) return refuse(*wrong);
  if (auto wrong = parse_number(request, "after", 0, kMost, wanted.after.number)) return refuse(*wrong);
  wanted.after.id = request.query_value("after_id").value_or("");
  auto slice = source.slice(wanted);
  if (!slice) return unavailable(request, slice.error());
  return private_json(write_slice(*slice));
}

}  // namespace

void add_search_source_routes(service::http::Router& router, SearchSource& source, Bell& news, const service::http::InternalKey& key) {
  router.add(Method::get, "/internal/v1/search-source", Runs::waiting,
             key.guards([&source, &news](const Request& request) { return state(request, source, news); }));
  router.add(Method::get, "/internal/v1/search-source/{stream}", Runs::waiting,
             key.guards([&source](const Request& request) { return slice(request, source); }));
}

}  // namespace segue::api
