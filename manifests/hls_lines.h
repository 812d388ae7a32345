// SPDX-License-Identifier: Apache-2.0
// A playlist's text cut into what RFC 8216bis 4.1 and 4.2 know: lines, tags, attribute-lists, numbers. Nothing here knows any tag.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "media/result.h"

namespace segue::manifests::hls {

struct Line {
  std::uint32_t number = 0;  // from 1
  std::string_view tag;      // "#EXTINF", without what stands behind the ':'; empty: a URI line
  std::string_view value;    // behind the ':'; of a URI line the whole
};

// Lines that are neither blank nor comments, in order; borrows `text`. Error: a control character (4.1), the size.
[[nodiscard]] Result<std::vector<Line>> split_lines(std::string_view text);

// A decimal-floating-point of at least 0 in thousandths or millionths (`scale` 1000 or 1000000), nearest. nullopt: not such a number, or
// too large.
[[nodiscard]] std::optional<std::int64_t> parse_decimal(std::string_view text, std::int64_t scale) noexcept;
[[nodiscard]] std::optional<std::uint64_t> parse_integer(std::string_view text) noexcept;

struct Attribute {
  std::string_view name, value;  // the value without its quotes
  bool quoted = false;
};

class AttributeList {
 public:
  // Error: text that is no attribute-list, a name that comes twice (4.2).
  static Result<AttributeList> parse(std::string_view text);
  [[nodiscard]] const Attribute* find(std::string_view name) const noexcept;
  [[nodiscard]] std::string_view text(std::string_view name) const noexcept;  // empty: absent
  [[nodiscard]] bool yes(std::string_view name) const noexcept { return text(name) == "YES"; }
  // nullopt: absent. Error: no number.
  [[nodiscard]] Result<std::optional<std::uint64_t>> integer(std::string_view name) const;
  [[nodiscard]] Result<std::optional<std::uint32_t>> integer32(std::string_view name) const;
  [[nodiscard]] Result<std::optional<std::uint32_t>> milli(std::string_view name) const;

 private:
  std::vector<Attribute> attributes_;
};

}  // namespace segue::manifests::hls
