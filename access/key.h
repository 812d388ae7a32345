// SPDX-License-Identifier: Apache-2.0
// One key: its id, what it is for, and whether it can sign. A secret (HS256) verifies what it signed; of a pair (ES256, EdDSA) the
// public half only verifies. Immutable and cheap to copy; may be used by several threads at once.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "media/result.h"

struct evp_pkey_st;

namespace segue::access {

enum class Algorithm { hs256, es256, eddsa };  // HMAC-SHA256; ECDSA on P-256 with SHA-256; Ed25519

[[nodiscard]] std::string_view name_of(Algorithm algorithm) noexcept;  // "HS256", "ES256", "EdDSA"
[[nodiscard]] Result<Algorithm> algorithm_of(std::string_view name);

// At least so many bytes of secret (RFC 7518 3.2: as long as the hash).
inline constexpr std::size_t kSecretBytes = 32, kMostSecretBytes = 256, kMostKeyIdBytes = 64;

class Key {
 public:
  // Letters, digits, '-' and '_': an id stands in addresses and between dots.
  [[nodiscard]] static bool is_id(std::string_view id) noexcept;

  // An HS256 secret. Error: its length.
  static Result<Key> secret(std::string id, std::string bytes);
  // A private key: 32 bytes, ES256's scalar or EdDSA's seed (RFC 8032). Error: not one of that kind.
  static Result<Key> private_key(std::string id, Algorithm algorithm, std::string_view bytes);
  // A public key: ES256 an uncompressed point (65 bytes, SEC 1 2.3.3), EdDSA 32 bytes. Error: not one of that kind.
  static Result<Key> public_key(std::string id, Algorithm algorithm, std::string_view bytes);

  [[nodiscard]] const std::string& id() const noexcept { return id_; }
  [[nodiscard]] Algorithm algorithm() const noexcept { return algorithm_; }
  [[nodiscard]] bool can_sign() const noexcept { return can_sign_; }
  // The bytes that public_key() takes; a secret has none (empty).
  [[nodiscard]] std::string public_bytes() const;

  // 32 bytes of HS256, 64 of the others (ES256: r and s, RFC 9053 2.1). Error: only verifies.
  [[nodiscard]] Result<std::string> sign(std::string_view message) const;
  [[nodiscard]] bool verify(std::string_view message, std::string_view signature) const;

 private:
  Key(std::string id, Algorithm algorithm, bool can_sign) : id_(std::move(id)), algorithm_(algorithm), can_sign_(can_sign) {}
  std::string id_;
  Algorithm algorithm_;
  bool can_sign_;
  std::string secret_;
  std::shared_ptr<evp_pkey_st> pair_;
};

}  // namespace segue::access
