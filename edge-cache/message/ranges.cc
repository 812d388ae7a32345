// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/message/ranges.h"

#include <algorithm>

#include "edge-cache/message/text.h"

namespace segue::edge {
namespace {

// "first-last", "first-" or "-count" over an object; nothing: malformed. A size of 0: cannot be satisfied.
std::optional<ByteRange> resolve(std::string_view spec, std::uint64_t object_bytes) {
  const std::size_t dash = spec.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const std::string_view before = trimmed(spec.substr(0, dash)), after = trimmed(spec.substr(dash + 1));
  if (before.empty()) {
    const auto count = whole_number(after);
    if (!count.has_value()) return std::nullopt;
    const std::uint64_t size = std::min(*count, object_bytes);
    return ByteRange{object_bytes - size, size};
  }
  const auto first = whole_number(before), last = after.empty() ? std::optional(object_bytes) : whole_number(after);
  if (!first.has_value() || !last.has_value() || (!after.empty() && *last < *first)) return std::nullopt;
  if (*first >= object_bytes) return ByteRange{*first, 0};
  return ByteRange{*first, std::min(*last, object_bytes - 1) - *first + 1};
}

bool strip_unit(std::string_view& field) noexcept {
  constexpr std::string_view kUnit = "bytes=";
  if (!same(field.substr(0, kUnit.size()), kUnit)) return false;
  field.remove_prefix(kUnit.size());
  return true;
}

}  // namespace

RangeSet parse_ranges(std::string_view field, std::uint64_t object_bytes) {
  RangeSet set;
  if (!strip_unit(field)) return set;
  std::uint64_t total = 0;
  std::size_t specs = 0;
  ListReader list(field);
  for (std::string_view spec; list.next(spec);) {
    const auto range = resolve(spec, object_bytes);
    if (!range.has_value() || ++specs > kMostRanges) return {};
    if (range->size == 0) continue;
    set.ranges.push_back(*range);
    total += range->size;
  }
  if (specs == 0 || (set.ranges.size() > 1 && total > object_bytes)) return {};
  set.state = set.ranges.empty() ? RangeState::unsatisfiable : RangeState::partial;
  return set;
}

std::optional<ByteRange> closed_range(std::string_view field) {
  if (!strip_unit(field) || field.find(',') != std::string_view::npos) return std::nullopt;
  const std::size_t dash = field.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto first = whole_number(trimmed(field.substr(0, dash))), last = whole_number(trimmed(field.substr(dash + 1)));
  if (!first.has_value() || !last.has_value() || *last < *first) return std::nullopt;
  return ByteRange{*first, *last - *first + 1};
}

std::string content_range(ByteRange range, std::uint64_t object_bytes) {
  return "bytes " + std::to_string(range.first) + '-' + std::to_string(range.first + range.size - 1) + '/' + std::to_string(object_bytes);
}

}  // namespace segue::edge
