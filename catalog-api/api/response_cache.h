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

#include "catalog-api/library/view.h"
#include "service/http/message.h"

namespace segue::api {

class ResponseCache {
 public:
  // The library's newest revision; what was kept of older ones is forgotten.
  void set_revision(std::int64_t revision);
  [[nodiscard]] std::int64_t revision() const noexcept { return revision_; }

  [[nodiscard]] std::optional<service::http::Response> find(const service::http::Request& request, const library::View& view) const;
  // Keeps a 200, with its ETag, made when it has none. `made`: for whom, and what revision() was before; an answer that a change overtook
  // is not kept.
  struct Made {
    library::View view;
    std::int64_t revision;
  };
  void keep(const service::http::Request& request, service::http::Response& response, const Made& made);

 private:
  mutable std::mutex mutex_;
  std::atomic<std::int64_t> revision_ = -1;
  std::size_t bytes_ = 0;
  std::unordered_map<std::string, service::http::Response> kept_;
};

}  // namespace segue::api
