// SPDX-License-Identifier: Apache-2.0
#include "service/http/range.h"

#include <algorithm>
#include <charconv>

namespace segue::service::http {
namespace {

bool read(std::string_view text, std::uint64_t& out) {
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), out);
  return wrong == std::errc() && end == text.data() + text.size();
}

}  // namespace

Range parse_range(std::string_view field, std::uint64_t size) noexcept {
  constexpr std::string_view kUnit = "bytes=";
  const std::size_t dash = field.find('-');
  if (!field.starts_with(kUnit) || field.find(',') != std::string_view::npos || dash == std::string_view::npos) return {};
  const std::string_view from = field.substr(kUnit.size(), dash - kUnit.size()), to = field.substr(dash + 1);
  std::uint64_t first = 0, last = 0;
  if (from.empty()) {  // the last so many bytes
    if (!read(to, last)) return {};
    if (last == 0 || size == 0) return {Range::Kind::unsatisfiable, 0, 0};
    return {Range::Kind::part, size - std::min(size, last), size - 1};
  }
  if (!read(from, first) || (!to.empty() && !read(to, last))) return {};
  if (to.empty()) last = size == 0 ? 0 : size - 1;
  if (!to.empty() && last < first) return {};
  if (first >= size) return {Range::Kind::unsatisfiable, 0, 0};
  return {Range::Kind::part, first, std::min(last, size - 1)};
}

}  // namespace segue::service::http
