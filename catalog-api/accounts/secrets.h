// SPDX-License-Identifier: Apache-2.0
// What accounts needs of cryptography, and the only place that has it: passwords (argon2id), random secrets, their hashes, a box for those
// that must be read again, signed access tokens (EdDSA), and the MD5 that OpenSubsonic's token login prescribes.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "media/result.h"

namespace segue::accounts {

// argon2id with libsodium's interactive limits (64 MiB, 2 passes); a text that carries its own parameters. Error: out of memory.
[[nodiscard]] Result<std::string> hash_password(std::string_view password);
[[nodiscard]] bool verify_password(std::string_view hash, std::string_view password) noexcept;

// `prefix` and 160 random bits as [a-z2-7].
[[nodiscard]] std::string random_secret(std::string_view prefix = {});
// Of a random secret, for looking it up: 256 bits in hex. Random secrets need no slow hash.
[[nodiscard]] std::string hash_secret(std::string_view secret);
[[nodiscard]] bool equal_secrets(std::string_view a, std::string_view b) noexcept;  // in constant time

[[nodiscard]] std::string md5_hex(std::string_view text);

// Keys of one installation, in one file (mode 0600).
class Keys {
 public:
  // Made when it is missing. Error: names the file.
  static Result<Keys> load(const std::string& path);

  [[nodiscard]] std::string seal(std::string_view clear) const;
  [[nodiscard]] std::optional<std::string> open(std::string_view sealed) const;

  // Keys whose box opens only to who has these and `secret`.
  [[nodiscard]] Keys with(std::string_view secret) const;
  // 256 bits in hex, of a text and the box's key: who has only the digest cannot try which text it is of.
  [[nodiscard]] std::string digest(std::string_view of) const;

  // A JWT (RFC 7519) with alg EdDSA around `claims`, a JSON object.
  [[nodiscard]] std::string sign_token(std::string_view claims) const;
  // The claims; nullopt: not signed by us. What they say is the caller's to judge.
  [[nodiscard]] std::optional<std::string> open_token(std::string_view token) const;

 private:
  std::array<unsigned char, 32> box_key_{};
  std::array<unsigned char, 32> sign_public_{};
  std::array<unsigned char, 64> sign_secret_{};
};

}  // namespace segue::accounts
