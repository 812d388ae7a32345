// SPDX-License-Identifier: Apache-2.0
// What an origin says its body's digest is: Repr-Digest or Content-Digest (RFC 9530; of a complete answer both are of its body), or
// Content-MD5 (RFC 1864). The strongest that is understood counts; a malformed one says nothing.
#pragma once

#include <optional>
#include <string>

#include "access/running_digest.h"
#include "edge-cache/message/fields.h"

namespace segue::edge {

class BodyDigest {
 public:
  // Nothing: no digest that could be compared.
  [[nodiscard]] static std::optional<BodyDigest> announced_by(const Fields& response);
  void add(std::string_view bytes) { running_.add(bytes); }
  // Whether all that was added has that digest; once.
  [[nodiscard]] bool matches();

 private:
  BodyDigest(access::RunningDigest::Kind kind, std::string expected) : running_(kind), expected_(std::move(expected)) {}
  access::RunningDigest running_;
  std::string expected_;  // bytes
};

}  // namespace segue::edge
