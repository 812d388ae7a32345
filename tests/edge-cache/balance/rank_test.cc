// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/balance/rank.h"

#include <array>
#include <string>

#include "tests/catch.h"

using namespace segue::balance;

namespace {

constexpr int kKeys = 20000;

// How many keys each of the first `count` members has.
template <std::size_t kCount>
std::array<int, kCount> shares(const std::array<std::uint32_t, kCount>& weights, std::size_t left_out = kCount) {
  std::array<int, kCount> found{};
  for (int key = 0; key < kKeys; ++key) {
    double best = -1;
    std::size_t chosen = 0;
    for (std::size_t i = 0; i < kCount; ++i) {
      const double rank = score(hash_of("origin" + std::to_string(i)), hash_of("key" + std::to_string(key)), weights[i]);
      if (i != left_out && rank > best) best = rank, chosen = i;
    }
    ++found[chosen];
  }
  return found;
}

}  // namespace

TEST_CASE("keys spread by weight") {
  for (const int share : shares<4>({1, 1, 1, 1})) CHECK((share > kKeys / 4 * 95 / 100 && share < kKeys / 4 * 105 / 100));
  const auto weighted = shares<3>({1, 2, 1});
  CHECK((weighted[1] > kKeys / 2 * 95 / 100 && weighted[1] < kKeys / 2 * 105 / 100));
}

TEST_CASE("an origin that goes moves its own keys only, to all others alike") {
  const auto before = shares<4>({1, 1, 1, 1}), after = shares<4>({1, 1, 1, 1}, 2);
  CHECK(after[2] == 0);
  for (const std::size_t i : {0, 1, 3}) {
    const int gained = after[i] - before[i];
    CHECK(gained > before[2] / 3 * 90 / 100);
    CHECK(gained < before[2] / 3 * 110 / 100);
  }
  int moved = 0;
  for (int key = 0; key < 1000; ++key) {
    std::array<double, 4> ranks{};
    for (std::size_t i = 0; i < 4; ++i) ranks[i] = score(hash_of("origin" + std::to_string(i)), hash_of(std::to_string(key)), 1);
    const auto first = [&](std::size_t left_out) {
      std::size_t best = left_out == 0 ? 1 : 0;
      for (std::size_t i = 0; i < 4; ++i)
        if (i != left_out && ranks[i] > ranks[best]) best = i;
      return best;
    };
    moved += first(4) != 2 && first(4) != first(2);
  }
  CHECK(moved == 0);
}

TEST_CASE("no more than its share and a quarter") {
  struct Row {
    std::uint32_t load, total, weight, weights, percent;
    bool room;
  };
  const Row rows[] = {
      {0, 0, 1, 3, 125, true},   {1, 1, 1, 3, 125, false},                             // one of the first two goes elsewhere
      {4, 9, 1, 2, 125, true},                                                         // 1.25 * 10 / 2 = 6.25: up to 7
      {6, 9, 1, 2, 125, true},   {7, 9, 1, 2, 125, false}, {50, 99, 1, 1, 100, true},  // alone: all of it
      {99, 99, 1, 1, 100, true}, {2, 9, 1, 4, 100, true},                              // 2.5: up to 3
      {3, 9, 1, 4, 100, false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.load, row.total, row.weight, row.weights, row.percent);
    CHECK(has_room(row.load, row.total, row.weight, row.weights, row.percent) == row.room);
  }
}
