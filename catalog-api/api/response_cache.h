// SPDX-License-Identifier: Apache-2.0
// Answers about the library, kept as they were printed until its next revision. They are the same for everybody with the same view: rights
// are asked before, each time.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "access/media_addresses.h"
#include "catalog-api/library/view.h"
#include "service/http/message.h"

namespace segue::api {

class ResponseCache {
 public:
  // Answers name media: `media` says how long an address is the same.
  explicit ResponseCache(access::MediaAddresses media = {}) : media_(std::move(media)) {}

  // The library's newest revision; what was kept of older ones is forgotten.
  void set_revision(std::int64_t revision);
  [[nodiscard]] std::int64_t revision() const noexcept { return revision_; }
  [[nodiscard]] std::int64_t stretch() const { return media_.stretch(); }

  [[nodiscard]] std::optional<service::http::Response> find(const service::http::Request& request, const library::View& view) const;
  // Keeps a 200, with its ETag, made when it has none. `made`: for whom, and what revision() and stretch() were before; an answer that a
  // change overtook is not kept.
  struct Made {
    library::View view;
    std::int64_t revision, stretch = 0;
  };
  void keep(const service::http::Request& request, service::http::Response& response, const Made& made);

 private:
  const access::MediaAddresses media_;
  mutable std::mutex mutex_;
  std::atomic<std::int64_t> revision_ = -1;
  std::size_t bytes_ = 0;
  std::unordered_map<std::string, service::http::Response> kept_;
};

}  // namespace segue::api
