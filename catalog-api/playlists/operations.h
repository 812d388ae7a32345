// SPDX-License-Identifier: Apache-2.0
// A playlist as the sum of what was done to it. Items have ids of their own ("uid"), given when they are added and never used again: an
// operation names items, not places, so it still means the same after others have edited.
//   add     items {uid, track} behind the item `after` (empty: at the front)
//   move    items, in the order given, behind `after`
//   remove  items
//   set     name, description, cover, visibility; rules, which make it a smart list: its items are then told by the library, not kept here
// Pure: apply() is the only thing that changes a List.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "media/result.h"

namespace segue::playlists {

inline constexpr std::size_t kMaxItems = 50'000;        // of one list
inline constexpr std::size_t kMaxItemsAtOnce = 10'000;  // of one operation that somebody sends
inline constexpr std::size_t kMaxTextBytes = 4096;      // of a name or description

struct Item {
  std::string uid, track;
  std::string added_by;
  std::int64_t added = 0;
  friend bool operator==(const Item&, const Item&) = default;
};

struct Add {
  std::vector<Item> items;
  std::string after;  // uid; empty: the front
  bool at_end = false;
};
struct Move {
  std::vector<std::string> uids;
  std::string after;
};
struct Remove {
  std::vector<std::string> uids;
};
struct Set {
  std::optional<std::string> name, description, cover;
  std::optional<bool> is_public = {};
  std::optional<std::string> rules = {};  // JSON that smart/rules.h takes
};
using Operation = std::variant<Add, Move, Remove, Set>;

struct List {
  std::string name, description, cover;
  bool is_public = false;
  std::vector<Item> items = {};
  std::string rules = {};  // empty: an ordinary list
  friend bool operator==(const List&, const List&) = default;
};

// What others may have done meanwhile never makes an operation fail: items that are gone are left out; when the item that others should
// stand behind is gone, they stand behind the nearest one before it that is left (`before`: the list that the operation's author saw; the
// same as `list` when nobody was in between). Returns what was really done, in a form that apply() repeats exactly on `list`.
// `before` may be `list` itself. Error: too many items, a text too long, items of a smart list; `list` is untouched.
[[nodiscard]] Result<Operation> apply(List& list, const Operation& operation, const List& before);

// What takes `operation` back, told from the list before it. A few operations, however many items it was: what was scattered over the whole
// list is put into the order of before at once, and what others moved meanwhile with it.
[[nodiscard]] std::vector<Operation> inverse(const List& before, const Operation& done);

// JSON of one operation, as it stands in the log and in requests.
[[nodiscard]] std::string to_json(const Operation& operation);
// Error: "/items/3/track: expected a text, found 7". Items may come without uid. `most`: items or uids; in our own log as many as a list
// has.
[[nodiscard]] Result<Operation> parse_operation(std::string_view json, std::size_t most = kMaxItemsAtOnce);
// Items behind one another, in operations of as many as one may have.
void add_behind(const std::vector<Item>& items, std::string after, std::vector<Operation>& out);

}  // namespace segue::playlists
