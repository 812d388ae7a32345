// SPDX-License-Identifier: Apache-2.0
#include "access/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <cassert>

namespace segue::access {
namespace {

const unsigned char* bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

std::string digest(const EVP_MD* kind, std::string_view message) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  [[maybe_unused]] const int done = EVP_Digest(message.data(), message.size(), out, &size, kind, nullptr);
  assert(done == 1);
  return {reinterpret_cast<const char*>(out), size};
}

}  // namespace

std::string hmac_sha256(std::string_view key, std::string_view message) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes(message), message.size(), out, &size);
  return {reinterpret_cast<const char*>(out), size};
}

std::string sha256(std::string_view message) { return digest(EVP_sha256(), message); }
std::string sha512_256(std::string_view message) { return digest(EVP_sha512_256(), message); }

bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace segue::access
