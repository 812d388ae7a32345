// SPDX-License-Identifier: Apache-2.0
#include "access/running_digest.h"

#include <openssl/evp.h>

namespace segue::access {
namespace {

const EVP_MD* method_of(RunningDigest::Kind kind) {
  switch (kind) {
    case RunningDigest::Kind::md5: return EVP_md5();
    case RunningDigest::Kind::sha512: return EVP_sha512();
    case RunningDigest::Kind::sha256: break;
  }
  return EVP_sha256();
}

EVP_MD_CTX* context_of(void* context) { return static_cast<EVP_MD_CTX*>(context); }

}  // namespace

void RunningDigest::Free::operator()(void* context) const noexcept { EVP_MD_CTX_free(context_of(context)); }

RunningDigest::RunningDigest(Kind kind) : context_(EVP_MD_CTX_new()) {
  if (context_ != nullptr && EVP_DigestInit_ex(context_of(context_.get()), method_of(kind), nullptr) != 1) context_.reset();
}

void RunningDigest::add(std::string_view bytes) {
  if (context_ != nullptr) EVP_DigestUpdate(context_of(context_.get()), bytes.data(), bytes.size());
}

std::string RunningDigest::finish() {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  if (context_ == nullptr || EVP_DigestFinal_ex(context_of(context_.get()), out, &size) != 1) return {};
  return {reinterpret_cast<const char*>(out), size};
}

}  // namespace segue::access
