// SPDX-License-Identifier: Apache-2.0
#include "operator/routes.h"

#include <chrono>
#include <ctime>
#include <nlohmann/json.hpp>

#include "access/key_file.h"
#include "edge-cache/purge/carry_out.h"
#include "operator/purge_request.h"
#include "platform/output.h"
#include "platform/status.h"
#include "service/http/problem.h"
#include "service/http/url.h"
#include "service/probe.h"

namespace segue::oper {

using service::http::Method;
using service::http::Problem;
using service::http::Runs;
using Json = nlohmann::ordered_json;

namespace {

constexpr std::chrono::seconds kEdgePatience{5};
constexpr std::int64_t kStatusFor = 2000;  // ms

std::int64_t steady_ms() {
  using namespace std::chrono;
  return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n'; }

service::http::Response problem(unsigned status, std::string_view kind, std::string detail) {
  return service::http::to_response(Problem{.status = status, .kind = kind, .detail = std::move(detail)});
}

service::http::Response refusal(Verdict verdict) {
  if (verdict == Verdict::not_enough) return problem(403, "forbidden", "the token has another scope");
  auto response = problem(401, "unauthorized",
                          verdict == Verdict::no_token  ? "expected Authorization: Bearer TOKEN (segue token --api)"
                          : verdict == Verdict::expired ? "the token has expired"
                                                        : "the token is not one of ours");
  response.headers.emplace_back("WWW-Authenticate", verdict == Verdict::no_token ? "Bearer" : "Bearer error=\"invalid_token\"");
  return response;
}

service::http::Response fresh(std::string text) {
  auto response = service::http::Response::json(std::move(text));
  response.cache_control = "no-store";
  return response;
}

}  // namespace

Verdict Api::verdict_of(const Request& request, std::string_view scope) const {
  const Asker asker{.authorization = request.header("authorization"), .near = request.header("x-segue-near") == "1"};
  // No file yet: nobody has been given a token.
  const auto ring = asker.authorization ? access::load_keys(key_file_) : Result<access::KeyRing>(access::KeyRing());
  return judge(asker, scope, ring ? *ring : access::KeyRing(), std::time(nullptr));
}

void Api::add(service::http::Router& router, Method method, const char* path, std::string_view scope,
              Response (Api::*answer)(const Request&)) {
  router.add(method, std::string("/api/v1/operator/") + path, Runs::on_pool, [this, scope, answer](const Request& request) {
    const Verdict verdict = verdict_of(request, scope);
    return verdict == Verdict::may ? (this->*answer)(request) : refusal(verdict);
  });
}

void Api::add_routes(service::http::Router& router) {
  add(router, Method::post, "purges", kPurge, &Api::purges);
  add(router, Method::post, "prepositions", kPurge, &Api::prepositions);
  add(router, Method::get, "metrics", kRead, &Api::metrics);
  add(router, Method::get, "status", kRead, &Api::status);
  add(router, Method::get, "top", kRead, &Api::top);
  add(router, Method::get, "explain", kRead, &Api::explain);
  router.add(Method::get, "/health", Runs::here, [](const Request&) { return fresh("{\"status\":\"ok\"}\n"); });
}

service::http::Response Api::purges(const Request& request) {
  const auto wanted = parse_purge_request(request.body, home_);
  if (!wanted) return problem(400, "invalid", wanted.error().message);
  purge::Log log(home_.redis_socket());
  const auto outcome = purge::carry_out(log, wanted->orders, wanted->patience);
  if (!outcome) return problem(503, "unavailable", outcome.error().message);
  auto response = fresh(purge::to_json(*outcome, wanted->orders.size()) + '\n');
  // In the log it is; who has not said so yet will apply it when it reads on.
  if (!outcome->acks.complete()) response.status = 202;
  return response;
}

service::http::Response Api::prepositions(const Request& request) {
  const auto wanted = parse_preposition_request(request.body, home_);
  if (!wanted) return problem(400, "invalid", wanted.error().message);
  purge::Log log(home_.redis_socket());
  const auto fetched = purge::fetch_everywhere(log, wanted->orders, wanted->patience);
  if (!fetched) return problem(503, "unavailable", fetched.error().message);
  auto response = fresh(purge::to_json(*fetched, wanted->orders.size()) + '\n');
  if (fetched->edges == 0 || !fetched->missing.empty()) response.status = 202;
  return response;
}

service::http::Response Api::of_edge(const std::string& target, const char* type) const {
  const auto answer = service::http_get(home_.port + service::kEdgePort, target, {}, kEdgePatience);
  if (!answer) return problem(503, "unavailable", "edge: " + answer.error().message);
  if (answer->status == 400) return problem(400, "invalid", "url: the edge knows no such address");
  if (answer->status != 200) return problem(502, "unavailable", "edge: expected 200, found " + std::to_string(answer->status));
  auto response = fresh(answer->body);
  response.content_type = type;
  return response;
}

service::http::Response Api::metrics(const Request&) { return of_edge("/metrics", "text/plain; version=0.0.4"); }

service::http::Response Api::explain(const Request& request) {
  const auto url = request.query_value("url");
  if (!url || url->empty()) return problem(400, "invalid", "url: expected an address");
  return of_edge("/explain?url=" + service::http::percent_encode(*url), "application/json");
}

// As `segue status --json`, and the edges that follow the log of purges (null: Redis does not say).
Result<std::string> Api::ask_status() const {
  const auto installation = platform::Installation::find();
  if (!installation) return installation.error();
  platform::Status found = platform::ask_status(home_, *installation);
  if (const std::string ingest = installation->program("segue-ingest"); !ingest.empty()) {
    found.ingest = platform::output_of({ingest, "--list", "--json"}, std::chrono::seconds(5));
  }
  Json json = Json::parse(platform::to_json(found));
  purge::Log log(home_.redis_socket());
  const auto edges = log.edges_alive();
  json["edges"] = edges ? Json(*edges) : Json();
  json["silent_edges"] = Json::array();
  if (const auto silent = log.edges_silent(); silent)
    for (const purge::Log::Silent& one : *silent) json["silent_edges"].push_back({{"name", one.edge}, {"seconds", one.since.count()}});
  return text_of(json);
}

service::http::Response Api::status(const Request&) {
  const std::lock_guard locked(status_mutex_);
  if (status_.empty() || steady_ms() - status_ms_ > kStatusFor) {
    auto told = ask_status();
    if (!told) return problem(503, "unavailable", told.error().message);
    status_ = std::move(*told);
    status_ms_ = steady_ms();
  }
  return fresh(status_);
}

service::http::Response Api::top(const Request&) {
  constexpr std::size_t kShown = 20;
  Json rows = Json::array();
  const std::lock_guard locked(log_mutex_);
  for (const AssetCounts& counts : top_.top(kShown, std::time(nullptr))) {
    rows.push_back({{"asset", counts.asset},
                    {"requests", counts.requests},
                    {"hits", counts.hits},
                    {"bytes", counts.bytes},
                    {"hit_bytes", counts.hit_bytes}});
  }
  return fresh(text_of({{"seconds", TopAssets::kStepSeconds * static_cast<std::int64_t>(TopAssets::kSteps)}, {"assets", std::move(rows)}}));
}

void Api::follow_log() {
  const std::lock_guard locked(log_mutex_);
  const std::int64_t now = std::time(nullptr);
  tail_.read([&](std::string_view line) { top_.take(line, now); });
}

}  // namespace segue::oper
