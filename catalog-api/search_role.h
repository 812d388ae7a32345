// SPDX-License-Identifier: Apache-2.0
// The role `search`: the index and its snapshots, and no database. Its source is the library of this process or of another one; while that
// one is gone, what is known is found.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "access/media_addresses.h"
#include "catalog-api/api/guard.h"
#include "catalog-api/api/remote_search_source.h"
#include "catalog-api/api/search_feed.h"
#include "catalog-api/search/searcher.h"
#include "service/http/json_writer.h"

namespace segue::catalog {

class SearchRole {
 public:
  explicit SearchRole(std::string folder) : folder_(std::move(folder)) {}
  ~SearchRole() { stop(); }

  [[nodiscard]] search::Searcher& searcher() noexcept { return searcher_; }
  void add_routes(service::http::Router& router, api::Guard& guard, const access::MediaAddresses& media);
  // The library is in this process: whoever changes it feeds the index. Error: the folder.
  [[nodiscard]] Result<api::SearchFeed*> open(api::SearchSource& source);
  // It is in another one: a thread follows it, from now on.
  [[nodiscard]] Result<void> follow(service::http::ServerName library, const service::http::InternalKey& key);
  // Its fields of /health, where it follows another process.
  void put_health(service::http::JsonWriter& json);
  void stop_waiting() noexcept { ends_.request_stop(); }  // before the server stops
  void stop();                                            // saves what it has

 private:
  void run(const std::stop_token& stop);
  [[nodiscard]] Result<void> step();
  struct Source {
    std::string name;
    std::atomic<bool> is_there = true;  // until it turns out otherwise
  };
  static void tell(Source& source, const Result<void>& level);

  std::string folder_;
  search::Index index_;
  search::LocalSearcher searcher_{index_};
  std::stop_source ends_;
  std::optional<api::RemoteSearchSource> remote_;
  std::optional<api::SearchFeed> feed_;
  std::optional<std::chrono::steady_clock::time_point> ranked_;
  bool is_saved_ = true;
  Source library_{"library"}, lists_{"playlists"};
  std::mutex mutex_;
  std::condition_variable_any pause_;
  std::thread thread_;
};

}  // namespace segue::catalog
