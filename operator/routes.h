// SPDX-License-Identifier: Apache-2.0
// The operator's API, below /api/v1/operator/ (docs/operations.md):
//   POST purges     {"tag":["kindred-3f"]} → {"id":…,"orders":1,"edges":3,"applied":3,"milliseconds":12,"missing":[]}
//   GET  metrics    the edge's, for Prometheus and for the page
//   POST prepositions {"url":["/v/kindred-3f/master.m3u8"]} → {"id":…,"edges":3,"objects":96,"failed":0,…}, on every edge
//   GET  status     what `segue status --json` says, and the edges that follow the log of purges
//   GET  top        the assets that were asked for most in the last five minutes
//   GET  explain    ?url=…: why it is a hit or a miss
#pragma once

#include <mutex>
#include <string>

#include "operator/authority.h"
#include "operator/log_tail.h"
#include "operator/top_assets.h"
#include "service/home.h"
#include "service/http/router.h"

namespace segue::oper {

class Api {
 public:
  Api(service::Home home, std::string key_file)
      : home_(std::move(home)), key_file_(std::move(key_file)), tail_(home_.log() + "/edge-access.log") {}

  void add_routes(service::http::Router& router);
  void follow_log();  // called every second

 private:
  using Request = service::http::Request;
  using Response = service::http::Response;
  [[nodiscard]] Verdict verdict_of(const Request& request, std::string_view scope) const;
  void add(service::http::Router& router, service::http::Method method, const char* path, std::string_view scope,
           Response (Api::*answer)(const Request&));
  Response prepositions(const Request& request);
  Response purges(const Request& request);
  Response metrics(const Request& request);
  Response status(const Request& request);
  Response top(const Request& request);
  Response explain(const Request& request);
  [[nodiscard]] Result<std::string> ask_status() const;
  Response of_edge(const std::string& target, const char* type) const;

  service::Home home_;
  std::string key_file_;
  std::mutex log_mutex_;
  LogTail tail_;
  TopAssets top_;
  std::mutex status_mutex_;  // one question at a time, whose answer all who ask meanwhile share
  std::string status_;
  std::int64_t status_ms_ = 0;
};

}  // namespace segue::oper
