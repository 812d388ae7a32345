// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/list_news.h"

#include <condition_variable>
#include <nlohmann/json.hpp>

#include "catalog-api/api/answers.h"
#include "catalog-api/api/log.h"
#include "catalog-api/api/page.h"
#include "service/http/json_writer.h"

namespace segue::api {
namespace {

using service::http::Method;
using service::http::Request;
using service::http::Response;
using service::http::Runs;

constexpr const char* kTarget = "/internal/v1/playlists/changes";
constexpr std::int64_t kLongestWait = 30;            // seconds
constexpr std::int64_t kWait = 15;                   // that we ask for
constexpr std::chrono::seconds kPatience{2};         // beyond that
constexpr std::chrono::milliseconds kTryAgain{500};  // playlists that start again are followed within a second
constexpr std::int64_t kUnheard = INT64_MAX;         // no count that there is: answered at once

Response changes(const Request& request, playlists::Playlists& playlists, Bell& news) {
  std::int64_t known = 0, wait = 0;
  if (auto wrong = parse_number(request, "known", 0, INT64_MAX, known)) return refuse(*wrong);
  if (auto wrong = parse_number(request, "wait", 0, kLongestWait, wait)) return refuse(*wrong);
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(wait);
  while (true) {
    const std::uint64_t heard = news.rings();
    auto now = playlists.change_count();
    if (!now) return unavailable(request, now.error());
    if (*now == known && news.wait(heard, until)) continue;
    service::http::JsonWriter json;
    Response response = Response::json(std::move(json.begin_object().field("changes", *now).end_object()).take());
    response.cache_control = "no-store";
    return response;
  }
}

}  // namespace

ListNews::ListNews(service::http::ServerName server, const service::http::InternalKey& key)
    : client_(std::move(server), {{service::http::kInternalKeyField, key.text()}}) {}

Result<std::int64_t> ListNews::ask(std::int64_t known) {
  const std::string target = std::string(kTarget) + "?known=" + std::to_string(known) + "&wait=" + std::to_string(kWait);
  auto answer = client_.ask({.target = target, .patience = std::chrono::seconds(kWait) + kPatience}, ends_.get_token());
  if (!answer) return std::move(answer).error();
  const auto json = nlohmann::json::parse(answer->body, nullptr, false);
  const bool is_told = answer->status == 200 && json.is_object() && json.contains("changes") && json["changes"].is_number_unsigned();
  if (is_told && json["changes"].get<std::uint64_t>() < INT64_MAX) return json["changes"].get<std::int64_t>();
  return Error{client_.server().text() + kTarget + R"(: expected 200 {"changes":…}, found )" + std::to_string(answer->status) + " and " +
               std::to_string(answer->body.size()) + " bytes"};
}

void ListNews::run(const std::function<bool(std::int64_t)>& told) {
  std::mutex mutex;
  std::condition_variable_any pause;
  bool is_there = true;
  std::int64_t known = kUnheard;
  while (!ends_.stop_requested()) {
    const auto now = ask(is_there ? known : kUnheard);
    if (ends_.stop_requested()) return;
    if (!now && is_there) log("error", "the library goes on without playlists: " + now.error().message);
    if (now && !is_there) log("info", "the library follows the playlists again");
    const bool is_back = now && !is_there;
    is_there = now.has_value();
    if (now) {
      const std::lock_guard lock(mutex_);
      count_ = *now;
    }
    if (now && ((*now == known && !is_back) || told(*now))) {  // what could not be read meanwhile is told of again
      known = *now;
      continue;
    }
    std::unique_lock lock(mutex);
    pause.wait_for(lock, ends_.get_token(), kTryAgain, [] { return false; });
  }
}

void ListNews::start(std::function<bool(std::int64_t)> told) {
  thread_ = std::thread([this, told = std::move(told)] { run(told); });
}

void ListNews::stop() {
  ends_.request_stop();
  if (thread_.joinable()) thread_.join();
}

std::optional<std::int64_t> ListNews::count() {
  const std::lock_guard lock(mutex_);
  return count_;
}

void add_list_news_routes(service::http::Router& router, playlists::Playlists& playlists, Bell& news,
                          const service::http::InternalKey& key) {
  router.add(Method::get, kTarget, Runs::waiting,
             key.guards([&playlists, &news](const Request& request) { return changes(request, playlists, news); }));
}

}  // namespace segue::api
