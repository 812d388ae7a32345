// SPDX-License-Identifier: Apache-2.0
// Bytes as literals that read like a hex dump: hex("0000 0010 'mfhd' 0000 0000 0000 0001").
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

inline std::vector<std::uint8_t> hex(std::string_view text) {
  std::vector<std::uint8_t> bytes;
  bool quoted = false, high = true;
  for (const char c : text) {
    if (c == '\'') {
      quoted = !quoted;
    } else if (quoted) {
      bytes.push_back(static_cast<std::uint8_t>(c));
    } else if (c != ' ' && c != '\n') {
      const auto digit = static_cast<std::uint8_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
      if (high) bytes.push_back(0);
      bytes.back() = static_cast<std::uint8_t>(bytes.back() << 4 | digit);
      high = !high;
    }
  }
  return bytes;
}

inline std::string as_hex(const std::vector<std::uint8_t>& bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) text += {kDigits[byte >> 4], kDigits[byte & 15]};
  return text;
}
