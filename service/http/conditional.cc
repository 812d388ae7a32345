// SPDX-License-Identifier: Apache-2.0
#include "service/http/conditional.h"

#include <sodium.h>

#include <algorithm>
#include <array>

namespace segue::service::http {
namespace {

constexpr std::size_t kTagBytes = 16;

}  // namespace

std::string etag_of(std::string_view body) {
  static_assert(kTagBytes >= crypto_generichash_BYTES_MIN);
  std::array<unsigned char, kTagBytes> digest{};
  crypto_generichash(digest.data(), digest.size(), reinterpret_cast<const unsigned char*>(body.data()), body.size(), nullptr, 0);
  std::array<char, sodium_base64_ENCODED_LEN(kTagBytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING)> text{};
  sodium_bin2base64(text.data(), text.size(), digest.data(), digest.size(), sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return '"' + std::string(text.data()) + '"';
}

bool lists_etag(std::string_view list, std::string_view etag) noexcept {
  while (!list.empty()) {
    const std::size_t end = std::min(list.find(','), list.size());
    std::string_view one = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    while (!one.empty() && (one.front() == ' ' || one.front() == '\t')) one.remove_prefix(1);
    while (!one.empty() && (one.back() == ' ' || one.back() == '\t')) one.remove_suffix(1);
    if (one.starts_with("W/")) one.remove_prefix(2);
    if (one == "*" || one == etag) return true;
  }
  return false;
}

}  // namespace segue::service::http
