// SPDX-License-Identifier: Apache-2.0
#include "catalog-api/opensubsonic/shown_lists.h"

namespace segue::opensubsonic {

std::optional<std::string> ShownLists::revision(const Key& key) {
  const std::lock_guard lock(mutex_);
  const auto known = shown_.find(key);
  return known == shown_.end() ? std::nullopt : std::optional(known->second.first);
}

void ShownLists::show(const Key& key, const std::string& revision) {
  const std::lock_guard lock(mutex_);
  const auto known = shown_.find(key);
  if (known != shown_.end()) {
    known->second.first = revision;
    order_.splice(order_.begin(), order_, known->second.second);
    return;
  }
  order_.push_front(key);
  shown_[key] = {revision, order_.begin()};
  if (shown_.size() <= kMost) return;
  shown_.erase(order_.back());
  order_.pop_back();
}

void ShownLists::forget(const Key& key) {
  const std::lock_guard lock(mutex_);
  const auto known = shown_.find(key);
  if (known == shown_.end()) return;
  order_.erase(known->second.second);
  shown_.erase(known);
}

}  // namespace segue::opensubsonic
