// SPDX-License-Identifier: Apache-2.0
#include "ingest/digest.h"

#include <openssl/evp.h>

namespace segue::ingest {

Digest sha256(std::string_view bytes) {
  Digest digest{};
  unsigned count = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &count, EVP_sha256(), nullptr);
  return digest;
}

}  // namespace segue::ingest
