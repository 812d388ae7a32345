// SPDX-License-Identifier: Apache-2.0
// Smart playlists: rules in place of items (docs/formats/smart-playlist.md).
//   {"match":"all","rules":[{"field":"year","op":"between","value":[1990,1999]},{"match":"any","rules":[…]}],
//    "sort":[{"by":"plays","order":"desc"}],"limit":100,"seed":7}
// Read into a tree, then compiled to one SQL condition with parameters: names of fields and operators come from our own tables, whatever a
// client sends stands in the parameters. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "media/result.h"

namespace segue::smart {

// A tree that a person draws has a handful of rules; SQLite's own limits are far above these.
inline constexpr std::size_t kMaxRulesBytes = 16 * 1024, kMaxRules = 64, kMaxDepth = 5, kMaxValueBytes = 200, kMaxSorts = 4;
inline constexpr std::int64_t kMaxLimit = 10'000, kDefaultLimit = 500;

struct Field;  // fields.h

enum class Op : std::uint8_t {
  is,
  is_not,
  contains,
  not_contains,
  starts_with,
  ends_with,
  less,
  greater,
  at_least,
  at_most,
  between,
  in_last,
  not_in_last
};

using Literal = std::variant<std::string, double, bool>;

struct Rule {
  const Field* field = nullptr;
  Op op = Op::is;
  std::vector<Literal> values;  // one; `between`: two
};
struct Group;
using Node = std::variant<Rule, Group>;
struct Group {
  bool all = true;          // else any
  std::vector<Node> nodes;  // never empty
};

struct Sort {
  const Field* by = nullptr;  // nullptr: at random
  bool is_descending = false;
};

struct Rules {
  Group root;
  std::vector<Sort> sorts;
  std::int64_t limit = kDefaultLimit;
  std::int64_t seed = 0;  // of the random order: the same seed, the same order
};

// Error: "/rules/2/op: expected …, found …".
[[nodiscard]] Result<Rules> parse(std::string_view json);
// Whether what a rule asks, or the order, depends on what the list's owner listened to.
[[nodiscard]] bool needs_marks(const Rules& rules);
// Whether the answer changes as time goes by.
[[nodiscard]] bool needs_clock(const Rules& rules);

}  // namespace segue::smart
