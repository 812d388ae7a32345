// SPDX-License-Identifier: Apache-2.0
// Which edges have applied the log up to a position: an edge acknowledges a position when everything before it holds. Pure.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "edge-cache/purge/order.h"

namespace segue::purge {

class Acks {
 public:
  Acks(Position wanted, const std::vector<std::string>& edges)
      : wanted_(wanted), missing_(edges.begin(), edges.end()), edges_(missing_.size()) {}
  void take(const std::string& edge, Position position) {
    if (position >= wanted_) missing_.erase(edge);
  }
  [[nodiscard]] bool complete() const noexcept { return missing_.empty(); }
  [[nodiscard]] std::size_t edges() const noexcept { return edges_; }
  [[nodiscard]] std::size_t applied() const noexcept { return edges_ - missing_.size(); }
  [[nodiscard]] const std::set<std::string>& missing() const noexcept { return missing_; }

 private:
  Position wanted_;
  std::set<std::string> missing_;
  std::size_t edges_;
};

}  // namespace segue::purge
