// SPDX-License-Identifier: Apache-2.0
// That playlists changed, heard from the process that has them: a thread waits there for the count of changes to be another one. While that
// process is gone it tries again, and what was heard last stands.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

#include "catalog-api/api/bell.h"
#include "catalog-api/playlists/playlists.h"
#include "service/http/client.h"
#include "service/http/internal_key.h"
#include "service/http/router.h"

namespace segue::api {

class ListNews {
 public:
  ListNews(service::http::ServerName server, const service::http::InternalKey& key);
  ~ListNews() { stop(); }

  // `told` is called on the thread with each new count, until stop() returns. False: it could not be followed; the same is told again.
  void start(std::function<bool(std::int64_t)> told);
  void stop();
  // nullopt: nothing was heard yet.
  [[nodiscard]] std::optional<std::int64_t> count();

 private:
  void run(const std::function<bool(std::int64_t)>& told);
  [[nodiscard]] Result<std::int64_t> ask(std::int64_t known);

  service::http::Client client_;
  std::stop_source ends_;
  std::mutex mutex_;
  std::optional<std::int64_t> count_;
  std::thread thread_;
};

// The other end: GET /internal/v1/playlists/changes?known=N&wait=SECONDS -> {"changes":N}, as soon as it is not `known`, for who shows the
// key of the home. `news` rings when it may be another one. Both outlive the router.
void add_list_news_routes(service::http::Router& router, playlists::Playlists& playlists, Bell& news,
                          const service::http::InternalKey& key);

}  // namespace segue::api
