// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/search_role.h"

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
  while (!stop.stop_requested()) {
    const auto level = step();
    if (stop.stop_requested()) return;
    if (level) continue;
    tell(library_, level);
    std::unique_lock lock(mutex_);
    pause_.wait_for(lock, stop, kTryAgain, [] { return false; });
  }
}

// Waits until the source has more than we have, or a while, and takes it. When nothing has come for a moment, what came is saved: a kill
// costs that moment, and a rush of news no writing.
Result<void> SearchRole::step() {
  const api::SourceState known = feed_->state();
  auto now = remote_->state_after(known, is_saved_ ? kLongPoll : kQuiet);
  if (!now) return std::move(now).error();
  api::SourceState told = *now;
  if (!lists_.is_there) told.lists.reset();  // what cannot be had is no reason not to save
  const bool has_news = told.has_news_for(known);
  if (!has_news && !is_saved_) {
    is_saved_ = true;
    if (auto saved = feed_->save(); !saved) api::log("error", saved.error().message);
  } else if (has_news) {
    is_saved_ = false;
  }
  if (auto level = feed_->catch_up(*now); !level) return level;
  const auto time = std::chrono::steady_clock::now();
  if (!ranked_ || time - *ranked_ >= kRankAgain) {
    if (auto ranked = feed_->catch_up_plays(); !ranked) return ranked;
    ranked_ = time;
  }
  tell(library_, {});
  if (!now->lists || now->lists == known.lists) return {};
  if (*now->lists < known.lists) feed_->forget_lists();
  const auto level = feed_->catch_up_lists(*now->lists);  // the library asks for them where they are
  tell(lists_, level);
  std::unique_lock lock(mutex_);
  if (!level) pause_.wait_for(lock, ends_.get_token(), kTryAgain, [] { return false; });
  return {};
}

// Once, when it goes and when it comes back.
void SearchRole::tell(Source& source, const Result<void>& level) {
  const bool was_there = source.is_there.exchange(level.has_value());
  if (!level && was_there) api::log("error", "search goes on with what it has of the " + source.name + ": " + level.error().message);
  if (level && !was_there) api::log("info", "search follows the " + source.name + " again");
}

void SearchRole::put_health(service::http::JsonWriter& json) {
  if (!remote_) return;
  json.field("search_revision", feed_->state().revision).field("has_library", library_.is_there.load());
  json.field("has_playlists", lists_.is_there.load());
}

void SearchRole::stop() {
  ends_.request_stop();
  if (thread_.joinable()) thread_.join();
  if (!feed_) return;
  if (auto saved = feed_->save(); !saved) api::log("error", saved.error().message);
  feed_.reset();
}

}  // namespace segue::catalog
