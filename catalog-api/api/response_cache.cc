// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/api/response_cache.h"

#include "service/http/conditional.h"

namespace segue::api {
namespace {

using service::http::Request;
using service::http::Response;

constexpr std::size_t kMaxBytes = 64 << 20, kMaxKey = 512;
constexpr std::size_t kBeside = 1024;  // of an answer, beside its body: many small ones take room as well

std::string key_of(const Request& request, const library::View& view, std::int64_t stretch) {
  std::string key = std::to_string(stretch) + ' ' + std::to_string(view.libraries) + request.path;
  for (const auto& [name, value] : request.query) key.append(1, '\0').append(name).append(1, '\0').append(value);
  return key;
}

}  // namespace

void ResponseCache::set_revision(std::int64_t revision) {
  const std::lock_guard lock(mutex_);
  if (revision_.exchange(revision) == revision) return;
  kept_.clear();
  bytes_ = 0;
}

std::optional<Response> ResponseCache::find(const Request& request, const library::View& view) const {
  std::string key = key_of(request, view, stretch());
  const std::lock_guard lock(mutex_);
  const auto found = kept_.find(key);
  return found == kept_.end() ? std::nullopt : std::optional(found->second);
}

void ResponseCache::keep(const Request& request, Response& response, const Made& made) {
  if (response.status != 200 || !response.body) return;
  if (response.etag.empty()) response.etag = service::http::etag_of(*response.body);
  std::string key = key_of(request, made.view, made.stretch);
  if (key.size() > kMaxKey) return;
  const std::lock_guard lock(mutex_);
  if (revision_ != made.revision) return;
  if (const auto before = kept_.find(key); before != kept_.end()) {
    bytes_ -= before->second.body->size() + kBeside;
    kept_.erase(before);
  }
  if (bytes_ + response.body->size() + kBeside > kMaxBytes) {
    kept_.clear();
    bytes_ = 0;
  }
  bytes_ += response.body->size() + kBeside;
  kept_.emplace(std::move(key), response);
}

}  // namespace segue::api
