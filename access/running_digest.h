// SPDX-License-Identifier: Apache-2.0
// A digest of bytes that come in pieces, by OpenSSL.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace segue::access {

class RunningDigest {
 public:
  enum class Kind { md5, sha256, sha512 };
  explicit RunningDigest(Kind kind);
  void add(std::string_view bytes);
  // Of all that was added; once. Empty: the system's policy forbids this kind.
  [[nodiscard]] std::string finish();

 private:
  struct Free {
    void operator()(void* context) const noexcept;
  };
  std::unique_ptr<void, Free> context_;  // EVP_MD_CTX; null: forbidden
};

}  // namespace segue::access
