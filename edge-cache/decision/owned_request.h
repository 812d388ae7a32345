// SPDX-License-Identifier: Apache-2.0
// A copy of a request, for a fetch that may outlive the client who caused it.
#pragma once

#include <string>

#include "edge-cache/decision/policy.h"

namespace segue::edge {

class OwnedRequest {
 public:
  explicit OwnedRequest(const Request& request);
  OwnedRequest(const OwnedRequest&) = delete;
  OwnedRequest& operator=(const OwnedRequest&) = delete;

  [[nodiscard]] const Request& view() const noexcept { return view_; }

 private:
  [[nodiscard]] std::string_view copy(std::string_view text);
  std::string bytes_;
  Request view_;
};

}  // namespace segue::edge
