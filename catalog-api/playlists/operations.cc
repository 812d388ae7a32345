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

Uids uids_of(const Items& items) {
  Uids uids;
  for (const Item& item : items) uids.insert(item.uid);
  return uids;
}

// The anchor itself, or what stood nearest before it in the author's list and is left in `items`; empty: the front.
std::string living_anchor(const Items& items, const Items& seen, const std::string& anchor) {
  if (anchor.empty() || place_of(items, anchor) >= 0) return anchor;
  const Uids living = uids_of(items);
  for (std::ptrdiff_t at = place_of(seen, anchor) - 1; at >= 0; --at)
    if (living.contains(seen[static_cast<std::size_t>(at)].uid)) return seen[static_cast<std::size_t>(at)].uid;
  return {};
}

Items take_out(Items& items, const std::vector<std::string>& uids) {
  std::unordered_map<std::string, Item> taken;
  const Uids wanted(uids.begin(), uids.end());
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

Result<Operation> apply_add(List& list, const Add& add, const List& before) {
  if (add.items.size() > kMaxItemsAtOnce || list.items.size() + add.items.size() > kMaxItems)
    return Error{"items: a list has at most " + std::to_string(kMaxItems) + ", an operation " + std::to_string(kMaxItemsAtOnce)};
  Add done{{}, {}, false};
  const Uids there = uids_of(list.items);
  for (const Item& item : add.items)
    if (!there.contains(item.uid)) done.items.push_back(item);
  done.after = !add.at_end          ? living_anchor(list.items, before.items, add.after)
               : list.items.empty() ? std::string()
                                    : list.items.back().uid;
  put_behind(list.items, done.after, done.items);
  return Operation(std::move(done));
}

Result<Operation> apply_move(List& list, const Move& move, const List& before) {
  const Items taken = take_out(list.items, move.uids);
  Move done{names(taken), {}};
  // An item does not stand behind itself: the nearest one before it that stays.
  done.after = living_anchor(list.items, place_of(before.items, move.after) >= 0 ? before.items : taken, move.after);
  put_behind(list.items, done.after, taken);
  return Operation(std::move(done));
}

Result<Operation> apply_set(List& list, const Set& set) {
  for (const auto* text : {&set.name, &set.description, &set.cover})
    if (*text && (*text)->size() > kMaxTextBytes)
      return Error{"name, description, cover: at most " + std::to_string(kMaxTextBytes) + " bytes"};
  if (set.name && set.name->empty()) return Error{"name: expected at least one letter"};
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
  if (const auto* remove = std::get_if<Remove>(&operation)) return Operation(Remove{names(take_out(list.items, remove->uids))});
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
    return {back};
  }
  const auto* move = std::get_if<Move>(&done);
  const std::vector<std::string>& uids = move != nullptr ? move->uids : std::get<Remove>(done).uids;
  const Uids wanted(uids.begin(), uids.end());
  // From the front on: each goes behind the one that stood before it, which is in its place by then.
  std::vector<Operation> back;
  std::string last;
  for (const Item& item : before.items) {
    if (wanted.contains(item.uid)) {
      if (move != nullptr) {
        back.emplace_back(Move{{item.uid}, last});
      } else {
        back.emplace_back(Add{{item}, last, false});
      }
    }
    last = item.uid;
  }
  return back;
}

}  // namespace segue::playlists
