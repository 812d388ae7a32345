// SPDX-License-Identifier: Apache-2.0
#include "access/key.h"

#include <algorithm>
#include <cctype>

#include "access/digest.h"
#include "access/key_pair.h"

namespace segue::access {
namespace {

constexpr std::string_view kNames[] = {"HS256", "ES256", "EdDSA"};

}  // namespace

std::string_view name_of(Algorithm algorithm) noexcept { return kNames[static_cast<int>(algorithm)]; }

Result<Algorithm> algorithm_of(std::string_view name) {
  for (const Algorithm algorithm : {Algorithm::hs256, Algorithm::es256, Algorithm::eddsa})
    if (name == name_of(algorithm)) return algorithm;
  return Error{"expected HS256, ES256 or EdDSA, found " + std::string(name.substr(0, 32))};
}

bool Key::is_id(std::string_view id) noexcept {
  return !id.empty() && id.size() <= kMostKeyIdBytes &&
         std::ranges::all_of(id, [](unsigned char c) { return std::isalnum(c) != 0 || c == '-' || c == '_'; });
}

Result<Key> Key::secret(std::string id, std::string bytes) {
  if (bytes.size() < kSecretBytes || bytes.size() > kMostSecretBytes)
    return Error{"an HS256 secret has 32 to 256 bytes, found " + std::to_string(bytes.size())};
  Key key(std::move(id), Algorithm::hs256, true);
  key.secret_ = std::move(bytes);
  return key;
}

Result<Key> Key::private_key(std::string id, Algorithm algorithm, std::string_view bytes) {
  if (algorithm == Algorithm::hs256) return Error{"HS256 has a secret, no private key"};
  if (bytes.size() != 32) return Error{"a private key has 32 bytes, found " + std::to_string(bytes.size())};
  Key key(std::move(id), algorithm, true);
  key.pair_ = algorithm == Algorithm::es256 ? pair::p256_of_scalar(bytes) : pair::ed25519_of_seed(bytes);
  if (!key.pair_) return Error{"not a private key of " + std::string(name_of(algorithm))};
  return key;
}

Result<Key> Key::public_key(std::string id, Algorithm algorithm, std::string_view bytes) {
  if (algorithm == Algorithm::hs256) return Error{"HS256 has a secret, no public key"};
  Key key(std::move(id), algorithm, false);
  key.pair_ = algorithm == Algorithm::es256 ? pair::p256_of_point(bytes) : pair::ed25519_of_public(bytes);
  if (!key.pair_) return Error{"not a public key of " + std::string(name_of(algorithm))};
  return key;
}

std::string Key::public_bytes() const {
  if (algorithm_ == Algorithm::hs256) return {};
  return algorithm_ == Algorithm::es256 ? pair::p256_point(pair_) : pair::ed25519_public(pair_);
}

Result<std::string> Key::sign(std::string_view message) const {
  if (!can_sign_) return Error{"key " + id_ + " only verifies: its private half is not here"};
  if (algorithm_ == Algorithm::hs256) return hmac_sha256(secret_, message);
  std::string signature = algorithm_ == Algorithm::es256 ? pair::p256_sign(pair_, message) : pair::ed25519_sign(pair_, message);
  if (signature.empty()) return Error{"key " + id_ + ": OpenSSL did not sign"};
  return signature;
}

bool Key::verify(std::string_view message, std::string_view signature) const {
  if (algorithm_ == Algorithm::hs256) return equal_in_constant_time(hmac_sha256(secret_, message), signature);
  return algorithm_ == Algorithm::es256 ? pair::p256_verify(pair_, message, signature) : pair::ed25519_verify(pair_, message, signature);
}

}  // namespace segue::access
