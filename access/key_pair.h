// SPDX-License-Identifier: Apache-2.0
// Key pairs as OpenSSL holds them; only key.cc uses this. Bytes in, bytes out; a null pointer or an empty text is a failure.
#pragma once

#include <memory>
#include <string>
#include <string_view>

struct evp_pkey_st;

namespace segue::access::pair {

using Pair = std::shared_ptr<evp_pkey_st>;

[[nodiscard]] Pair p256_of_scalar(std::string_view scalar);
[[nodiscard]] Pair p256_of_point(std::string_view point);
[[nodiscard]] Pair ed25519_of_seed(std::string_view seed);
[[nodiscard]] Pair ed25519_of_public(std::string_view key);
[[nodiscard]] std::string p256_point(const Pair& pair);
[[nodiscard]] std::string ed25519_public(const Pair& pair);

[[nodiscard]] std::string p256_sign(const Pair& pair, std::string_view message);
[[nodiscard]] bool p256_verify(const Pair& pair, std::string_view message, std::string_view signature);
[[nodiscard]] std::string ed25519_sign(const Pair& pair, std::string_view message);
[[nodiscard]] bool ed25519_verify(const Pair& pair, std::string_view message, std::string_view signature);

}  // namespace segue::access::pair
