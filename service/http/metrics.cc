// SPDX-License-Identifier: Apache-2.0
#include "service/http/metrics.h"

namespace segue::service::http {

Metrics::Metrics(const Router& router) {
  for (const Route& route : router.routes())
    names_.push_back("method=\"" + std::string(name_of(route.method)) + "\",route=\"" + route.pattern + "\"");
  names_.emplace_back("method=\"\",route=\"\"");
  slots_ = std::make_unique<Slot[]>(names_.size());
}

void Metrics::count(std::size_t route, unsigned status, std::chrono::nanoseconds took) noexcept {
  Slot& slot = slots_[route];
  slot.by_class[status >= 100 && status < 600 ? status / 100 - 1 : 5].fetch_add(1, std::memory_order_relaxed);
  const double seconds = std::chrono::duration<double>(took).count();
  std::size_t i = 0;
  while (i < kBounds.size() && seconds > kBounds[i]) ++i;
  slot.by_time[i].fetch_add(1, std::memory_order_relaxed);
  slot.nanoseconds.fetch_add(static_cast<std::uint64_t>(took.count()), std::memory_order_relaxed);
}

std::string Metrics::text() const {
  std::string requests = "# HELP segue_http_requests_total Requests answered.\n# TYPE segue_http_requests_total counter\n";
  std::string times =
      "# HELP segue_http_request_seconds Time from a request's last byte to its response.\n# TYPE segue_http_request_seconds histogram\n";
  for (std::size_t i = 0; i < names_.size(); ++i) {
    const Slot& slot = slots_[i];
    for (std::size_t c = 0; c < 5; ++c)
      if (const auto count = slot.by_class[c].load(std::memory_order_relaxed); count > 0)
        requests += "segue_http_requests_total{" + names_[i] + ",code=\"" + std::to_string(c + 1) + "xx\"} " + std::to_string(count) + "\n";
    std::uint64_t sum = 0;
    std::string buckets;
    for (std::size_t b = 0; b <= kBounds.size(); ++b) {
      sum += slot.by_time[b].load(std::memory_order_relaxed);
      std::string bound = b < kBounds.size() ? std::to_string(kBounds[b]) : "+Inf";
      buckets += "segue_http_request_seconds_bucket{" + names_[i] + ",le=\"" + bound + "\"} " + std::to_string(sum) + "\n";
    }
    if (sum == 0) continue;
    times += buckets + "segue_http_request_seconds_sum{" + names_[i] + "} " +
             std::to_string(static_cast<double>(slot.nanoseconds.load(std::memory_order_relaxed)) / 1e9) + "\n";
    times += "segue_http_request_seconds_count{" + names_[i] + "} " + std::to_string(sum) + "\n";
  }
  return requests + times;
}

}  // namespace segue::service::http
