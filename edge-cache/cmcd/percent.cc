// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/cmcd/percent.h"

namespace segue::edge {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

}  // namespace

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const int high = text[at] == '%' && at + 2 < text.size() ? hex_digit(text[at + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[at + 2]) : -1;
    out += low >= 0 ? static_cast<char>(high << 4 | low) : text[at];
    if (low >= 0) at += 2;
  }
  return out;
}

}  // namespace segue::edge
