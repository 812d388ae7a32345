// SPDX-License-Identifier: Apache-2.0
#include "edge-cache/balance/rank.h"

#include <cmath>

#include "edge-cache/decision/key.h"

namespace segue::balance {
namespace {

// splitmix64's finish: every bit of both depends on every bit.
std::uint64_t mixed(std::uint64_t value) noexcept {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
  value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
  return value ^ (value >> 31);
}

}  // namespace

std::uint64_t hash_of(std::string_view text) noexcept { return edge::hash({0x6f726967696e, 0}, text)[0]; }

double score(std::uint64_t member, std::uint64_t key, std::uint32_t weight) noexcept {
  const std::uint64_t bits = mixed(mixed(member) ^ key);
  const double unit = (static_cast<double>(bits >> 11) + 0.5) * 0x1p-53;  // between 0 and 1, neither of them
  return -static_cast<double>(weight) / std::log(unit);
}

bool has_room(std::uint32_t load, std::uint32_t total, std::uint32_t weight, std::uint32_t weights, std::uint32_t percent) noexcept {
  // load + 1 <= ceil(percent/100 * (total + 1) * weight / weights)
  const std::uint64_t share = std::uint64_t{percent} * (std::uint64_t{total} + 1) * weight, whole = std::uint64_t{100} * weights;
  return std::uint64_t{load} < (share + whole - 1) / whole;
}

}  // namespace segue::balance
