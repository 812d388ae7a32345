// SPDX-License-Identifier: Apache-2.0
#include "ingest/digest.h"

#include <fcntl.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <vector>

namespace segue::ingest {
namespace {

constexpr std::size_t kReadBytes = 1u << 18;

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

Context begin() {
  Context context(EVP_MD_CTX_new());
  EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr);
  return context;
}

Digest end(const Context& context) {
  Digest digest{};
  EVP_DigestFinal_ex(context.get(), digest.data(), nullptr);
  return digest;
}

}  // namespace

Digest sha256(std::string_view bytes) {
  const Context context = begin();
  EVP_DigestUpdate(context.get(), bytes.data(), bytes.size());
  return end(context);
}

Result<Digest> sha256_of_file(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return Error{path + ": open: " + std::strerror(errno)};
  const Context context = begin();
  std::vector<char> buffer(kReadBytes);
  for (;;) {
    const ssize_t got = ::read(file, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) {
      Error error{path + ": read: " + std::strerror(errno)};
      ::close(file);
      return error;
    }
    if (got == 0) break;
    EVP_DigestUpdate(context.get(), buffer.data(), static_cast<std::size_t>(got));
  }
  ::close(file);
  return end(context);
}

std::string hex(const Digest& digest) {
  static constexpr const char* kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : digest) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace segue::ingest
