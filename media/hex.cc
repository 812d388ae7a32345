// SPDX-License-Identifier: Apache-2.0
#include "media/hex.h"

namespace segue::media {

std::string hex(std::span<const std::uint8_t> bytes) {
  static constexpr const char* kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace segue::media
