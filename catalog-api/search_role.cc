// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/search_role.h"

#include <condition_variable>
#include <mutex>

#include "catalog-api/api/log.h"
#include "catalog-api/api/remote_searcher.h"
#include "catalog-api/api/search_routes.h"

namespace segue::catalog {
namespace {

constexpr std::chrono::seconds kLongPoll{15};
constexpr std::chrono::seconds kQuiet{1};
constexpr std::chrono::milliseconds kTryAgain{500};  // a library that starts again is followed within a second
constexpr std::chrono::minutes kRankAgain{10};       // by what was played

}  // namespace

void SearchRole::add_routes(service::http::Router& router, api::Guard& guard, const access::MediaAddresses& media) {
  api::add_search_routes(router, index_, guard, media);
}

Result<api::SearchFeed*> SearchRole::open(api::SearchSource& source) {
  feed_.emplace(source, index_, folder_);
  if (auto opened = feed_->open(); !opened) return std::move(opened).error();
  return &*feed_;
}

Result<void> SearchRole::follow(service::http::ServerName library, const service::http::InternalKey& key) {
  remote_.emplace(std::move(library), key, ends_.get_token());
  if (auto opened = open(*remote_); !opened) return std::move(opened).error();
  thread_ = std::thread([this] { run(ends_.get_token()); });
  return {};
}

void SearchRole::run(const std::stop_token& stop) {
  std::mutex mutex;
  std::condition_variable_any pause;
  while (!stop.stop_requested()) {
    const auto level = step();
    if (stop.stop_requested()) return;
    tell(level);
    std::unique_lock lock(mutex);
    if (!level) pause.wait_for(lock, stop, kTryAgain, [] { return false; });
  }
}

// Waits until the source has more than we have, or a while, and takes it. When nothing has come for a moment, what came is saved: a kill
// costs that moment, and a rush of news no writing.
Result<void> SearchRole::step() {
  const api::SourceState known = feed_->state();
  auto now = remote_->state_after(known, is_saved_ ? kLongPoll : kQuiet);
  if (!now) return std::move(now).error();
  if (*now == known && !is_saved_) {
    is_saved_ = true;
    if (auto saved = feed_->save(); !saved) api::log("error", saved.error().message);
  } else if (*now != known) {
    is_saved_ = false;
  }
  if (now->lists < known.lists) feed_->forget_lists();
  if (auto level = feed_->catch_up(*now); !level) return level;
  if (auto level = feed_->catch_up_lists(now->lists); !level) return level;
  const auto time = std::chrono::steady_clock::now();
  if (ranked_ && time - *ranked_ < kRankAgain) return {};
  ranked_ = time;
  return feed_->catch_up_plays();
}

// Once, when it goes and when it comes back.
void SearchRole::tell(const Result<void>& level) {
  const bool has_source = has_source_.exchange(level.has_value());
  if (!level && has_source) api::log("error", "search goes on with what it has; the library: " + level.error().message);
  if (level && !has_source) api::log("info", "search follows the library again");
}

void SearchRole::put_health(service::http::JsonWriter& json) {
  if (!remote_) return;
  json.field("search_revision", feed_->state().revision).field("has_library", has_source_.load());
}

void SearchRole::stop() {
  ends_.request_stop();
  if (thread_.joinable()) thread_.join();
  if (!feed_) return;
  if (auto saved = feed_->save(); !saved) api::log("error", saved.error().message);
  feed_.reset();
}

}  // namespace segue::catalog
