// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/opensubsonic/walks.h"

#include <algorithm>

namespace segue::opensubsonic {

std::list<Walks::Walk>::iterator Walks::find(const std::string& walk) {
  const auto found = std::find_if(walks_.begin(), walks_.end(), [&](const Walk& one) { return one.first == walk; });
  if (found != walks_.end()) walks_.splice(walks_.begin(), walks_, found);
  return found;
}

Walks::Place Walks::place(const std::string& walk, std::int64_t offset) {
  const std::lock_guard lock(mutex_);
  const auto found = find(walk);
  if (found == walks_.end()) return {};
  auto& places = found->second;
  if (offset == 0) places.clear();  // read anew: where the pages of before ended is no place of this list
  const auto behind = std::upper_bound(places.begin(), places.end(), offset, [](std::int64_t at, const Place& p) { return at < p.offset; });
  return behind == places.begin() ? Place{} : *(behind - 1);
}

void Walks::reached(const std::string& walk, Place place) {
  const std::lock_guard lock(mutex_);
  if (find(walk) == walks_.end()) walks_.emplace_front(walk, std::vector<Place>());
  if (walks_.size() > kMostWalks) walks_.pop_back();
  auto& places = walks_.front().second;
  if (places.size() >= kMostPlaces) places.erase(places.begin(), places.begin() + kMostPlaces / 2);  // a client goes forward
  const auto at =
      std::lower_bound(places.begin(), places.end(), place.offset, [](const Place& p, std::int64_t offset) { return p.offset < offset; });
  if (at != places.end() && at->offset == place.offset) {
    at->keys = std::move(place.keys);
  } else {
    places.insert(at, std::move(place));
  }
}

}  // namespace segue::opensubsonic
