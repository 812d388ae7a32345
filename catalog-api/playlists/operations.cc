// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/playlists/operations.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace segue::playlists {
namespace {

using Items = std::vector<Item>;
using Uids = std::unordered_set<std::string>;

std::ptrdiff_t place_of(const Items& items, const std::string& uid) {
  const auto at = std::find_if(items.begin(), items.end(), [&](const Item& item) { return item.uid == uid; });
  return at == items.end() ? -1 : at - items.begin();
}

// Asked for each item of a list: most operations name one or two, which are compared faster than hashed.
class Names {
 public:
  explicit Names(const std::vector<std::string>& uids) : uids_(uids) {
    if (uids.size() > kFew) set_.insert(uids.begin(), uids.end());
  }
  [[nodiscard]] bool contains(const std::string& uid) const {
    return set_.empty() ? std::find(uids_.begin(), uids_.end(), uid) != uids_.end() : set_.contains(uid);
  }

 private:
  static constexpr std::size_t kFew = 4;
  const std::vector<std::string>& uids_;
  Uids set_;
};

// The anchor itself, or what stood nearest before it in the author's list and is left in `items`; empty: the front. What is `leaving` is
// not left: an item does not stand behind itself.
std::string living_anchor(const Items& items, const Items& seen, const std::string& anchor, const Names& leaving) {
  if (anchor.empty()) return {};
  const bool is_there = place_of(items, anchor) >= 0;
  if (is_there && !leaving.contains(anchor)) return anchor;
  const std::ptrdiff_t in_seen = place_of(seen, anchor);
  const Items& order = in_seen >= 0 ? seen : items;
  Uids living;
  for (const Item& item : items) living.insert(item.uid);
  for (std::ptrdiff_t at = (in_seen >= 0 ? in_seen : place_of(items, anchor)) - 1; at >= 0; --at) {
    const std::string& uid = order[static_cast<std::size_t>(at)].uid;
    if (!leaving.contains(uid) && living.contains(uid)) return uid;
  }
  return {};
}

Items take_out(Items& items, const std::vector<std::string>& uids) {
  std::unordered_map<std::string, Item> taken;
  const Names wanted(uids);
  std::erase_if(items, [&](Item& item) {
    if (!wanted.contains(item.uid)) return false;
    taken.emplace(item.uid, item);
    return true;
  });
  Items out;
  for (const std::string& uid : uids)
    if (const auto at = taken.find(uid); at != taken.end()) {
      out.push_back(std::move(at->second));
      taken.erase(at);
    }
  return out;
}

void put_behind(Items& items, const std::string& anchor, const Items& what) {
  items.insert(items.begin() + (anchor.empty() ? 0 : place_of(items, anchor) + 1), what.begin(), what.end());
}

std::vector<std::string> names(const Items& items) {
  std::vector<std::string> uids;
  for (const Item& item : items) uids.push_back(item.uid);
  return uids;
}

constexpr std::size_t kMostRuns = 100;  // taken back one by one: each is a walk through the list, and everybody's edits wait

// Items that stand behind one another.
struct Run {
  Items items;
  std::string after;
};
std::vector<Run> runs_of(const Items& items, const std::vector<std::string>& uids) {
  const Uids wanted(uids.begin(), uids.end());
  std::vector<Run> runs;
  bool is_open = false;
  std::string last;
  for (const Item& item : items) {
    if (!wanted.contains(item.uid)) {
      is_open = false;
    } else {
      if (!is_open) runs.push_back({{}, last});
      runs.back().items.push_back(item);
      is_open = true;
    }
    last = item.uid;
  }
  return runs;
}

const std::vector<std::string> kNobody;
constexpr const char* kComputed = "items: a smart list's are told by its rules";

Result<Operation> apply_add(List& list, const Add& add, const List& before) {
  if (!list.rules.empty()) return Error{kComputed};
  if (add.items.size() > kMaxItemsAtOnce || list.items.size() + add.items.size() > kMaxItems)
    return Error{"items: a list has at most " + std::to_string(kMaxItems) + ", an operation " + std::to_string(kMaxItemsAtOnce)};
  Add done{{}, {}, false};
  std::vector<std::string> wanted;
  for (const Item& item : add.items) wanted.push_back(item.uid);
  const Names asked(wanted);
  Uids there;  // of those that are to be added
  for (const Item& item : list.items)
    if (asked.contains(item.uid)) there.insert(item.uid);
  for (const Item& item : add.items)
    if (there.insert(item.uid).second) done.items.push_back(item);
  done.after = !add.at_end          ? living_anchor(list.items, before.items, add.after, Names(kNobody))
               : list.items.empty() ? std::string()
                                    : list.items.back().uid;
  put_behind(list.items, done.after, done.items);
  return Operation(std::move(done));
}

Result<Operation> apply_move(List& list, const Move& move, const List& before) {
  if (!list.rules.empty()) return Error{kComputed};
  const Names leaving(move.uids);
  std::string anchor = living_anchor(list.items, before.items, move.after, leaving);
  const Items taken = take_out(list.items, move.uids);
  put_behind(list.items, anchor, taken);
  return Operation(Move{names(taken), std::move(anchor)});
}

Result<Operation> apply_remove(List& list, const Remove& remove) {
  if (!list.rules.empty() && !remove.uids.empty()) return Error{kComputed};
  return Operation(Remove{names(take_out(list.items, remove.uids))});
}

Result<Operation> apply_set(List& list, const Set& set) {
  for (const auto* text : {&set.name, &set.description, &set.cover})
    if (*text && (*text)->size() > kMaxTextBytes)
      return Error{"name, description, cover: at most " + std::to_string(kMaxTextBytes) + " bytes"};
  if (set.name && set.name->empty()) return Error{"name: expected at least one letter"};
  if (set.rules && (set.rules->empty() || !list.items.empty())) return Error{"rules: a list that has items of its own takes none"};
  if (set.rules) list.rules = *set.rules;
  if (set.name) list.name = *set.name;
  if (set.description) list.description = *set.description;
  if (set.cover) list.cover = *set.cover;
  if (set.is_public) list.is_public = *set.is_public;
  return Operation(set);
}

}  // namespace

Result<Operation> apply(List& list, const Operation& operation, const List& before) {
  if (const auto* add = std::get_if<Add>(&operation)) return apply_add(list, *add, before);
  if (const auto* move = std::get_if<Move>(&operation)) return apply_move(list, *move, before);
  if (const auto* remove = std::get_if<Remove>(&operation)) return apply_remove(list, *remove);
  return apply_set(list, std::get<Set>(operation));
}

std::vector<Operation> inverse(const List& before, const Operation& done) {
  if (const auto* add = std::get_if<Add>(&done)) return {Remove{names(add->items)}};
  if (const auto* set = std::get_if<Set>(&done)) {
    Set back;
    if (set->name) back.name = before.name;
    if (set->description) back.description = before.description;
    if (set->cover) back.cover = before.cover;
    if (set->is_public) back.is_public = before.is_public;
    if (set->rules && !before.rules.empty()) back.rules = before.rules;
    return {back};
  }
  const auto* move = std::get_if<Move>(&done);
  const std::vector<Run> runs = runs_of(before.items, move != nullptr ? move->uids : std::get<Remove>(done).uids);
  std::vector<Operation> back;
  if (runs.size() > kMostRuns) {
    Items all;
    for (const Run& run : runs) all.insert(all.end(), run.items.begin(), run.items.end());
    if (move == nullptr) add_behind(all, {}, back);
    back.emplace_back(Move{names(before.items), {}});
    return back;
  }
  // From the front on: each goes behind the one that stood before it, which is in its place by then.
  for (const Run& run : runs) {
    if (move == nullptr) {
      add_behind(run.items, run.after, back);
    } else {
      back.emplace_back(Move{names(run.items), run.after});
    }
  }
  return back;
}

void add_behind(const Items& items, std::string after, std::vector<Operation>& out) {
  for (std::size_t from = 0; from < items.size(); from += kMaxItemsAtOnce) {
    const std::size_t end = std::min(items.size(), from + kMaxItemsAtOnce);
    const auto at = [&](std::size_t i) { return items.begin() + static_cast<std::ptrdiff_t>(i); };
    out.emplace_back(Add{{at(from), at(end)}, std::move(after), false});
    after = items[end - 1].uid;
  }
}

}  // namespace segue::playlists
