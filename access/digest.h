// SPDX-License-Identifier: Apache-2.0
// Digests and comparison, by OpenSSL. Byte strings are std::string: what is signed stands in texts anyway.
#pragma once

#include <string>
#include <string_view>

namespace segue::access {

[[nodiscard]] std::string hmac_sha256(std::string_view key, std::string_view message);  // 32 bytes
[[nodiscard]] std::string sha256(std::string_view message);                             // 32 bytes
[[nodiscard]] std::string sha512_256(std::string_view message);                         // 32 bytes (FIPS 180-4 5.3.6.2)
// Takes as long for equal texts as for different ones of the same length.
[[nodiscard]] bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

}  // namespace segue::access
