// SPDX-License-Identifier: Apache-2.0
// A request that goes to the origin and back without the store: methods that are not GET, what only the origin may answer, and what could
// not be stored lately. Unsafe methods that succeed invalidate what is stored (RFC 9111 4.4).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "edge-cache/decision/answer.h"
#include "edge-cache/message/chunked.h"
#include "edge-cache/message/response_head.h"
#include "edge-cache/worker.h"

namespace segue::edge {

class Pass {
 public:
  // `request` borrows from what lives as long as the pass.
  Pass(EdgeWorker& worker, const Policy& policy, Request request, std::string url, std::string_view forward);

  [[nodiscard]] std::string upstream_request(std::string_view host, std::string_view client, std::int64_t body_bytes, std::int64_t now);
  // `bytes` stay where they are until accept().
  [[nodiscard]] HeadState read_head(std::string_view bytes, std::size_t& consumed);
  [[nodiscard]] const ResponseHead& head() const noexcept { return head_; }
  void accept(std::int64_t now);
  // Status and fields; pieces and length do not count. Borrows from the bytes of the head.
  [[nodiscard]] const Answer& answer() const noexcept { return answer_; }
  [[nodiscard]] const std::string& url() const noexcept { return url_; }
  [[nodiscard]] ChunkedDecoder& decoder() noexcept { return decoder_; }

 private:
  void invalidate();

  EdgeWorker& worker_;
  const Policy& policy_;
  Request request_;
  std::string url_, forward_;
  std::int64_t asked_ = 0;
  ResponseHead head_;
  ChunkedDecoder decoder_;
  Answer answer_;
};

}  // namespace segue::edge
