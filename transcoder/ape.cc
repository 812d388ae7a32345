// SPDX-License-Identifier: Apache-2.0
#include "transcoder/ape.h"

#include <algorithm>
#include <optional>
#include <string_view>

namespace segue::transcoder {
namespace {

using Bytes = std::span<const std::uint8_t>;

constexpr std::size_t kFooter = 32, kId3v1 = 128, kMostItems = 1000, kMostValues = 100, kLongestKey = 255;

std::uint32_t number(Bytes at) { return at[0] | at[1] << 8 | at[2] << 16 | static_cast<std::uint32_t>(at[3]) << 24; }

std::string_view text(Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

// Bytes behind the footer; nullopt: there is none.
std::optional<std::size_t> behind_footer(Bytes end) {
  for (const std::size_t behind : {std::size_t{0}, kId3v1}) {
    if (end.size() < kFooter + behind) continue;
    if (text(end.last(kFooter + behind)).starts_with("APETAGEX") && (behind == 0 || text(end.last(kId3v1)).starts_with("TAG")))
      return behind;
  }
  return std::nullopt;
}

std::vector<std::string> values_of(std::string_view value) {
  std::vector<std::string> values;
  while (!value.empty() && values.size() < kMostValues) {
    const std::size_t nul = std::min(value.find('\0'), value.size());
    if (nul > 0) values.emplace_back(value.substr(0, nul));
    value.remove_prefix(std::min(value.size(), nul + 1));
  }
  return values;
}

}  // namespace

std::size_t ape_bytes(Bytes end) noexcept {
  const auto behind = behind_footer(end);
  if (!behind) return 0;
  const std::size_t size = number(end.last(kFooter + *behind).subspan(12));  // of items and footer
  return size >= kFooter && size + *behind <= kMostApeBytes ? size + *behind : 0;
}

std::map<std::string, std::vector<std::string>> ape_items(Bytes end) {
  std::map<std::string, std::vector<std::string>> items;
  const auto behind = behind_footer(end);
  if (!behind || ape_bytes(end) != end.size()) return items;
  constexpr std::size_t kHead = 8, kKindMask = 6;
  Bytes rest = end.first(end.size() - *behind - kFooter);
  for (std::size_t count = 0; count < kMostItems && rest.size() > kHead; ++count) {
    const std::size_t size = number(rest);
    const bool is_text = (number(rest.subspan(4)) & kKindMask) == 0;
    rest = rest.subspan(kHead);
    const std::size_t key = text(rest.first(std::min(rest.size(), kLongestKey + 1))).find('\0');
    if (key == std::string_view::npos || key == 0 || size > rest.size() - key - 1) break;
    if (is_text) items[std::string(text(rest.first(key)))] = values_of(text(rest.subspan(key + 1, size)));
    rest = rest.subspan(key + 1 + size);
  }
  return items;
}

}  // namespace segue::transcoder
