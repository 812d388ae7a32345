// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/playlists/difference.h"

#include <algorithm>
#include <unordered_map>

namespace segue::playlists {
namespace {

constexpr std::size_t kMostRuns = 100;  // each is a walk through the list when it is applied

// Where an item of `to` comes from.
enum class Origin : std::uint8_t { added, moved, stays };

// Of numbers in any order the most that rise: their places. (Patience sorting: `ends[k]` ends the best row of k + 1.)
std::vector<std::size_t> rising(const std::vector<std::size_t>& numbers) {
  std::vector<std::size_t> ends, before(numbers.size());
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const auto at =
        std::lower_bound(ends.begin(), ends.end(), numbers[i], [&](std::size_t end, std::size_t number) { return numbers[end] < number; });
    before[i] = at == ends.begin() ? numbers.size() : *(at - 1);
    if (at == ends.end()) {
      ends.push_back(i);
    } else {
      *at = i;
    }
  }
  std::vector<std::size_t> places;
  for (std::size_t i = ends.empty() ? numbers.size() : ends.back(); i != numbers.size(); i = before[i]) places.push_back(i);
  return places;
}

// One for each item of `to`. An item that was taken out and put in again as something else under the same uid is not the same one.
std::vector<Origin> origins_of(const List& from, const List& to) {
  std::unordered_map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < from.items.size(); ++i) places.emplace(from.items[i].uid, i);
  std::vector<Origin> origins(to.items.size(), Origin::added);
  std::vector<std::size_t> common, place_there;  // of what both have: the place in `to`, and that in `from`
  for (std::size_t i = 0; i < to.items.size(); ++i) {
    const auto there = places.find(to.items[i].uid);
    if (there == places.end() || from.items[there->second] != to.items[i]) continue;
    origins[i] = Origin::moved;
    common.push_back(i);
    place_there.push_back(there->second);
  }
  for (const std::size_t i : rising(place_there)) origins[common[i]] = Origin::stays;
  return origins;
}

Remove removed(const List& from, const List& to, const std::vector<Origin>& origins) {
  std::unordered_map<std::string, bool> stays;
  for (std::size_t i = 0; i < to.items.size(); ++i) stays.emplace(to.items[i].uid, origins[i] != Origin::added);
  Remove remove;
  for (const Item& item : from.items)
    if (const auto at = stays.find(item.uid); at == stays.end() || !at->second) remove.uids.push_back(item.uid);
  return remove;
}

// From the front on: each goes behind the one before it, which is in its place by then.
std::vector<Operation> by_runs(const List& to, const std::vector<Origin>& origins) {
  std::vector<Operation> operations;
  for (std::size_t begin = 0, end = 0; begin < origins.size(); begin = end) {
    for (end = begin + 1; end < origins.size() && origins[end] == origins[begin]; ++end) {
    }
    if (origins[begin] == Origin::stays) continue;
    const std::string after = begin == 0 ? std::string() : to.items[begin - 1].uid;
    const std::vector<Item> run(to.items.begin() + static_cast<std::ptrdiff_t>(begin), to.items.begin() + static_cast<std::ptrdiff_t>(end));
    if (origins[begin] == Origin::added) {
      add_behind(run, after, operations);
    } else {
      Move move{{}, after};
      for (const Item& item : run) move.uids.push_back(item.uid);
      operations.emplace_back(std::move(move));
    }
    if (operations.size() > kMostRuns) break;
  }
  return operations;
}

std::vector<Operation> at_once(const List& to, const std::vector<Origin>& origins) {
  std::vector<Operation> operations;
  std::vector<Item> added;
  Move all;
  for (std::size_t i = 0; i < to.items.size(); ++i) {
    if (origins[i] == Origin::added) added.push_back(to.items[i]);
    all.uids.push_back(to.items[i].uid);
  }
  add_behind(added, {}, operations);
  operations.emplace_back(std::move(all));
  return operations;
}

}  // namespace

Result<std::vector<Operation>> difference(const List& from, const List& to) {
  if (!from.rules.empty() && to.rules.empty()) return Error{"rules: a smart list does not become an ordinary one"};
  std::vector<Operation> operations;
  const std::vector<Origin> origins = origins_of(from, to);
  // First: a list that has items takes no rules.
  if (Remove remove = removed(from, to, origins); !remove.uids.empty()) operations.emplace_back(std::move(remove));
  Set set;
  if (from.name != to.name) set.name = to.name;
  if (from.description != to.description) set.description = to.description;
  if (from.cover != to.cover) set.cover = to.cover;
  if (from.is_public != to.is_public) set.is_public = to.is_public;
  if (from.rules != to.rules) set.rules = to.rules;
  if (set.name || set.description || set.cover || set.is_public || set.rules) operations.emplace_back(std::move(set));
  std::vector<Operation> order = by_runs(to, origins);
  if (order.size() > kMostRuns) order = at_once(to, origins);
  for (Operation& operation : order) operations.push_back(std::move(operation));
  return operations;
}

}  // namespace segue::playlists
