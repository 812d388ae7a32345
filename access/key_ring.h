// SPDX-License-Identifier: Apache-2.0
// The keys of an edge or an issuer, found by id. Text form (docs/formats/tokens.md), a key a line, the newest first:
//   ring = { *WS [ id WS algorithm WS ( "secret" / "private" / "public" ) WS base64url ] [ "#" comment ] LF }
// Rotation: a new key is put in front and signs from then on; the old one verifies until its line goes.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "access/key.h"

namespace segue::access {

inline constexpr std::size_t kMostKeys = 64, kMostRingBytes = 64 * 1024;

class KeyRing {
 public:
  KeyRing() = default;
  explicit KeyRing(std::vector<Key> keys) : keys_(std::move(keys)) {}
  // Error: the line's number and what it lacks; never a key's bytes. An empty ring is valid and verifies nothing.
  static Result<KeyRing> parse(std::string_view text);

  [[nodiscard]] const Key* find(std::string_view id) const noexcept;
  // The first that can sign with `algorithm`. nullptr: none.
  [[nodiscard]] const Key* signer(Algorithm algorithm) const noexcept;
  [[nodiscard]] const std::vector<Key>& keys() const noexcept { return keys_; }

 private:
  std::vector<Key> keys_;
};

// A new key of the system's randomness as a line of the file. Error: an id that is none, no randomness.
[[nodiscard]] Result<std::string> new_key_line(std::string_view id, Algorithm algorithm);
// The line that a verifier of a pair gets: its public half.
[[nodiscard]] std::string public_line(const Key& key);

}  // namespace segue::access
